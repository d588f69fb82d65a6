from dataclasses import replace

import numpy as np
import pytest

from imaging import Quantity, UnusableScan
from imaging.calibration import find_air


def test_air_is_what_lies_around_the_unit(line_scan, turn):
    scan = line_scan()
    empty = (scan.truth == 1).all(axis=0)
    region = find_air(scan.view())
    assert not (region.mask_HW & ~empty).any()
    assert region.mask_HW.sum() > 0.85 * empty.sum()
    assert region.level_C == pytest.approx((50000, 40000), rel=1e-3)
    assert np.array_equal(find_air(turn(scan.view()), detector="columns").mask_HW, region.mask_HW.T)


@pytest.mark.parametrize("factor", [0.0, 0.9, 1.12], ids=["dead", "low", "hot"])
def test_bad_elements_do_not_tear_the_region(line_scan, factor):
    scan = line_scan().view()
    scan.pixels[:, 33:36] = (scan.pixels[:, 33:36] * factor).astype(np.uint16)
    region = find_air(scan)
    assert region.mask_HW[33:36, :36].all()
    assert region.level_C == pytest.approx((50000, 40000), rel=1e-3)


def test_transmission_has_air_at_one(line_scan):
    scan = line_scan()
    view = replace(scan.view(np.float32), quantity=Quantity.TRANSMISSION, air=None)
    with pytest.raises(UnusableScan, match="where air is"):
        find_air(view)
    assert find_air(replace(view, air=np.full((2, 96, 1), 1.0) * np.array([50000, 40000])[:, None, None]))
    unit = replace(view, pixels=view.pixels / np.array([50000, 40000], np.float32)[:, None, None])
    assert find_air(unit).level_C == pytest.approx((1, 1), rel=1e-3)


def refused(view, words):
    with pytest.raises(UnusableScan, match=words) as caught:
        find_air(view)
    assert "reference scan" in caught.value.remedy


def test_cargo_all_over_the_frame_is_refused(line_scan):
    rng = np.random.default_rng(0)
    view = line_scan().view()
    goods = rng.uniform(0.1, 0.9, (1, 12, 20)).repeat(8, axis=1).repeat(10, axis=2)
    full = replace(view, pixels=(goods * view.pixels.max()).astype(np.uint16).repeat(2, axis=0))
    refused(full, "where air is|of its frame")
    ramp = np.linspace(1000, 50000, 96 * 200).reshape(1, 96, 200).astype(np.uint16).repeat(2, axis=0)
    refused(replace(view, pixels=ramp[:, :, ::-1].copy()), "no level that holds|where air is|brighter|varies")


def test_a_frame_of_two_levels_and_nothing_between_is_refused(line_scan):
    pixels = np.full((2, 60, 80), 2000, np.uint16)
    pixels[:, :, 40:] = 1300
    pixels[:, 20:40, :2] = 60_000
    refused(replace(line_scan().view(air=None), pixels=pixels), "two levels in its frame")


def test_a_frame_without_any_plateau_is_refused(line_scan):
    noise = np.random.default_rng(0).uniform(1000, 65000, (2, 96, 200)).astype(np.uint16)
    refused(replace(line_scan().view(air=None), pixels=noise), "no level that holds|varies|at the level|brighter")


def test_a_slab_over_the_frame_is_told_from_air_by_the_stated_level(line_scan):
    view = line_scan().view()
    slab = replace(view, pixels=(0.85 * view.pixels).astype(np.uint16))
    refused(slab, "where air is")
    assert find_air(replace(slab, air=None)).level_C[0] == pytest.approx(0.85 * 50000, rel=1e-3)


def test_goods_brighter_than_their_frame_are_refused(line_scan):
    scan = line_scan()
    scan.truth[:] = 0.7
    scan.truth[:, 30:60, 50:120] = 1
    refused(scan.view(air=None), "brighter than the plateau")


def test_a_bright_part_that_is_uneven_is_refused(line_scan):
    scan = line_scan()
    scan.truth[:] = 1
    scan.truth += 0.025 * np.sin(np.arange(200) / 6)
    refused(scan.view(), "varies by")


def test_a_sliver_of_air_is_not_enough(line_scan):
    scan = line_scan(elements=500, lines=500)
    scan.truth[:] = 0.3 + 0.3 * np.random.default_rng(1).random((1, 125, 125)).repeat(4, 1).repeat(4, 2)
    scan.truth[:, :4] = 1
    refused(scan.view(), "of the picture at the level")


@pytest.mark.parametrize("value", [0, np.nan])
def test_nothing_at_all_is_refused(line_scan, value):
    view = line_scan().view(np.float32)
    refused(replace(view, pixels=np.full_like(view.pixels, value)), "without a beam")


def test_values_that_are_no_numbers_are_not_air(line_scan):
    view = line_scan().view(np.float32)
    view.pixels[0, 3, 5] = np.nan
    view.pixels[1, 4, 190] = np.inf
    mask = find_air(view).mask_HW
    assert not mask[3, 5]
    assert not mask[4, 190]
    assert mask[3, 20]


@pytest.mark.real
def test_every_real_bag_has_air_near_the_profiles(bags):
    for view in bags:
        assert np.abs(np.array(find_air(view).level_C) / view.air - 1).max() < 0.02


@pytest.mark.real
def test_no_part_of_a_bag_without_air_passes_for_it(bags):
    """Windows in which nothing transmits more than 90 %: with a stated air level, all are refused."""
    rng = np.random.default_rng(0)
    looked_at = 0
    for view in bags:
        height, width = view.size_hw
        for _ in range(40):
            top, left = rng.integers(0, height - height // 3), rng.integers(0, width - width // 3)
            window = view.pixels[:, top : top + height // 3, left : left + width // 3]
            if window[1].max() > 0.9 * view.air[1]:
                continue
            looked_at += 1
            refused(replace(view, pixels=window), None)
    assert looked_at > 100
