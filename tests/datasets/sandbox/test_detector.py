import numpy as np
import pytest

from datasets.sandbox.detector import (
    AIR_COUNTS,
    ELECTRONIC_COUNTS,
    EXCESS_NOISE,
    QUANTA_PER_CM2,
    detect,
    expected,
    noise_of_log,
    scattered,
)
from datasets.sandbox.materials import STEEL
from datasets.sandbox.projection import ArealDensity

PITCH_MM = 12.0
COUNTS_PER_QUANTUM = AIR_COUNTS * EXCESS_NOISE / (QUANTA_PER_CM2 * 1.2 * 1.2)


def flat(level, size=240):
    return np.full((2, size, size), level, np.float32)


def pixel_variance(image_HW):
    """Variance of single pixels, with what a whole row or column has in common taken out."""
    image = image_HW.astype(np.float64)
    left = image - image.mean(axis=0) - image.mean(axis=1, keepdims=True) + image.mean()
    rows, columns = image.shape
    return (left**2).sum() / ((rows - 1) * (columns - 1))


def test_one_pixel_of_air():
    counts = detect(np.ones((2, 1, 1), np.float32), PITCH_MM, np.random.default_rng(0))
    assert counts.dtype == np.uint16
    assert counts.shape == (2, 1, 1)
    assert counts.mean() == pytest.approx(AIR_COUNTS, rel=0.02)


def test_nothing_behind_an_opaque_thing_but_electronics():
    counts = detect(flat(0.0), PITCH_MM, np.random.default_rng(0))
    assert counts.max() < 8 * ELECTRONIC_COUNTS
    assert (counts == 0).mean() == pytest.approx(0.55, abs=0.02)  # clipped at zero, rounded: P(N(0, 4) < 0.5)


def test_air_reads_as_the_profile_says_and_is_not_clipped():
    counts = detect(flat(1.0), PITCH_MM, np.random.default_rng(1))
    np.testing.assert_allclose(counts.mean(axis=(1, 2)), AIR_COUNTS, rtol=0.001)
    assert counts.max() < 65535


def test_the_variance_of_a_pixel_follows_its_mean_above_a_floor():
    rng = np.random.default_rng(2)
    levels = np.array([5e-4, 2e-3, 0.01, 0.05, 0.2, 0.6, 1.0])
    measured = np.array([pixel_variance(detect(flat(level), PITCH_MM, rng)[0]) for level in levels])
    floor = ELECTRONIC_COUNTS**2 + 1 / 12  # the electronics, and the rounding to whole counts
    np.testing.assert_allclose(measured, levels * AIR_COUNTS * COUNTS_PER_QUANTUM + floor, rtol=0.03)


def test_four_times_the_area_is_a_quarter_of_the_quantum_noise():
    rng = np.random.default_rng(3)
    small, large = (pixel_variance(detect(flat(0.5), pitch, rng)[1]) for pitch in (6.0, 12.0))
    assert small / large == pytest.approx(4.0, rel=0.05)


def test_channels_have_noise_of_their_own():
    low, high = detect(flat(0.5), PITCH_MM, np.random.default_rng(4)).astype(float)
    assert abs(np.corrcoef(low.ravel(), high.ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("level", [0.003, 0.05, 0.7])
def test_the_noise_that_labels_count_with_is_the_noise_of_pictures(level):
    image = detect(flat(level), PITCH_MM, np.random.default_rng(5))[1].astype(float)
    wanted = float(noise_of_log(np.full((1, 1), level, np.float32), PITCH_MM)[0, 0])
    assert np.sqrt(pixel_variance(np.log(image))) == pytest.approx(wanted, rel=0.05)


def test_the_same_stream_gives_the_same_bytes():
    one, two = (detect(flat(0.3, 20), PITCH_MM, np.random.default_rng(6)).tobytes() for _ in range(2))
    assert one == two


def test_air_scatters_nothing():
    assert not scattered(flat(1.0, 9), PITCH_MM).any()


def test_scatter_runs_along_its_column_and_no_other():
    sharp = flat(1.0, 41)
    sharp[:, 20, 20] = 0.3
    light = scattered(sharp, PITCH_MM)
    assert (light[:, 10, 20] > 0).all()
    assert not np.delete(light, 20, axis=2).any()


def test_scatter_is_a_small_addition():
    areal = ArealDensity((STEEL,), np.full((1, 60, 5), 40.0))
    read = expected(areal, PITCH_MM)
    sharp = read - scattered(read, PITCH_MM)
    assert ((read > sharp) & (read < 1.05 * sharp)).all()


def test_blur_moves_signal_and_loses_none():
    areal = np.zeros((1, 41, 41))
    areal[0, 20, 20] = 60.0
    shadow = 1 - expected(ArealDensity((STEEL,), areal), PITCH_MM)[1].astype(float)
    assert shadow[20, 20] == shadow.max()
    assert shadow[20, 19] == pytest.approx(shadow[20, 21], rel=1e-4)
    assert shadow[19, 20] > 0
