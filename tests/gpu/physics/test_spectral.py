import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gpu.physics.spectral import RandomSpectralShift, SpectralShiftParams
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves


def shifted(batch, factor_C, curve_C):
    params = SpectralShiftParams(torch.tensor([True]), torch.tensor([factor_C]), torch.tensor([curve_C]))
    return RandomSpectralShift().apply(batch, params)


def test_attenuation_follows_its_formula():
    picture = waves(20, 30)
    (found,) = pictures_of(shifted(batch_of_pictures(picture), [1.1, 0.9], [0.02, -0.01]))
    for number, (a, b) in enumerate([(1.1, 0.02), (0.9, -0.01)]):
        h = -np.log(picture[number].astype(float))
        np.testing.assert_allclose(-np.log(found[number]), a * h * (1 + b * h), rtol=1e-4)


def test_air_opaque_and_below_zero_keep_what_they_are():
    picture = np.array([1.0, 0.0, -1e-4, 1e-8], np.float32)[None, None]
    air, opaque, below, faint = pictures_of(shifted(batch_of_pictures(picture), [1.1], [0.01]))[0][0, 0]
    assert air == 1
    assert opaque == 0
    # From 1e-5 on down one factor: attenuation 11.5 times 1.1 and its curve, less 11.5.
    h = -np.log(1e-5)
    factor = np.exp(h - 1.1 * h * (1 + 0.01 * h))
    assert [faint / 1e-8, below / -1e-4] == pytest.approx([factor] * 2, rel=1e-4)
    batch = batch_of_pictures(waves(9, 40))
    after = shifted(batch, [1.0, 1.0], [0.0, 0.0])
    assert after.image_BCHW.equal(batch.image_BCHW)
    assert (padding_of(after) == 1).all()


@given(st.integers(0, 10_000))
def test_every_drawn_beam_is_monotone_and_keeps_materials_in_their_order(seed):
    high = np.geomspace(1e-6, 1, 400)
    organic, steel = high**1.152, high**1.104
    batch = batch_of_pictures(np.array([organic, high])[:, None], np.array([steel, high])[:, None])
    transform = RandomSpectralShift(1.0)
    params = transform.sample(batch, generator_of(seed))
    same = type(params)(params.gate_B, *(part[:1].expand(2, -1) for part in (params.factor_BC, params.curve_BC)))
    after_organic, after_steel = pictures_of(transform.apply(batch, same))
    assert (np.diff(after_organic, axis=-1) > 0).all()
    ratios = [np.log(found[0, 0, :-1]) / np.log(found[1, 0, :-1]) for found in (after_organic, after_steel)]
    assert (ratios[0] > ratios[1]).all()
    # The window is moved as a whole: by less than what lies between the two.
    assert np.abs(ratios[0] / 1.152 - 1).max() < 0.03


def test_channels_change_together():
    batch = batch_of_pictures(*[np.ones((2, 1, 1))] * 2000)
    params = RandomSpectralShift(1.0, 0.05, 0.005).sample(batch, generator_of(0))
    assert np.corrcoef(params.factor_BC.T)[0, 1] > 0.95
    assert (params.factor_BC[:, 0] - params.factor_BC[:, 1]).abs().max() == pytest.approx(0.01, rel=0.1)
    assert (params.factor_BC - 1).abs().max() < 0.055
