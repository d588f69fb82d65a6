import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.cargo.texture import smooth_noise, textured

GRAIN = {"grain_mm": 60.0, "contrast": 0.4, "density_g_cm3": 0.25, "pitch_mm": 6.0}


def slabs(*g_cm2, shape=(200, 300)):
    return np.array([np.full(shape, depth) for depth in g_cm2])


def test_nothing_has_no_grain():
    assert not textured(np.zeros((2, 5, 6)), **GRAIN, rng=np.random.default_rng(0)).any()
    assert textured(np.zeros((0, 5, 6)), **GRAIN, rng=np.random.default_rng(0)).shape == (0, 5, 6)


def test_one_pixel_keeps_its_mass():
    one = np.zeros((1, 4, 4))
    one[0, 1, 2] = 3.0
    np.testing.assert_allclose(textured(one, **GRAIN, rng=np.random.default_rng(0)), one)


def test_no_contrast_changes_nothing():
    maps = slabs(3.0)
    assert textured(maps, **{**GRAIN, "contrast": 0.0}, rng=np.random.default_rng(0)) is maps


@given(st.integers(0, 1000), st.floats(0.01, 3.0), st.floats(5, 300), st.floats(3, 60))
@settings(max_examples=40, deadline=None)
def test_mass_is_kept_and_nothing_is_negative(seed, contrast, grain_mm, pitch_mm):
    rng = np.random.default_rng(seed)
    maps = rng.random((3, 24, 31)) * (rng.random((3, 24, 31)) < 0.6) * np.array([1.0, 40.0, 0.0])[:, None, None]
    shown = textured(maps, grain_mm=grain_mm, contrast=contrast, density_g_cm3=0.4, pitch_mm=pitch_mm, rng=rng)
    np.testing.assert_allclose(shown.sum(axis=(1, 2)), maps.sum(axis=(1, 2)), rtol=1e-9)
    assert shown.min() >= 0
    assert not shown[maps == 0].any()


@pytest.mark.parametrize("depth", [1.0, 5.0, 20.0])
def test_as_many_grains_along_the_beam_average_out(depth):
    """A chord of depth / density holds n grains: the pixel is off by contrast / sqrt(n)."""
    shown = textured(slabs(depth, 2 * depth, shape=(400, 600)), **GRAIN, rng=np.random.default_rng(1))
    grains = max(30 * depth / 0.25 / 60, 1.0)
    assert shown[0].std() / depth == pytest.approx(0.4 / np.sqrt(grains), rel=0.06)
    np.testing.assert_allclose(shown[1], 2 * shown[0], rtol=1e-9)


def test_grains_far_below_a_pixel_average_out():
    fine = textured(slabs(0.1), **{**GRAIN, "grain_mm": 3.0}, rng=np.random.default_rng(2))
    chord_grains = 0.1 / 0.25 * 10 / 3.0
    assert fine.std() / 0.1 == pytest.approx(0.4 / np.sqrt(chord_grains) * 3.0 / 6.0, rel=0.1)


def correlation(field, lag, axis):
    one, other = np.moveaxis(field, axis, 0)[:-lag], np.moveaxis(field, axis, 0)[lag:]
    return (one * other).mean()


@pytest.mark.parametrize("sigma", [0.4, 2.0, 5.0])
def test_the_field_is_normal_and_looks_alike_in_every_direction(sigma):
    fields = [smooth_noise(300, 400, sigma, np.random.default_rng(seed)) for seed in range(6)]
    assert np.mean(fields) == pytest.approx(0, abs=0.1)
    assert np.mean(np.square(fields)) == pytest.approx(1, abs=0.08)
    for lag in (1, 2, round(2.5 * sigma + 1), round(6 * sigma + 1)):
        wanted = np.exp(-(lag**2) / (4 * sigma**2))
        along = [np.mean([correlation(field, lag, axis) for field in fields]) for axis in (0, 1)]
        np.testing.assert_allclose(along, wanted, atol=0.07)
    if sigma > 1:  # along a diagonal as along the axes
        diagonal = np.mean([(field[3:, 3:] * field[:-3, :-3]).mean() for field in fields])
        assert diagonal == pytest.approx(np.exp(-18 / (4 * sigma**2)), abs=0.07)


def test_every_place_varies_alike():
    """No grid shows: the variance of a pixel over many draws does not depend on where it is."""
    draws = np.array([smooth_noise(40, 50, 3.7, np.random.default_rng(seed)) for seed in range(1500)])
    np.testing.assert_allclose(draws.std(axis=0), 1, atol=0.09)


def test_the_same_seed_is_the_same_field():
    one, two = (smooth_noise(50, 60, 2.0, np.random.default_rng(7)).tobytes() for _ in range(2))
    assert one == two


def test_grains_are_of_a_likely_size():
    for goods in all_goods():
        if goods.grain is not None:
            assert 20 <= goods.grain.size_mm <= 200
            assert goods.grain.contrast <= 0.6
