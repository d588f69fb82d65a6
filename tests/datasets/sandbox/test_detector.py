import numpy as np
import pytest

from datasets.sandbox.physics.beam import of_scanner, signal_density
from datasets.sandbox.physics.detector import (
    detect,
    displaced,
    equal_quanta,
    expected,
    noise_of_log,
    scattered,
)
from datasets.sandbox.physics.materials import STEEL, coefficients
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import Figure, read_scanner, scanner_names
from tests.datasets.sandbox.ordering import field_of

SCANNER = read_scanner()
AIR_COUNTS, ELECTRONIC_COUNTS = SCANNER.air_counts, SCANNER.electronic_counts.value
LOW, HIGH = 0, 1


def flat(level, size=240):
    return np.full((2, size, size), level, np.float32)


def pixel_variance(image_HW):
    """Variance of single pixels, with what a whole row or column has in common taken out."""
    image = image_HW.astype(np.float64)
    left = image - image.mean(axis=0) - image.mean(axis=1, keepdims=True) + image.mean()
    rows, columns = image.shape
    return (left**2).sum() / ((rows - 1) * (columns - 1))


def test_one_pixel_of_air():
    counts = detect(np.ones((2, 1, 1), np.float32), SCANNER, np.random.default_rng(0))
    assert counts.dtype == np.uint16
    assert counts.shape == (2, 1, 1)
    assert counts.mean() == pytest.approx(AIR_COUNTS, rel=0.02)


def test_nothing_behind_an_opaque_thing_but_electronics():
    counts = detect(flat(0.0), SCANNER, np.random.default_rng(0))
    assert counts.max() < 8 * ELECTRONIC_COUNTS
    assert (counts == 0).mean() == pytest.approx(0.55, abs=0.02)  # clipped at zero, rounded: P(N(0, 4) < 0.5)


def test_air_reads_as_the_profile_says_and_is_not_clipped():
    counts = detect(flat(1.0), SCANNER, np.random.default_rng(1))
    np.testing.assert_allclose(counts.mean(axis=(1, 2)), AIR_COUNTS, rtol=0.001)
    assert counts.max() < 65535


def test_the_variance_of_a_pixel_follows_its_mean_above_a_floor():
    rng = np.random.default_rng(2)
    levels = np.array([5e-4, 2e-3, 0.01, 0.05, 0.2, 0.6, 1.0])
    measured = np.array([pixel_variance(detect(flat(level), SCANNER, rng)[0]) for level in levels])
    floor = ELECTRONIC_COUNTS**2 + 1 / 12  # the electronics, and the rounding to whole counts
    np.testing.assert_allclose(measured, levels * AIR_COUNTS**2 / equal_quanta(SCANNER)[LOW] + floor, rtol=0.03)


def test_four_times_the_area_is_a_quarter_of_the_quantum_noise():
    rng = np.random.default_rng(3)
    small, large = (pixel_variance(detect(flat(0.5), SCANNER.at_pitch(pitch), rng)[1]) for pitch in (6.0, 12.0))
    assert small / large == pytest.approx(4.0, rel=0.05)


