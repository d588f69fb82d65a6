import cv2
import numpy as np
import pytest

from datasets.sandbox import Rates
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.simulate import simulate
from imaging import Channel, NoPhysics, Quantity, UnusableScan, View, check_usable, find_scans, read_profile, read_scan
from imaging.quality.verdict import scan_quality


def noise(shape=(2, 50, 60), scale=0.003):
    return np.random.default_rng(1).normal(1.0, scale, shape).astype(np.float32)


@pytest.mark.parametrize(
    "pixels",
    [noise(), np.ones((2, 50, 60), np.float32), np.zeros((2, 50, 60), np.float32), np.full((2, 1, 1), 0.5, np.float32)],
    ids=["air noise", "air", "nothing gets through", "one pixel"],
)
def test_nothing_can_be_judged_from_these(view_of, pixels):
    with pytest.raises(UnusableScan, match=r";.*found .*;"):
        check_usable(view_of(pixels))


def test_opaque_with_dark_noise_is_opaque(view_of):
    with pytest.raises(UnusableScan, match="beam gets through"):
        check_usable(view_of(np.abs(noise()) * 1e-4))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_picture_is_blank(view_of, value):
    with pytest.raises(UnusableScan, match="contrast"):
        check_usable(view_of(np.full((3, 20, 20), value, np.uint8), Quantity.DISPLAY))


def test_a_small_object_in_air_is_enough(view_of):
    pixels = noise()
    pixels[:, 20:25, 30:35] = 0.9
    check_usable(view_of(pixels))


def test_an_almost_opaque_view_with_a_gap_is_usable(view_of):
    pixels = np.full((2, 50, 60), 1e-5, np.float32)
    pixels[:, :5] = 0.5
    check_usable(view_of(pixels))


@pytest.mark.parametrize(("dead_columns", "usable"), [(2, True), (4, False)])
def test_dead_columns(view_of, dead_columns, usable):
    pixels = noise()
    pixels[:, 20:30, 30:40] = 0.4
    pixels[:, :, :dead_columns] = np.nan
    view = view_of(pixels, valid=np.isfinite(pixels).all(axis=0))
    if usable:
        check_usable(view)
    else:
        with pytest.raises(UnusableScan, match="no number"):
            check_usable(view)


def cargo(dtype=np.uint16, shape=(2, 120, 240), air=50000):
    """Counts of a container with a box, and noise."""
    signal = np.ones(shape)
    signal[:, 20:100, 30:220] = 0.6
    signal[:, 20:24, 30:220] = 0.4
    signal[:, 60:100, 80:150] = 0.2
    signal += 0.003 * np.random.default_rng(2).standard_normal(shape)
    return (air * signal).astype(dtype)


def counts(view_of, pixels, **rest):
    return view_of(pixels, Quantity.COUNTS, **{"air": (50000.0, 50000.0)} | rest)


def test_a_good_scan_is_ok_with_its_measurements(view_of):
    report = scan_quality(counts(view_of, cargo()))
    assert (report.verdict, report.reason) == ("ok", None)
    measured = report.measured
    assert measured.contrast == pytest.approx(0.8, abs=0.02)
    assert measured.neighbour_likeness > 0.9
    assert (measured.silent_share, measured.opaque_share, measured.saturated_share) == (0, 0, 0)
    assert (measured.repeated_lines, measured.empty_lines, measured.slip_elements, measured.page) == (0, 0, 0, False)


def refused(view, reason, words):
    report = scan_quality(view)
    assert (report.verdict, report.reason) == ("unusable", reason)
    with pytest.raises(UnusableScan, match=words) as caught:
        check_usable(view)
    assert str(caught.value) == f"{report.rule}; found {report.found}; {report.remedy}"


def test_every_reason(view_of):
    refused(counts(view_of, cargo() * 0), "opaque", "beam gets through")
    refused(counts(view_of, np.full((2, 20, 20), 50000, np.uint16)), "blank", "contrast")
    refused(counts(view_of, np.random.default_rng(0).integers(0, 50000, (2, 90, 90)).astype(np.uint16)), "not_a_scan",
            "neighbouring pixels")  # fmt: skip
    valid = np.ones((120, 240), np.bool_)
    valid[:7] = False
    refused(counts(view_of, cargo(), valid=valid), "silent", "no number")


@pytest.mark.parametrize(("lost", "words"), [(0, "empty lines"), (None, "repeated")])
def test_a_scan_that_stops_half_way_is_torn(view_of, lost, words):
    pixels = cargo()
    pixels[:, :, 180:] = pixels[:, :, 179:180] if lost is None else lost
    refused(counts(view_of, pixels), "torn", f"25.0 %.*{words}|24.6 % {words}")
    turned = counts(view_of, np.ascontiguousarray(pixels.swapaxes(1, 2)))
    assert scan_quality(turned, detector="columns").reason == "torn"


