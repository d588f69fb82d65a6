"""`python -m tools.calibration` counts what it says: stand-ins with and without what is planted, and real bags."""

import json
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from imaging import Channel, Quantity, View, show
from imaging.calibration import AirRegion, find_air
from tools.calibration import colours, damage, figures, planted, verdicts
from tools.calibration.__main__ import measured
from tools.calibration.crops import false_air, filled_crops, sample_windows
from tools.calibration.flatness import flatness, residual, unevenness
from tools.calibration.scans import BAGS, bags, simulated

AIR = (50000.0, 48000.0)
ELEMENTS, LINES = 100, 240
KINDS = [(kind, reason) for _, reason, kinds in planted.PLANTED for kind in kinds]


def bag(name="bag", seed=0, gain_E=1.0):
    """Counts 2HW: a case with a block and a tilted bar of metal, air about it, noise of 0.3 %."""
    rng = np.random.default_rng(seed)
    row, column = np.mgrid[:ELEMENTS, :LINES]
    case = (row >= 15) & (row < 85) & (column >= 40) & (column < 200)
    seen = np.where(case, 0.75, 1.0) * np.ones((2, 1, 1))
    seen[:, 50:80, 60:110] *= np.array([0.5, 0.6])[:, None, None]
    seen[:, case & (np.abs(row - 0.4 * column + 10) < 6)] *= np.array([0.1, 0.35])[:, None]
    seen += 0.003 * rng.standard_normal(seen.shape)
    counts = seen * np.broadcast_to(gain_E, ELEMENTS)[:, None] * np.array(AIR)[:, None, None]
    pixels = np.clip(np.rint(counts), 0, 65535).astype(np.uint16)
    return View(name, pixels, (Channel("low"), Channel("high")), Quantity.COUNTS, air=AIR)


@pytest.fixture(scope="module")
def bags_made():
    return [bag(f"bag {seed}", seed) for seed in range(3)]


def test_a_share_counts_and_has_the_exact_interval():
    figure = figures.share("hits", "scans", [("a", True), ("b", False), ("c", True), ("d", True)])
    assert (figure.hits, figure.interval.n, figure.interval.value) == (3, 4, 0.75)
    expected = proportion_confint(3, 4, method="beta")
    assert (figure.interval.lower, figure.interval.upper) == pytest.approx(expected)
    assert figure.said() == ("3 of 4, 75.0 %", "19.4 to 99.4 %")


def test_outcomes_of_one_scan_do_not_count_as_many_scans():
    alone = figures.share("", "", [(str(number), False) for number in range(100)])
    together = figures.share("", "", [("a", False)] * 50 + [("b", False)] * 50)
    assert together.interval.n == alone.interval.n == 100
    assert together.interval.upper == pytest.approx(proportion_confint(0, 2, method="beta")[1])
    assert together.interval.upper > 0.8 > alone.interval.upper


def test_a_median_leaves_out_what_is_no_number():
    figure = figures.median("px", "scans", [1.0, float("nan"), 2.0, 9.0], "px")
    assert (figure.interval.value, figure.interval.n, figure.span) == (2.0, 3, (1.0, 9.0))
    assert 1 <= figure.interval.lower <= 2 <= figure.interval.upper <= 9
    assert figure.said()[0] == "2.00 px (median of 3; 1.00 to 9.00)"


def test_nothing_to_count_is_said():
    assert figures.share("", "", []).said() == ("nothing to count", "")
    assert figures.median("", "", [float("nan")], "%").said() == ("nothing to count", "")


def test_unevenness_is_the_spread_of_the_levels_of_elements():
    gain_E = 1 + 0.02 * np.tile([1, -1], 50)
    plane = np.broadcast_to(gain_E[:, None], (100, 40)).astype(np.float32)
    everywhere = np.ones(plane.shape, bool)
    assert unevenness(plane, everywhere) == pytest.approx(0.02, rel=1e-4)
    assert unevenness(np.ones_like(plane), everywhere) == 0
    few = everywhere.copy()
    few[::2, 15:] = False
    assert unevenness(plane, few) == 0
    assert np.isnan(unevenness(plane, ~everywhere))