def test_channels_have_noise_of_their_own():
    low, high = detect(flat(0.5), SCANNER, np.random.default_rng(4)).astype(float)
    assert abs(np.corrcoef(low.ravel(), high.ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("level", [0.003, 0.05, 0.7])
def test_the_noise_that_labels_count_with_is_the_noise_of_pictures(level):
    image = detect(flat(level), SCANNER, np.random.default_rng(5))[1].astype(float)
    wanted = float(noise_of_log(np.full((1, 1), level, np.float32), SCANNER)[0, 0])
    assert np.sqrt(pixel_variance(np.log(image))) == pytest.approx(wanted, rel=0.05)


def test_the_same_stream_gives_the_same_bytes():
    one, two = (detect(flat(0.3, 20), SCANNER, np.random.default_rng(6)).tobytes() for _ in range(2))
    assert one == two


def test_air_scatters_nothing():
    assert not scattered(flat(1.0, 9), 1.0, SCANNER).any()


def test_scatter_runs_along_its_column_and_no_other():
    sharp = flat(1.0, 41)
    sharp[:, 20, 20] = 0.3
    light = scattered(sharp, 1.0, SCANNER)
    assert (light[:, 10, 20] > 0).all()
    assert not np.delete(light, 20, axis=2).any()


def test_scatter_is_a_small_addition():
    areal = ArealDensity((STEEL,), np.full((1, 60, 5), 40.0))
    read = expected(areal, SCANNER)
    sharp = read - scattered(read, 1.0, SCANNER)
    assert ((read > sharp) & (read < 1.05 * sharp)).all()


def test_blur_moves_signal_and_loses_none():
    areal = np.zeros((1, 41, 41))
    areal[0, 20, 20] = 60.0
    shadow = 1 - expected(ArealDensity((STEEL,), areal), SCANNER)[1].astype(float)
    assert shadow[20, 20] == shadow.max()
    assert shadow[20, 19] == pytest.approx(shadow[20, 21], rel=1e-4)
    assert shadow[19, 20] > 0


# Faults of the machine


def with_figures(**values):
    """The default scanner with other figures, all other faults taken out."""
    quiet = dict.fromkeys(
        ("electronic_counts", "dose_jitter", "row_gain", "gain_drift", "dead_share", "wobble_px"), 0.0
    )
    figures = {
        name: getattr(SCANNER, name).model_copy(update={"value": value})
        for name, value in {**quiet, "interlace_px": 0.0, **values}.items()
    }
    return SCANNER.model_copy(update=figures)


def edge(columns=64, rows=64):
    """A step down a picture, from air to a tenth, in both channels."""
    image = np.ones((2, rows, columns), np.float32)
    image[:, rows // 2 :] = 0.1
    return image


def test_a_scanner_without_faults_displaces_nothing():
    image = np.random.default_rng(0).random((2, 9, 11), dtype=np.float32)
    assert np.array_equal(displaced(image, with_figures()), image)


def test_the_boom_swings_as_a_sine_of_the_place():
    period_px = 32
    scanner = with_figures(wobble_px=3.0, wobble_period_mm=period_px * SCANNER.pitch_mm.value)
    seen = displaced(edge(), scanner)[0]
    fallen = seen.sum(axis=0) / 0.9  # where the edge is, up to a constant
    wanted = -3.0 * np.sin(2 * np.pi * np.arange(64) / period_px)
    np.testing.assert_allclose(fallen - fallen.mean(), wanted - wanted.mean(), atol=0.05)


def test_the_low_channel_of_an_interlaced_source_is_half_a_column_late():
    image = np.ascontiguousarray(edge().transpose(0, 2, 1))
    seen = displaced(image, with_figures(interlace_px=0.5))
    assert np.array_equal(seen[HIGH], image[HIGH])
    np.testing.assert_allclose(seen[LOW, 5, 30:34], [1.0, 0.55, 0.1, 0.1], atol=1e-6)


def test_dead_elements_read_nothing_in_every_column():
    counts = detect(flat(0.5), with_figures(dead_share=0.1), np.random.default_rng(0))
    dead = (counts == 0).all(axis=2)
    assert 20 <= dead.sum() <= 80  # of 480
    assert (counts[~dead] > 0).all()


def test_gain_errors_grow_along_the_scan():
    counts = detect(flat(0.5), with_figures(row_gain=0.05, gain_drift=1.0), np.random.default_rng(0)).astype(float)
    first, last = counts[0, :, :40].mean(axis=1), counts[0, :, -40:].mean(axis=1)
    assert np.std(last) / np.std(first) == pytest.approx(2.0, rel=0.2)


@pytest.mark.parametrize("name", scanner_names())
def test_every_scanner_reads_air_and_an_opaque_block(name):
    scanner = read_scanner(name)
    image = np.ones((len(scanner.channels), 40, 60), np.float32)
    image[:, 20:] = 0
    counts = detect(displaced(image, scanner), scanner, np.random.default_rng(0))
    assert counts.shape == image.shape
    np.testing.assert_allclose(np.median(counts[:, :18], axis=(1, 2)), scanner.air_counts, rtol=0.01)
    assert np.median(counts[:, 22:]) < 10 * scanner.electronic_counts.value


@pytest.mark.parametrize("name", scanner_names())
def test_every_figure_of_a_scanner_says_where_it_comes_from(name):
    for key, figure in read_scanner(name):
        if isinstance(figure, Figure):
            assert figure.source, key


@pytest.mark.parametrize("name", ["", "../goods", "no_such"])
def test_a_scanner_that_is_not_there(name):
    with pytest.raises(ValueError, match=r"one of linac.*found.*choose"):
        read_scanner(name)


def test_excess_noise_is_that_of_what_photons_deposit():
    """Against counting photons one by one."""
    scanner = read_scanner("linac_9_6_portal")
    energy = np.geomspace(120, 9000, 2000)
    for channel, excess in zip(scanner.channels, of_scanner(scanner).excess_C, strict=True):
        signal = signal_density(energy, channel) * energy
        name = channel.crystal.value[0]
        deposit = energy * coefficients(name, energy, "absorbed") / coefficients(name, energy)
        chance = signal / deposit
        drawn = np.random.default_rng(0).choice(deposit, 400_000, p=chance / chance.sum())
        assert (drawn**2).mean() / drawn.mean() ** 2 == pytest.approx(excess, rel=0.02)


def test_a_parallel_beam_is_even_and_a_fan_is_brightest_on_its_axis():
    np.testing.assert_array_equal(field_of(SCANNER).dose_R(15.0), 1.0)
    fan = field_of(read_scanner("linac_6_4_gantry"))
    np.testing.assert_array_equal(fan.dose_R(0.0), 1.0)
    dose = fan.dose_R(15.0)
    assert dose.shape == (fan.rows,)
    assert dose.max() == 1
    assert (np.diff(dose[: dose.argmax()]) > 0).all()
    assert (np.diff(dose[dose.argmax() :]) < 0).all()
    # A ray 15 degrees above the axis of the middle row has half its dose, and cos2 of its angle over that of the other.
    near = fan.geometry.source_near_mm + fan.middle_mm
    heights = fan.top - (np.arange(fan.rows) + 0.5) * fan.pitch_mm - fan.geometry.source_height_mm
    angle = np.arctan2(heights, near)
    middle = angle[fan.rows // 2]
    wanted = 0.5 * (np.cos(middle + np.radians(15)) / np.cos(middle)) ** 2
    assert np.interp(middle + np.radians(15), angle[::-1], dose[::-1]) / dose[fan.rows // 2] == pytest.approx(
        wanted, rel=0.01
    )


def test_rows_with_less_dose_are_as_bright_and_noisier():
    dose = np.array([1.0, 0.25])
    quiet = with_figures(dose_jitter=0.0, row_gain=0.0)
    level = 0.01
    image = np.full((2, 2, 40_000), level, np.float32)
    counts = detect(image, quiet, np.random.default_rng(9), dose)[1].astype(float)
    np.testing.assert_allclose(counts.mean(axis=1), level * AIR_COUNTS, rtol=2e-3)
    wanted = noise_of_log(np.full((2, 1), level, np.float32), quiet, dose)[:, 0]
    np.testing.assert_allclose(counts.std(axis=1) / counts.mean(axis=1), wanted, rtol=0.02)
    assert wanted[1] > 1.9 * wanted[0]
