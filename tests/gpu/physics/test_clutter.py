from dataclasses import replace

import numpy as np
import pytest
import torch

from gpu.physics.clutter import RandomClutter, _weights
from tests.gpu.batches import batch_of, generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves

QUANTA = 2000.0
CLUTTER = RandomClutter(1.0, (0.5, 0.5), (20.0, 20.0))


def covered(batch, transform=CLUTTER, seed=0):
    return transform.apply(batch, transform.sample(batch, generator_of(seed)))


def attenuation_by(picture, transform):
    """What the cargo adds to -ln T, without noise, float64 (C, H, W)."""
    (after,) = pictures_of(covered(batch_of_pictures(picture), transform))
    return -np.log(np.divide(after, picture, out=np.ones(after.shape), where=np.abs(picture) > 0))


def test_half_of_what_stands_there_is_covered_and_the_low_channel_more():
    low, high = attenuation_by(np.full((2, 600, 600), 0.5), CLUTTER)
    assert (high > -1e-6).all()
    assert (high < 1e-6).mean() == pytest.approx(0.5, abs=0.1)
    # The mean square of a normal number, where it is positive.
    assert (high**2).mean() == pytest.approx(0.5**2 / 2, rel=0.2)
    np.testing.assert_allclose(low[high > 0.01], 1.15 * high[high > 0.01], rtol=1e-4)


def test_air_stays_air_to_the_edge_of_what_stands_in_it():
    rng = np.random.default_rng(0)
    picture = rng.normal(1, 0.005, (2, 200, 200)).astype(np.float32)
    picture[:, 60:140, 40:160] *= 0.9
    picture[:, 20] = 0  # a dead element
    added = attenuation_by(picture, RandomClutter(1.0, (2.0, 2.0), (20.0, 20.0)))[1]
    assert added[64:136, 44:156].max() > 1
    near = np.zeros((200, 200), bool)
    near[56:144, 36:164] = True
    assert np.abs(added[~near]).max() < 1e-6


def test_thickness_is_smooth_over_a_cell():
    (thickness,) = attenuation_by(np.full((1, 200, 200), 0.5), CLUTTER)
    assert thickness.max() > 0.5
    assert np.abs(np.diff(thickness, axis=0)).max() < 0.5 * 4 / 20
    assert np.abs(np.diff(thickness, axis=1)).max() < 0.5 * 4 / 20


@pytest.mark.parametrize("cell_px", [3.0, 7.7, 40.0])
def test_weights_reach_every_pixel_with_one_variance(cell_px):
    weights = _weights(101, 101 // 3 + 6, torch.tensor([cell_px]))[0]
    np.testing.assert_allclose(weights.square().sum(1), 1, rtol=1e-6)
    assert (weights >= 0).all()
    assert (weights > 0).sum(1).min() >= 3
    middle = (weights * torch.arange(weights.shape[1])).sum(1) / weights.sum(1)
    np.testing.assert_allclose(middle, torch.arange(101) / cell_px + 1, atol=1e-4)


@pytest.mark.parametrize("level", [0.9, 0.1])
def test_mean_and_variance_are_those_of_thinned_counts(level):
    rng = np.random.default_rng(1)
    counts = rng.poisson(level * QUANTA, (1, 512, 512))
    strong = RandomClutter(1.0, (1.0, 1.0), (64.0, 64.0))
    left = np.exp(-attenuation_by(counts / QUANTA, strong))
    (found,) = pictures_of(covered(batch_of_pictures(counts / QUANTA, quanta=QUANTA), strong))
    want = rng.binomial(counts, np.minimum(left, 1.0)) / QUANTA
    expected = level * left
    for low, high in [(0.0, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1.0)]:
        where = (left >= low) & (left <= high)
        assert where.sum() > 2000
        spread = (want - expected)[where].std()
        assert (found - expected)[where].mean() == pytest.approx(0, abs=5 * spread / where.sum() ** 0.5)
        assert (found - expected)[where].std() == pytest.approx(spread, rel=0.05)


def test_electronics_are_as_strong_behind_it_as_before():
    dark = np.random.default_rng(2).normal(0, 1e-3, (1, 400, 400))
    (found,) = pictures_of(covered(batch_of_pictures(dark, electronic=1e-3), RandomClutter(1.0, (2.0, 2.0))))
    assert found.std() == pytest.approx(1e-3, rel=0.02)


def test_opaque_stays_opaque_and_padding_air_and_channels_beyond_two_are_alike():
    after = covered(batch_of_pictures(np.zeros((2, 20, 40)), waves(40, 20), quanta=QUANTA))
    assert not pictures_of(after)[0].any()
    assert (padding_of(after) == 1).all()
    (three,) = pictures_of(covered(batch_of_pictures(np.full((3, 60, 60), 0.5))))
    assert three.min() < 0.45
    assert (three == three[:1]).all()


def test_objects_stay():
    batch = batch_of(3)
    assert covered(batch).objects is batch.objects


@pytest.mark.parametrize("quanta", [None, QUANTA])
def test_noise_and_cargo_come_from_their_own_seeds(quanta):
    batch = batch_of_pictures(np.full((1, 64, 64), 0.5), quanta=quanta)
    params = CLUTTER.sample(batch, generator_of(0))
    first, other_noise, other_cargo = (
        CLUTTER.apply(batch, replace(params, **seeds)).image_BCHW
        for seeds in ({}, {"noise_seed_B": params.noise_seed_B + 1}, {"cargo_seed_B": params.cargo_seed_B + 1})
    )
    assert first.equal(other_noise) == (quanta is None)
    assert (first - other_noise).abs().max() < 0.1
    assert (first - other_cargo).abs().max() > 0.1