def test_air_of_its_own_takes_planted_gains_out():
    gain_E = 1 + 0.01 * np.random.default_rng(5).standard_normal(ELEMENTS)
    before, after = (figure.interval.value for figure in flatness([bag(gain_E=gain_E)], "")[:2])
    assert before == pytest.approx(100 * gain_E.std() / gain_E.mean(), rel=0.05)
    assert 0.03 < after < 0.1 * before  # noise stays: it is judged on lines that taught nothing


def test_what_is_left_of_a_jitter():
    mask = np.zeros((20, 40), bool)
    mask[:, :10] = True
    region = AirRegion(mask, (1.0, 1.0), "rows")
    planted_L = 0.01 * np.tile([1.0, -1.0], 20)
    assert residual(1.5 * (1 + planted_L), planted_L, region) == pytest.approx((0, 0), abs=1e-12)
    assert residual(1 + planted_L, planted_L, region) == pytest.approx((0, 0), abs=1e-12)
    half = np.where(np.arange(40) < 10, 1 + planted_L, 1.0)
    assert residual(half, planted_L, region) == pytest.approx((0, 0.01), rel=0.02, abs=1e-12)
    assert np.isnan(residual(half, planted_L, AirRegion(~mask | mask, (1.0, 1.0), "rows"))[1])


def test_windows_lie_inside_and_full_ones_hold_no_air():
    for window in sample_windows((90, 150), np.random.default_rng(0)):
        assert (window.height, window.width) == (30, 50)
        assert 0 <= window.top <= 60
        assert 0 <= window.left <= 100
    assert [*filled_crops(bag(), np.random.default_rng(0))]
    assert all(part.transmission()[1].max() <= 0.9 for part in filled_crops(bag(), np.random.default_rng(0)))
    empty = replace(bag(), pixels=np.full((2, 90, 150), 49000, np.uint16))
    assert [*filled_crops(empty, np.random.default_rng(0))] == []


def test_crops_of_a_slab_are_air_only_where_no_level_is_stated():
    slab = bag()
    slab = replace(slab, pixels=np.broadcast_to(slab.pixels[:, 20:40, 45:60].repeat(4, 1).repeat(4, 2), (2, 80, 60)))
    stated, silent = false_air([slab], "slab", seed=0)
    assert (stated.hits, stated.interval.n) == (0, 40)
    assert (silent.hits, silent.interval.n) == (40, 40)


def test_nothing_planted_nothing_found(bags_made):
    clean = [planted.judged(view) for view in bags_made]
    air, *called = planted.false_alarms(clean, "stand-ins")
    assert (air.hits, air.interval.n) == (3, 3)
    assert [(figure.hits, figure.interval.n) for figure in called] == [(0, 3 * 2 * ELEMENTS)] * 3


@pytest.mark.parametrize(("kind", "reason"), KINDS)
def test_a_planted_element_is_counted_once_and_for_its_own_reason(kind, reason):
    view = bag()
    before = planted.judged(view)
    fault = planted.Fault(kind, 1, 47, seed=3)
    spoilt = planted.plant(view, [fault], before.air)
    changed = np.argwhere((spoilt.pixels != view.pixels).any(axis=2))
    assert changed.tolist() == [[1, 47]]
    assert np.array_equal(spoilt.pixels, planted.plant(view, [fault], before.air).pixels)
    after = planted.judged(spoilt)
    assert after.called == {(1, 47): reason}
    counts = {figure.name.split(",")[0].split()[-1]: figure.hits for figure in planted.false_alarms([after], "")[1:]}
    assert counts == {name: int(name == reason) for name in ("dead", "gain", "noisy")}


def test_four_faults_are_planted_where_none_was_called():
    view = bag()
    called = {(channel, element): "gain" for channel in (0, 1) for element in range(90)}
    faults = planted.sample_faults(view, "zero", called, np.random.default_rng(0))
    assert len({fault.element for fault in faults}) == 4
    assert all(fault.element >= 90 for fault in faults)


