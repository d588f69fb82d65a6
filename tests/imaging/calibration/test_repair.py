from dataclasses import replace

import numpy as np
import pytest

from imaging import ProfileError, UnusableScan
from imaging.calibration import BadElement, ElementReport, find_air, find_bad_elements, repair


def report(*elements, reason="dead", channel="low", size=96, detector="rows"):
    bad = tuple(BadElement(channel, element, reason, -1.0, np.inf) for element in elements)
    return ElementReport(bad, 1.0, size, detector)


def test_nothing_bad_nothing_changed(line_scan):
    view = line_scan().view()
    found = repair(view, report())
    assert np.array_equal(found.view.pixels, view.pixels)
    assert found.view.pixels is not view.pixels
    assert not found.repaired_CHW.any()
    assert found.view.valid is None


def test_golden_values_and_the_mask(line_scan, turn):
    view = line_scan().view()
    view.pixels[0, 29:33, 7] = 100, 0, 0, 400
    found = repair(view, report(30, 31))
    assert found.view.pixels[0, 29:33, 7].tolist() == [100, 200, 300, 400]
    assert found.view.pixels.dtype == np.uint16
    assert np.argwhere(found.repaired_CHW.any(axis=2)).tolist() == [[0, 30], [0, 31]]
    assert found.repaired_CHW[0, 30:32].all()
    assert np.array_equal(found.view.pixels[1], view.pixels[1])
    columns = repair(turn(view), report(30, 31, detector="columns"))
    assert np.array_equal(columns.view.pixels, np.swapaxes(found.view.pixels, 1, 2))
    assert np.array_equal(columns.repaired_CHW, np.swapaxes(found.repaired_CHW, 1, 2))


def test_at_the_end_of_the_detector_the_nearest_stands_in(line_scan):
    view = line_scan().view(np.float64)
    found = repair(view, report(0, 1, 95)).view.pixels
    assert np.array_equal(found[0, 0], view.pixels[0, 2])
    assert np.array_equal(found[0, 95], view.pixels[0, 94])


def test_an_element_with_a_signal_is_left_to_the_flat_field(line_scan):
    view = line_scan().view()
    assert not repair(view, report(30, reason="gain")).repaired_CHW.any()
    assert repair(view, report(30, reason="gain"), reasons=("gain",)).repaired_CHW[0, 30].all()


@pytest.mark.parametrize(("width", "lost"), [(3, 0), (4, 4)])
def test_a_wide_gap_is_not_valid(line_scan, width, lost):
    view = line_scan().view()
    elements = range(30, 30 + width)
    found = repair(view, report(*elements))
    silent = 0 if found.view.valid is None else np.count_nonzero(~found.view.valid.all(axis=1))
    assert silent == lost
    mask = np.ones(view.size_hw, np.bool_)
    mask[0, 0] = False
    valid = repair(replace(view, valid=mask), report(*elements)).view.valid
    assert np.count_nonzero(~valid) == 1 + 200 * lost


def test_a_wide_gap_along_columns_is_not_valid(line_scan, turn):
    view = turn(line_scan().view())
    valid = repair(view, report(30, 31, 32, 33, detector="columns")).view.valid
    assert np.flatnonzero(~valid.all(axis=0)).tolist() == [30, 31, 32, 33]


@pytest.mark.parametrize(("count", "share"), [(5, 0.05), (96, 1.0)], ids=["too many", "all"])
def test_a_detector_with_too_many_bad_elements_is_refused(line_scan, count, share):
    view = line_scan().view()
    with pytest.raises(UnusableScan, match=f"at most {100 * share:g} %"):
        repair(view, report(*range(count)), most_share=share)
    assert repair(view, report(*range(4))).repaired_CHW.any()


def test_a_report_of_another_detector_is_refused(line_scan):
    with pytest.raises(ProfileError, match="95 elements for 96"):
        repair(line_scan().view(), report(3, size=95))


def test_found_and_mended_is_close_to_the_truth(line_scan):
    """A dead element is replaced by something nearer to the truth than the nearest neighbour is."""
    scan = line_scan()
    broken = scan.view()
    broken.pixels[0, 30] = 0
    mended = repair(broken, find_bad_elements(broken, find_air(broken)))
    error = mended.view.pixels[0, 30] / 50000 - scan.truth[0, 30]
    assert error.std() < 0.003
    assert {one.element for one in mended.report.bad} == {30}
