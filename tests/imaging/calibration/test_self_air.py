from dataclasses import replace

import numpy as np
import pytest

from imaging import UnusableScan
from imaging.calibration import find_air, flat_field, self_air
from imaging.calibration.self_air import element_levels
from imaging.law import Law

GAIN = 1 + 0.01 * np.random.default_rng(5).standard_normal((2, 96))


def test_gain_of_every_element_is_found_in_the_scan_itself(line_scan, turn):
    scan = line_scan(gain_CE=GAIN).view()
    found = self_air(scan)
    truth = GAIN * np.array([[50000], [40000]])
    assert np.abs(found.air_CE / truth - 1).max() < 4 * 0.003 / np.sqrt(60)
    assert np.abs((found.air_CE - truth) / found.air_error_CE).max() < 5
    assert found.air_noise_CE / truth == pytest.approx(0.003, rel=0.4)
    assert not found.dark_CE.any()
    assert np.array_equal(self_air(turn(scan), detector="columns").air_CE, found.air_CE)


def test_flat_field_with_it_gives_the_truth(line_scan):
    scan = line_scan(gain_CE=GAIN)
    flat = flat_field(scan.view(), self_air(scan.view())).view
    before = scan.view().transmission() - scan.truth
    assert np.abs(before.mean(axis=2)).max() > 0.01
    assert np.abs((flat.pixels - scan.truth).mean(axis=2)).max() < 2e-3


def test_an_element_without_air_gets_what_lies_between_its_neighbours(line_scan):
    scan = line_scan(gain_CE=GAIN)
    scan.truth[:, 60:70] = 0.5
    found = self_air(scan.view())
    known = self_air(line_scan(gain_CE=GAIN).view())
    inside = found.air_CE[0, 60:70]
    assert np.diff(inside) == pytest.approx(np.full(9, (inside[-1] - inside[0]) / 9))
    assert (found.air_error_CE[0, 62:68] > 0.004 * 50000).all()
    assert (known.air_error_CE[0, 62:68] < 0.001 * 50000).all()


def test_the_stated_dark_level_is_taken_over(line_scan, turn):
    view = line_scan(dark=300.0).view(air=(50300.0, 40300.0))
    for dark in ((300.0, 200.0), np.array([300.0, 200.0]).reshape(2, 1, 1) + np.zeros((2, 96, 1))):
        found = self_air(replace(view, law=Law(dark=dark)))
        assert found.dark_CE.shape == (2, 96)
        assert (found.dark_CE == [[300], [200]]).all()
    columns = np.arange(192.0).reshape(2, 1, 96)
    found = self_air(replace(turn(view), law=Law(dark=columns)), detector="columns")
    assert np.array_equal(found.dark_CE, columns[:, 0])


def test_too_little_air_is_refused(line_scan):
    view = line_scan().view()
    region = find_air(view)
    sliver = np.zeros_like(region.mask_HW)
    sliver[:, :15] = True
    with pytest.raises(UnusableScan, match="16 empty lines"):
        self_air(view, replace(region, mask_HW=sliver))


def test_levels_take_only_what_the_mask_gives():
    values = np.arange(40, dtype=np.float32).reshape(1, 2, 20)
    mask = np.zeros((2, 20), np.bool_)
    mask[0, :16] = True
    mask[1, :15] = True
    level, error, noise = element_levels(values, mask)
    assert level[0, 0] == pytest.approx(7.5)
    assert noise[0, 0] == pytest.approx(np.arange(16).std(ddof=1))
    assert error[0, 0] == pytest.approx(np.arange(16).std(ddof=1) / 4)
    assert np.isnan([level[0, 1], error[0, 1], noise[0, 1]]).all()


@pytest.mark.real
def test_self_found_air_flattens_the_background_of_real_bags(bags):
    """Levels taken over even columns of the background, unevenness over detector rows measured on odd ones."""
    before, after = [], []
    for view in bags:
        region = find_air(view)
        even = region.mask_HW.copy()
        even[:, 1::2] = False
        flat = flat_field(view, self_air(view, replace(region, mask_HW=even))).view
        odd = region.mask_HW & ~even
        before.append(unevenness(view.transmission(), odd))
        after.append(unevenness(flat.pixels, odd))
    assert np.median(before, axis=0) == pytest.approx([0.0067, 0.0042], abs=0.0005)
    assert np.median(after, axis=0) == pytest.approx([0.0008, 0.0014], abs=0.0002)
    assert np.max(after) < 0.0025
    assert np.max(before) > 0.015


def unevenness(transmission_CHW, mask_HW):
    rows = np.flatnonzero(mask_HW.sum(axis=1) >= 16)
    return [np.std([plane[row][mask_HW[row]].mean() for row in rows]) for plane in transmission_CHW]
