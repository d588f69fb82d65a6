import numpy as np
import pytest
import torch

from gpu.batch import merged
from gpu.physics.dose import RandomDose
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves

QUANTA = 2000.0


def thinned(batch, share, seed=0):
    transform = RandomDose(1.0, (share, share))
    return transform.apply(batch, transform.sample(batch, generator_of(seed)))


@pytest.mark.parametrize("level", [1.0, 0.3, 0.02])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_mean_and_variance_are_those_of_thinned_counts(level, share):
    rng = np.random.default_rng(1)
    counts = rng.poisson(level * QUANTA, (1, 512, 512))
    want = rng.binomial(counts, share) / (QUANTA * share)
    (found,) = pictures_of(thinned(batch_of_pictures(counts / QUANTA, quanta=QUANTA), share))
    assert found.mean() == pytest.approx(want.mean(), abs=5 * want.std() / 512)
    assert found.var() == pytest.approx(want.var(), rel=0.015)


def test_what_was_counted_still_shows():
    rng = np.random.default_rng(2)
    seen = rng.poisson(QUANTA, (1, 512, 512)) / QUANTA
    (found,) = pictures_of(thinned(batch_of_pictures(seen, quanta=QUANTA), 0.25))
    # Of thinned counts with the counts before: the root of the share.
    assert np.corrcoef(found.ravel(), seen.ravel())[0, 1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_electronics_in_the_dark_grow_as_one_over_the_share(share):
    dark = np.random.default_rng(3).normal(0, 1e-3, (1, 400, 400))
    (found,) = pictures_of(thinned(batch_of_pictures(dark, quanta=1e12, electronic=1e-3), share))
    assert found.std() == pytest.approx(1e-3 / share, rel=0.02)
    assert found.mean() == pytest.approx(0, abs=5e-3 / share / 400)


def test_opaque_without_electronics_stays_opaque_and_full_dose_changes_nothing():
    assert not pictures_of(thinned(batch_of_pictures(np.zeros((2, 8, 8)), quanta=100.0), 0.1))[0].any()
    batch = batch_of_pictures(waves(20, 30), quanta=100.0, electronic=0.1)
    assert thinned(batch, 1.0).image_BCHW.equal(batch.image_BCHW)


def test_unknown_quanta_keep_every_bit_beside_known_ones():
    known, unknown = batch_of_pictures(waves(20, 30), quanta=QUANTA), batch_of_pictures(waves(20, 30), electronic=0.1)
    after = thinned(merged([known, unknown], torch.cat), 0.3)
    assert not after.image_BCHW[0].equal(known.image_BCHW[0])
    assert after.image_BCHW[1].equal(unknown.image_BCHW[0])
    assert after.acquisition.electronic_BC[1].equal(unknown.acquisition.electronic_BC[0])
    assert after.acquisition.quanta_BC[1].isnan().all()


def test_acquisition_follows_so_that_twice_half_is_a_quarter():
    air = np.random.default_rng(4).poisson(QUANTA, (1, 512, 512)) / QUANTA
    after = thinned(thinned(batch_of_pictures(air, quanta=QUANTA, electronic=1e-3), 0.5), 0.5, seed=1)
    assert after.acquisition.quanta_BC.item() == pytest.approx(QUANTA / 4)
    assert after.acquisition.electronic_BC.item() == pytest.approx(4e-3)
    # The air above has no electronic noise of its own: 1e-3 squared is missing.
    assert pictures_of(after)[0].var() == pytest.approx(4 / QUANTA + 15e-6, rel=0.015)


def test_channels_and_elements_have_their_own_noise_and_padding_none():
    after = thinned(batch_of_pictures(*[np.ones((2, 40, 50))] * 2, quanta=QUANTA), 0.2)
    noise = np.array(pictures_of(after)).reshape(4, -1) - 1
    assert np.abs(np.corrcoef(noise) - np.eye(4)).max() < 0.1
    assert (padding_of(after) == 1).all()


def test_shares_lie_in_their_range():
    shares = RandomDose(1.0, (0.2, 0.8)).sample(batch_of_pictures(*[np.ones((1, 1, 1))] * 500), generator_of(0)).share_B
    assert 0.2 <= shares.min() < 0.25
    assert 0.7 < shares.max() <= 0.8
    assert shares.median() == pytest.approx(0.4, abs=0.04)
    assert shares.dtype is torch.float32
