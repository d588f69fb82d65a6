from dataclasses import replace

import numpy as np
import pytest

from imaging import Channel, NoPhysics, ProfileError, Quantity, UnusableScan, View
from imaging.calibration.reference import air_dark, check_fits

CHANNELS = (Channel("low"), Channel("high"))


def reference_scan(level, sigma, lines=400, elements=8, seed=0):
    rng = np.random.default_rng(seed)
    ramp = np.linspace(0.9, 1.1, elements)[:, None]
    pixels = rng.normal(level * ramp, sigma, (2, elements, lines))
    return View("r", np.clip(np.rint(pixels), 0, 65535).astype(np.uint16), CHANNELS, Quantity.COUNTS)


def test_levels_errors_and_noise_of_each_element(turn):
    air, dark = reference_scan(40000, 100), reference_scan(200, 4, lines=90, seed=1)
    found = air_dark(air, dark)
    assert found.air_CE == pytest.approx(np.tile(40000 * np.linspace(0.9, 1.1, 8), (2, 1)), abs=25)
    assert found.air_noise_CE == pytest.approx(100, rel=0.2)
    assert found.air_error_CE == pytest.approx(5, rel=0.2)
    assert found.dark_CE == pytest.approx(np.tile(200 * np.linspace(0.9, 1.1, 8), (2, 1)), abs=2)
    assert found.dark_noise_CE == pytest.approx(4, rel=0.3)
    assert np.array_equal(air_dark(turn(air), turn(dark), detector="columns").air_CE, found.air_CE)


def test_without_a_dark_scan_dark_is_zero():
    found = air_dark(reference_scan(1000, 1))
    assert not found.dark_CE.any()
    assert not found.dark_noise_CE.any()
    assert np.array_equal(found.swing_CE(), found.air_CE)


def test_a_vehicle_in_the_air_scan_does_not_move_the_level():
    clean = reference_scan(40000, 100)
    pixels = clean.pixels.copy()
    pixels[:, :, 50:200] //= 3
    levels = air_dark(replace(clean, pixels=pixels)).air_CE
    assert levels == pytest.approx(air_dark(clean).air_CE, rel=2e-3)


def test_an_element_that_does_not_see_the_beam_has_no_swing():
    air = reference_scan(40000, 100)
    air.pixels[1, 3] = 150
    swing = air_dark(air, reference_scan(200, 4)).swing_CE()
    assert np.isnan(swing[1, 3])
    assert np.isfinite(swing).sum() == 15


@pytest.mark.parametrize("change", [{"lines": 15}, {"elements": 0}], ids=["few lines", "no elements"])
def test_too_little_is_refused(change):
    with pytest.raises(UnusableScan):
        air_dark(reference_scan(1000, 1, **change))


def test_values_that_are_no_numbers_are_refused():
    view = replace(reference_scan(1000, 1), pixels=np.full((2, 8, 20), np.nan, np.float32))
    with pytest.raises(UnusableScan, match="320 values that are none"):
        air_dark(view)


def test_exchanged_references_are_refused():
    with pytest.raises(UnusableScan, match="exchanged"):
        air_dark(reference_scan(200, 4), reference_scan(40000, 100))


def test_references_of_two_detectors_are_refused():
    with pytest.raises(ProfileError, match=r"8 elements .* 9 of"):
        air_dark(reference_scan(1000, 1), reference_scan(10, 1, elements=9))
    single = replace(reference_scan(10, 1), channels=(Channel("high"), Channel("low")))
    with pytest.raises(ProfileError, match="one detector"):
        air_dark(reference_scan(1000, 1), single)


def test_a_picture_is_no_reference():
    with pytest.raises(NoPhysics):
        air_dark(replace(reference_scan(1000, 1), quantity=Quantity.DISPLAY))


def test_a_scan_of_another_height_is_refused(turn):
    reference = air_dark(reference_scan(1000, 1))
    check_fits(reference, reference_scan(900, 1, lines=30))
    with pytest.raises(ProfileError, match="8 detector elements"):
        check_fits(reference, reference_scan(1000, 1, elements=9))
    with pytest.raises(ProfileError, match="along the rows"):
        check_fits(reference, turn(reference_scan(1000, 1)))
    with pytest.raises(ProfileError):
        check_fits(reference, replace(reference_scan(1000, 1), channels=(Channel("high"), Channel("low"))))