def test_floating_point_lines_without_a_beam_are_lost(view_of):
    pixels = cargo(np.float32) / np.float32(50000)
    assert scan_quality(view_of(pixels)).verdict == "ok"
    pixels[:, :, 200:] = 0
    refused(view_of(pixels), "torn", "16.7 % empty")


def test_a_scan_that_slips_is_torn(view_of):
    pixels = cargo()
    pixels[:, :, 170:] = np.roll(pixels[:, :, 170:], 12, axis=1)
    refused(counts(view_of, pixels), "torn", "slip of 1[123] elements")


def test_lost_lines_under_two_per_cent_are_left_to_repair(view_of):
    pixels = cargo()
    pixels[:, :, 100:104] = 0
    report = scan_quality(counts(view_of, pixels))
    assert report.verdict == "ok"
    assert report.measured.empty_lines == pytest.approx(4 / 240)


def test_padding_is_not_torn_where_zero_has_no_meaning(view_of):
    pixels = cargo()
    pixels[:, :, 200:] = 0
    assert scan_quality(view_of(pixels, Quantity.UNKNOWN)).verdict == "ok"
    display = np.concatenate([pixels, pixels[:1]])
    display[:, :, 200:] = display[:, :, 199:200]
    assert scan_quality(view_of((display >> 8).astype(np.uint8), Quantity.DISPLAY)).verdict == "ok"


def test_saturated_means_above_a_stated_air(view_of):
    pixels = cargo(air=65000)
    pixels[:, :, :20] = 65535
    pixels[:, 25:, 30:] = 65535
    refused(counts(view_of, pixels), "saturated", "end of its scale")
    assert scan_quality(counts(view_of, pixels, air=(65535.0, 65535.0))).measured.saturated_share == 0
    assert scan_quality(view_of(pixels, Quantity.UNKNOWN)).measured.saturated_share == 0
    assert scan_quality(counts(view_of, cargo(np.float32))).measured.saturated_share == 0


def test_a_page_of_text_is_not_a_scan(view_of):
    page = np.full((400, 500), 250, np.uint8)
    for line in range(30, 390, 22):
        cv2.putText(page, "gross mass and packages", (10, line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 10, 1, cv2.LINE_AA)
    refused(view_of(np.stack([page] * 3), Quantity.DISPLAY), "not_a_scan", "page of text")


def test_the_profile_says_what_is_opaque(view_of, dual_profile):
    pixels = np.abs(noise()) * 0.004
    assert scan_quality(view_of(pixels), dual_profile).reason == "blank"
    deaf = dual_profile.model_copy(update={"opaque_transmission": 0.005})
    assert scan_quality(view_of(pixels), deaf).reason == "opaque"
    with pytest.raises(UnusableScan, match="beam gets through"):
        check_usable(view_of(pixels), deaf)


def test_a_volume_is_judged_for_contrast_alone(view_of):
    volume = np.random.default_rng(0).random((1, 4, 30, 30)).astype(np.float32)
    report = scan_quality(view_of(volume, Quantity.UNKNOWN))
    assert report.verdict == "ok"
    assert report.measured.neighbour_likeness == 1
    assert scan_quality(view_of(volume * 0, Quantity.UNKNOWN)).reason == "blank"


def test_counts_without_air_are_refused(view_of):
    with pytest.raises(NoPhysics):
        scan_quality(view_of(cargo(), Quantity.COUNTS))


def test_no_false_alarm_on_simulated_containers():
    channels = (Channel("low"), Channel("high"))
    scanner = read_scanner()
    for index in range(10):
        pixels = simulate(11, index, Rates(0.3, 0.3, 0.2), scanner, ("container_20",)).counts_CHW
        view = View("0", pixels, channels, Quantity.COUNTS, air=(scanner.air_counts,) * 2)
        assert scan_quality(view).verdict == "ok"


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "every", "least"),
    [
        ("dual_energy_bags", 1, 22),
        ("dual_energy_threats", 1, 96),
        ("subway_bags", 8, 50),
        ("cabinet_knives", 2, 50),
        ("airport_blades", 8, 50),
        ("metro_scenes", 5, 50),
    ],
)
def test_no_false_alarm_on_real_scans(real_data, root, name, every, least):
    profile = read_profile(root / "configs" / "scanners" / "dual_energy_bags.yaml") if name.endswith("_bags") else None
    profile = profile if name.startswith("dual") else None
    scans = [scan for scan in find_scans(real_data / name) if scan.skip_reason is None][::every]
    reports = [scan_quality(read_scan(scan.files, profile).view, profile) for scan in scans]
    assert len(reports) >= least
    assert {report.reason for report in reports} == {None}


def test_even_lines_that_were_computed_are_not_lost(view_of):
    pixels = cargo(np.float32) / np.float32(50000)
    pixels[:, :, 100:160] = 0.5
    report = scan_quality(view_of(pixels))
    assert (report.verdict, report.measured.empty_lines) == ("ok", 0)
