from dataclasses import replace

import numpy as np
import pytest

from datasets.sandbox import Rates
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.simulate import simulate
from imaging import Channel, Quantity, View
from imaging.calibration import find_air, find_bad_elements
from imaging.calibration.bad_elements import runs

KINDS = ("zero", "stuck", "dark noise", "gain", "noisy")


def planted(view, element, kind, channel=0, seed=0):
    """The view with one element gone wrong."""
    rng = np.random.default_rng(seed)
    row = view.pixels[channel, element].astype(float)
    level = 0.95 * float(np.median(view.pixels[channel, :, :8]))
    wrong = {
        "zero": 0 * row,
        "stuck": 0 * row + 25000,
        "dark noise": np.abs(rng.normal(0, 4, row.size)),
        "gain": 1.04 * row,
        "noisy": row + rng.normal(0, 0.02 * level, row.size),
    }[kind]
    pixels = view.pixels.copy()
    pixels[channel, element] = np.clip(np.rint(wrong), 0, 65535)
    return replace(view, pixels=pixels)


def found(view, air="find"):
    report = find_bad_elements(view, find_air(view) if air == "find" else air)
    return {(one.channel, one.element, one.reason) for one in report.bad}


def reason(kind):
    return {"gain": "gain", "noisy": "noisy"}.get(kind, "dead")


def test_nothing_is_wrong_with_a_good_detector(line_scan):
    """Roof and shelf are one element high, the floor ends in a straight line: none is a bad element."""
    gain = 1 + 0.002 * np.random.default_rng(0).standard_normal((2, 96))
    view = line_scan(gain_CE=gain).view()
    report = find_bad_elements(view, find_air(view))
    assert report.bad == ()
    assert (report.judged_share, report.elements, report.detector) == (1, 96, "rows")
    assert found(view, air=None) == set()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("element", [0, 1, 8, 20, 45, 65, 85, 94, 95])
def test_a_planted_fault_is_found_and_nothing_else(line_scan, turn, kind, element):
    view = planted(line_scan().view(), element, kind)
    assert found(view) == {("low", element, reason(kind))}
    report = find_bad_elements(turn(view), find_air(turn(view), detector="columns"))
    assert [one.element for one in report.bad] == [element]
    assert report.detector == "columns"


def test_the_numbers_of_a_report(line_scan):
    view = planted(planted(line_scan().view(), 30, "gain"), 40, "stuck", channel=1)
    gain, dead = find_bad_elements(view, find_air(view)).bad
    assert (gain.channel, gain.element, dead.channel, dead.element) == ("low", 30, "high", 40)
    assert gain.deviation == pytest.approx(0.04, abs=0.003)
    assert gain.z > 20
    assert (dead.deviation, dead.z) == (-1, np.inf)


@pytest.mark.parametrize("width", [2, 7])
def test_neighbours_that_are_bad_together_are_all_found(line_scan, width):
    view = line_scan().view()
    for element in range(30, 30 + width):
        view = planted(view, element, "gain")
    assert found(view) == {("low", element, "gain") for element in range(30, 30 + width)}


@pytest.mark.parametrize("kind", ["zero", "stuck", "dark noise"])
def test_without_air_silence_is_still_told(line_scan, kind):
    full = line_scan().view()
    full = replace(full, pixels=full.pixels[:, 22:72, 50:150])
    assert found(planted(full, 15, kind), air=None) == {("low", 15, "dead")}
    for other in ("gain", "noisy"):
        assert found(planted(full, 15, other), air=None) == set()


def test_a_thick_beam_that_lets_nothing_through_is_not_dead(line_scan):
    """Three elements of exactly nothing, as thick steel on a clipping detector: goods, as far as anyone can tell."""
    full = line_scan().view()
    pixels = full.pixels[:, 22:72, 50:150].copy()
    pixels[:, 20:23] = 0
    report = find_bad_elements(replace(full, pixels=pixels), None)
    assert (report.bad, report.judged_share) == ((), 0)
    pixels[:, 22] = full.pixels[:, 44, 50:150]
    assert len(found(replace(full, pixels=pixels), air=None)) == 4


def test_a_quiet_gap_between_busy_goods_is_not_dead(line_scan):
    full = line_scan().view()
    busy = np.random.default_rng(0).integers(5000, 45000, (2, 50, 100)).astype(np.uint16)
    busy[:, 20] = 30000 + busy[:, 20] // 100
    assert found(replace(full, pixels=busy), air=None) == set()