def test_a_fault_called_by_another_reason_is_not_found():
    view = bag()
    one = planted.judged(planted.plant(view, [planted.Fault("gain +5 %", 0, 30, 0)], find_air(view)))
    assert one.called == {(0, 30): "gain"}
    right, wrong, unknown = (
        planted.planting(one.view, one.air, called, "gain +5 %", reason, np.random.default_rng(0))
        for called, reason in ((one.called, "gain"), (one.called, "noisy"), ({}, "gain"))
    )
    assert sum(right.found) >= 3
    assert wrong.found == (False,) * 4
    assert right.in_air == (True,) * 4
    assert (right.others, wrong.others, unknown.others) == (0, 0, 1)


def test_rows_of_planted_faults_count_four_a_kind_and_scan(bags_made):
    clean = [planted.judged(view) for view in bags_made]
    counted = planted.planted(clean, "stand-ins", seed=1)
    names = [name for name, _, _ in planted.PLANTED]
    assert [figure.name for figure in counted[:-1:2]] == [f"planted {name}, found" for name in names]
    assert [figure.interval.n for figure in counted[:-1:2]] == [3 * 4 * len(kinds) for *_, kinds in planted.PLANTED]
    assert counted[-1].interval.n == 3 * len(KINDS)
    assert counted[0].hits == 36
    assert planted.planted([planted.Judged(view, None, {}) for view in bags_made], "", seed=1)[0].interval.n == 0


@pytest.mark.parametrize("kind", [*damage.TORN, *damage.SLIPS])
def test_a_tear_changes_its_lines_alone(kind):
    view = bag()
    harm = damage.sample_tear(kind, LINES, np.random.default_rng(2))
    torn = damage.tear(view, harm)
    changed = np.flatnonzero((torn.pixels != view.pixels).any(axis=(0, 1)))
    assert set(changed) <= set(harm.lines.tolist())
    assert len(changed) >= len(harm.lines) - 1 > 2
    if kind in damage.SLIPS:
        assert np.array_equal(damage.tear(torn, replace(harm, slip=-harm.slip)).pixels, view.pixels)
    elif kind == "empty lines":
        assert not torn.pixels[..., harm.lines].any()
    else:
        assert all(step == 1 for step in (after - before for before, after in pairwise(harm.lines)))
        assert np.ptp(torn.pixels[..., harm.lines], axis=2).max() == 0


def test_whole_scans_are_fit_and_torn_ones_are_not(bags_made):
    assert verdicts.clean_verdicts(bags_made, "")[0].hits == 3
    torn, *slips = verdicts.torn_verdicts(bags_made, "", seed=0)
    assert (torn.hits, torn.interval.n) == (45, 45)
    assert [figure.interval.n for figure in slips] == [9, 9]
    assert not any(verdicts.is_unusable(view) for view in bags_made)


@pytest.fixture
def few_pages(monkeypatch):
    monkeypatch.setattr(verdicts, "_PAGES", 20)


def test_strangers_are_told_but_for_photographs(few_pages):
    noise, pages, photographs = verdicts.stranger_verdicts(seed=0)
    assert (noise.hits, noise.interval.n) == (60, 60)
    assert pages.interval.n == 20
    assert pages.hits >= 18
    assert photographs.interval.n >= 1
    assert photographs.hits == 0


