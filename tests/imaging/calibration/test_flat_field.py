from dataclasses import replace

import numpy as np
import pytest

from imaging import Channel, NoPhysics, ProfileError, Quantity, View
from imaging.calibration import air_dark, flat_field
from imaging.calibration.reference import AirDark

CHANNELS = (Channel("low"), Channel("high"))


def levels(air, dark, elements=4, air_noise=0.0, dark_noise=0.0, air_error=0.0, dark_error=0.0, detector="rows"):
    def full(value):
        return np.full((2, elements), float(value))

    parts = map(full, (air, air_error, air_noise, dark, dark_error, dark_noise))
    return AirDark(("low", "high"), detector, *parts)


def counts(values, **rest):
    return View("0", np.asarray(values), CHANNELS, Quantity.COUNTS, **rest)


def test_golden_values():
    pixels = np.full((2, 4, 5), 100, np.uint16)
    pixels[0, 1, 2], pixels[1, 3, 4] = 1100, 600
    flat = flat_field(counts(pixels, air=(9.0, 9.0)), levels(1100, 100)).view
    assert flat.pixels[0, 1, 2] == 1
    assert flat.pixels[1, 3, 4] == 0.5
    assert flat.pixels[0, 0, 0] == 0
    assert flat.pixels.dtype == np.float32
    assert (flat.quantity, flat.air, flat.law, flat.valid) == (Quantity.TRANSMISSION, None, None, None)
    assert np.array_equal(flat.transmission(), flat.pixels)


def test_each_element_is_its_own_judge(line_scan):
    gain = 1 + 0.05 * np.random.default_rng(2).standard_normal((2, 96))
    empty = line_scan(gain_CE=gain, lines=4000, seed=3)
    empty.truth[:] = 1
    scan = line_scan(gain_CE=gain, dark=300.0)
    empty.dark = 300.0
    dark = replace(empty.view(), pixels=np.full((2, 96, 50), 300, np.uint16))
    found = flat_field(scan.view(), air_dark(empty.view(), dark))
    error = found.view.pixels - scan.truth
    assert np.abs(error.mean(axis=2)).max() < 4 * 0.003 / np.sqrt(200)
    assert error.std() == pytest.approx(found.sigma_CHW.mean(), rel=0.1)


def test_columns_are_turned_back(line_scan, turn):
    scan = line_scan().view()
    rows = flat_field(scan, levels(50000, 0, 96)).view.pixels
    columns = flat_field(turn(scan), levels(50000, 0, 96, detector="columns")).view.pixels
    assert np.array_equal(columns, np.swapaxes(rows, 1, 2))


def test_uncertainty_is_that_of_repeated_measurements():
    """Monte Carlo: counts, air and dark drawn again and again, each through the plain formula."""
    rng = np.random.default_rng(4)
    air, dark, beam, draws = 20000.0, 500.0, 0.3, 200_000
    swing = air - dark
    quanta, electronics = 120.0, 30.0
    a, d = rng.normal(air, 50, draws), rng.normal(dark, 20, draws)
    count = rng.normal(dark + beam * swing, np.sqrt(electronics**2 + beam * quanta**2), draws)
    expected = ((count - d) / (a - d)).std()
    reference = levels(
        air, dark, air_noise=np.hypot(quanta, electronics), dark_noise=electronics, air_error=50, dark_error=20
    )
    pixels = np.full((2, 4, 3), dark + beam * swing, np.float32)
    assert flat_field(counts(pixels), reference).sigma_CHW == pytest.approx(expected, rel=0.01)


def test_an_element_that_does_not_see_the_beam_is_not_valid():
    reference = levels(1000, 0)
    reference.air_CE[1, 2] = 0
    mask = np.ones((4, 5), np.bool_)
    mask[0, 0] = False
    pixels = np.full((2, 4, 5), 500, np.uint16)
    for valid, silent in ((None, 5), (mask, 6)):
        found = flat_field(counts(pixels, valid=valid), reference)
        assert np.count_nonzero(~found.view.valid) == silent
        assert not found.view.valid[2].any()
        assert np.isnan(found.view.pixels[1, 2]).all()
        assert np.isnan(found.sigma_CHW[1, 2]).all()
        assert (found.view.pixels[0] == 0.5).all()


def test_what_was_not_valid_stays_so():
    mask = np.zeros((4, 5), np.bool_)
    view = counts(np.ones((2, 4, 5), np.uint16), valid=mask)
    assert flat_field(view, levels(2, 0)).view.valid is mask


def test_misfits_are_refused():
    pixels = np.ones((2, 5, 5), np.uint16)
    with pytest.raises(ProfileError, match="4 detector elements"):
        flat_field(counts(pixels), levels(10, 0))
    with pytest.raises(NoPhysics):
        flat_field(replace(counts(pixels), quantity=Quantity.UNKNOWN), levels(10, 0, 5))