def test_an_element_among_smoothed_ones_is_not_noisy(line_scan):
    """A scanner that smooths the air of a band of elements but one: that one is as noisy as all the others."""
    view = line_scan().view()
    region = find_air(view)
    smooth = np.array([[50000], [40000]]) + np.arange(200) % 2
    for element in (*range(8, 12), *range(13, 17)):
        view.pixels[:, element] = np.where(region.mask_HW[element], smooth, view.pixels[:, element])
    assert found(view, air=region) == set()


def test_air_that_the_scanner_cuts_off_is_not_stuck(line_scan):
    view = line_scan().view()
    view = replace(view, pixels=np.minimum(view.pixels, np.array([48000, 38000], np.uint16)[:, None, None]))
    assert found(view) == set()


def test_values_that_are_no_numbers_are_dead(line_scan):
    view = line_scan().view(np.float32)
    view.pixels[0, 12] = np.nan
    assert found(view) == {("low", 12, "dead")}


def test_alternate_lines_of_air_cannot_be_judged_for_noise(line_scan):
    view = line_scan().view()
    region = find_air(view)
    region.mask_HW[:, ::2] = False
    assert find_bad_elements(view, region).bad == ()


def test_runs():
    assert runs(np.array([], np.intp)) == []
    assert runs(np.array([1, 2, 3, 7, 9, 10])) == [[1, 2, 3], [7], [9, 10]]


CHANNELS = (Channel("low"), Channel("high"))


@pytest.fixture(scope="module")
def containers():
    scanner = read_scanner()
    scans = [simulate(3, index, Rates(0.3, 0.3, 0.1), scanner, ("container_20",)).counts_CHW for index in range(8)]
    return [View("0", one, CHANNELS, Quantity.COUNTS, air=(scanner.air_counts,) * 2) for one in scans]


def test_no_false_alarm_on_simulated_containers(containers):
    assert sum(view.size_hw[0] for view in containers) > 1000
    for view in containers:
        assert found(view) == found(view, air=None) == set()


@pytest.mark.parametrize(("kind", "least"), [("zero", 1), ("stuck", 1), ("dark noise", 0.85), ("gain", 0.7)])
def test_recall_on_simulated_containers(containers, kind, least):
    rng = np.random.default_rng(1)
    hits = []
    for view in containers:
        element = int(rng.integers(10, view.size_hw[0] - 10))
        all_found = found(planted(view, element, kind))
        hits.append(("low", element, reason(kind)) in all_found)
        assert all_found <= {("low", element, reason(kind))}
    assert np.mean(hits) >= least


@pytest.mark.real
def test_real_bags_have_uneven_elements_but_no_dead_ones(bags):
    """Two bands of the low channel are off by 2 to 10 % in scan after scan, and in five bags the last two elements, by
    2 to 16 % in both channels; nothing else is called bad."""
    reports = [find_bad_elements(view, find_air(view)) for view in bags]
    reasons = [one.reason for report in reports for one in report.bad]
    assert reasons.count("dead") == 0
    assert reasons.count("noisy") <= 2
    last = [one for report in reports for one in report.bad if one.element >= report.elements - 2]
    assert 80 <= reasons.count("gain") - len(last) <= 95
    assert len(last) == 14
    assert all(one.reason == "gain" and -0.17 < one.deviation < -0.02 for one in last)
    assert sum(2 * report.elements for report in reports) == 19780
    assert all(find_bad_elements(view, None).bad == () for view in bags)


@pytest.mark.real
@pytest.mark.parametrize("kind", ["zero", "stuck", "dark noise", "gain"])
def test_recall_on_real_bags(bags, kind):
    rng = np.random.default_rng(2)
    hits, others, in_air = [], 0, []
    for view in bags[::2]:
        region = find_air(view)
        already = found(view)
        element = int(rng.integers(10, view.size_hw[0] - 10))
        if any(abs(element - one) < 8 for _, one, _ in already):
            continue
        now = found(planted(view, element, kind))
        hits.append(("low", element, reason(kind)) in now)
        in_air.append(region.mask_HW[element].sum() >= 20)
        others += len(now - already - {("low", element, reason(kind))})
    assert len(hits) >= 8
    assert others == 0
    assert np.mean(np.array(hits)[in_air] if kind == "gain" else hits) == 1
