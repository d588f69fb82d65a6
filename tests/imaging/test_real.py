"""Real scans: what is there is read, and the estimated profile fits it."""

import cv2
import numpy as np
import pytest
import tifffile

from imaging import Quantity, check_usable, find_scans, pseudo_colour, read_profile, read_scan

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def bags(real_data):
    return find_scans(real_data / "dual_energy_bags")


@pytest.fixture(scope="module")
def profile(root):
    return read_profile(root / "configs" / "scanners" / "dual_energy_bags.yaml")


def background_level(plane):
    """Median of the brightest plateau: the empty belt around a bag."""
    bright = np.percentile(plane, 95)
    return float(np.median(plane[np.abs(plane - bright) < 0.03 * bright]))


def test_a_folder_of_bags_is_pairs_renderings_and_a_side_file(bags):
    scans = [scan for scan in bags if scan.skip_reason is None]
    skipped = [scan for scan in bags if scan.skip_reason is not None]
    assert len(scans) == 22
    assert all(len(scan.files) == 2 for scan in scans)
    assert sum("rendering" in scan.skip_reason for scan in skipped) == 13
    assert [scan.scan_id for scan in skipped if "side file" in scan.skip_reason] == ["pairs.csv"]
    assert sum(len(scan.files) for scan in bags) == 44 + 13 + 1


def test_bags_are_the_numbers_of_the_files_and_the_profile_air_is_their_background(bags, profile):
    levels = []
    for found in (scan for scan in bags if scan.skip_reason is None):
        scan = read_scan(found.files, profile, scan_id=found.scan_id)
        check_usable(scan.view)
        assert scan.quantity is Quantity.COUNTS
        for plane, file in zip(scan.pixels, found.files, strict=True):
            assert np.array_equal(plane, tifffile.imread(file))
        levels.append([background_level(plane) for plane in scan.pixels])
    assert np.abs(np.array(levels) / profile.air - 1).max() < 0.05
    assert np.abs(np.median(levels, axis=0) / profile.air - 1).max() < 0.002


def test_colours_agree_with_the_vendors_where_both_are_sure(bags, profile):
    """Hue of our picture against the vendor's rendering: orange, green and blue mean the same."""
    agree = total = 0
    for found in (scan for scan in bags if scan.skip_reason is None):
        vendor = found.files[0].with_name(found.files[0].name.replace("_lo.", "_colored."))
        if not vendor.exists():
            continue
        ours = pseudo_colour(read_scan(found.files, profile).view)
        theirs = read_scan(vendor).pixels.transpose(1, 2, 0)
        first, second = (_material(picture) for picture in (ours, theirs))
        sure = (first > 0) & (second > 0)
        agree += int((first == second)[sure].sum())
        total += int(sure.sum())
    assert total > 100_000
    assert agree / total > 0.8


def _material(picture_HW3):
    """1 orange, 2 green, 3 blue, 0 where the colour is too pale to say."""
    hue, saturation, _ = cv2.split(cv2.cvtColor(np.ascontiguousarray(picture_HW3), cv2.COLOR_RGB2HSV))
    bands = ((5, 24), (45, 75), (95, 125))
    named = sum(number * ((hue >= low) & (hue <= high)) for number, (low, high) in enumerate(bands, start=1))
    return np.where(saturation > 60, named, 0)


@pytest.mark.parametrize("name", ["subway_bags", "cabinet_knives", "airport_blades", "metro_scenes"])
def test_rendered_pictures_are_read_as_pictures(real_data, name):
    scans = [scan for scan in find_scans(real_data / name) if scan.skip_reason is None]
    assert len(scans) >= 100
    for found in scans[:: max(1, len(scans) // 12)]:
        scan = read_scan(found.files, scan_id=found.scan_id)
        assert scan.source.format == "jpeg"
        assert scan.quantity is Quantity.DISPLAY
        check_usable(scan.view)
        assert np.array_equal(pseudo_colour(scan.view)[..., ::-1], cv2.imread(str(found.files[0]), cv2.IMREAD_COLOR))


def test_threat_library_is_pairs(real_data):
    scans = find_scans(real_data / "dual_energy_threats")
    assert len(scans) == 96
    assert all(len(scan.files) == 2 for scan in scans)
    assert read_scan(scans[0].files).channel_names == ("low", "high")