def test_every_folder_is_counted_with_what_is_read_in_it(tmp_path):
    for name in ("good", "half", "none"):
        (tmp_path / name).mkdir()
    whole = bag().pixels[1]
    for place, picture in (("good/a", whole), ("half/a", whole), ("half/b", 0 * whole)):
        cv2.imwrite(str(tmp_path / f"{place}.png"), picture)
    (tmp_path / "none" / "a.txt").write_text("no scan")
    (tmp_path / "half" / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    found = {figure.scans: (figure.hits, figure.interval.n) for figure in verdicts.real_verdicts(tmp_path)}
    assert found == {"good": (1, 1), "half (1 refused)": (1, 2)}


def test_colours_have_classes_and_pale_ones_none():
    row = [(242, 140, 26), (64, 168, 61), (26, 97, 204), (255, 255, 255), (250, 250, 160), (250, 240, 225), (0, 0, 0)]
    classes = colours.hue_classes(np.array([row], np.uint8))
    assert classes.tolist() == [[colours.ORANGE, colours.GREEN, colours.BLUE, *[colours.UNSURE] * 4]]
    ours, theirs = colours.both_sure(classes, np.array([[0, 0, -1, 0, 0, 0, 0]], np.int8))
    assert (ours.tolist(), theirs.tolist()) == ([0, 1], [0, 0])


def test_a_vendor_who_paints_as_we_do_agrees_and_one_who_swaps_colours_does_not(tmp_path):
    (tmp_path / BAGS).mkdir()
    view = bag("0")
    ours = show(view, "material")
    for name, picture in (("0", ours), ("1", ours[..., ::-1])):
        assert cv2.imwrite(str(tmp_path / BAGS / f"{name}.png"), picture[..., ::-1])
        (tmp_path / BAGS / f"{name}.png").rename(tmp_path / BAGS / f"{name}_colored.tif")
    alike, _, coloured = colours.vendor_agreement(tmp_path, [view, bag("without a rendering")])[:3]
    assert alike.interval.n > 1000
    assert alike.interval.value == coloured.interval.value == 1
    swapped = colours.vendor_agreement(tmp_path, [replace(view, view_id="1")])[0]
    assert swapped.hits == (colours.hue_classes(ours) == colours.GREEN).sum()
    assert swapped.interval.value < 0.5


@pytest.mark.parametrize(("down", "along"), [(0.0, 0.0), (0.0, 0.4), (-0.3, 0.15), (0.0, -1.2)])
def test_a_planted_shift_of_the_low_energy_is_measured(down, along):
    row, column = np.mgrid[:90, :130].astype(float)

    def blobs(row, column):
        places = [(30, 40, 9), (60, 90, 14), (45, 70, 5)]
        return sum(np.exp(-((row - y) ** 2 + (column - x) ** 2) / (2 * s**2)) for y, x, s in places)

    seen = np.exp(-np.stack([1.6 * blobs(row - down, column - along), blobs(row, column)])).astype(np.float32)
    view = View("0", seen, (Channel("low"), Channel("high")), Quantity.TRANSMISSION)
    assert colours.shift(view) == pytest.approx((down, along), abs=0.02)


def test_all_figures_of_stand_ins_are_repeatable_and_can_be_written(tmp_path, bags_made, few_pages):
    (first, second) = (measured(tmp_path, bags_made[:2], bags_made[2:], seed=4) for _ in range(2))
    assert first == second
    assert {title: len(rows) for title, rows in first.items()} == {
        "Air": 10,
        "Bad elements": 26,
        "Scan quality": 10,
        "Material colours": 8,
    }
    for rows in first.values():
        for figure in rows:
            assert json.loads(json.dumps(figure.as_dict()))["name"] == figure.name
            assert figure.said()[0]


def test_simulated_scans_are_read_back_with_their_air(tmp_path):
    first, again = (simulated(tmp_path / name, scans=2, seed=9, workers=1) for name in "ab")
    assert [view.view_id for view in first] == [view.view_id for view in again]
    assert all(np.array_equal(one.pixels, other.pixels) for one, other in zip(first, again, strict=True))
    assert find_air(first[0]).level_C == pytest.approx(first[0].air, rel=0.02)


@pytest.mark.real
def test_real_bags_are_flatter_after_their_own_air(real_data):
    views = bags(real_data)[:4]
    before_low, after_low, before_high, after_high = (figure.interval for figure in flatness(views, ""))
    assert before_low.n == 4
    assert after_low.value < 0.5 * before_low.value
    assert after_high.value < before_high.value


@pytest.mark.real
def test_real_bags_agree_with_the_vendor_mostly(real_data):
    alike = colours.vendor_agreement(real_data, bags(real_data)[:3])[0]
    assert alike.interval.value > 0.8
    assert alike.interval.n > 1000
