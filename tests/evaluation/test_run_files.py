import json
import math
import re

import pytest

from evaluation import EvaluationError, UnitResult, read_run
from evaluation.output_folder import NO_POINT
from evaluation.points import OWN

CATEGORIES = {1: "pistol", 2: "knife"}
IMAGES = {("one", "v0"): 1, ("one", "v1"): 2, ("two", "v0"): 3}
ENTRY = {"image_id": 1, "category_id": 1, "bbox": [5, 6, 10, 20], "score": 0.5}
FINDING = {"view_id": "v1", "label": "knife", "score": 0.7, "box_xyxy": [5, 6, 15, 26], "alarm": True}
POINT = {"name": "loose", "rate": 0.05, "threshold": 0.6, "n_clean": 40, "clean_scans": ["x"], "reason": ""}
THREE_PARTS = re.compile(r".+; found .+; .+")


def _row(scan_id, findings=(), units=(), **more):
    row = {"scan_id": scan_id, "status": "ok", "findings": list(findings), "units": list(units), "models": []}
    return row | more


def _folder(tmp_path, rows, run=None, processed=(1, 2, 3)):
    (tmp_path / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "processed.json").write_text(json.dumps(list(processed)))
    if run is not None:
        (tmp_path / "run.json").write_text(json.dumps(run))
    return read_run("A", tmp_path, CATEGORIES, IMAGES)


def _file(tmp_path, text):
    (tmp_path / "b.json").write_text(text if isinstance(text, str) else json.dumps(text))
    return read_run("B", tmp_path / "b.json", CATEGORIES, IMAGES)


def test_an_empty_file_is_a_run_that_found_nothing(tmp_path):
    run = _file(tmp_path, [])
    assert (run.predictions, run.points, run.processed) == ((), (), None)
    assert "all of them count as processed" in run.notes[0]


def test_an_empty_folder_is_a_run_that_processed_nothing(tmp_path):
    run = _folder(tmp_path, [], {"operating_points": [POINT]}, ())
    assert (run.predictions, run.processed, run.units) == ((), frozenset(), {})


def test_a_file_holds_boxes_by_corner_and_size(tmp_path):
    (item,) = _file(tmp_path, [ENTRY]).predictions
    assert (item.image_id, item.label, item.box_xyxy, item.score) == (1, "pistol", (5, 6, 15, 26), 0.5)


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY | {"score": 10**400},
        ENTRY | {"score": math.inf},
        ENTRY | {"score": None},
        ENTRY | {"score": True},
        ENTRY | {"bbox": [0, 0, 10**400, 1]},
        ENTRY | {"bbox": [1e308, 0, 1e308, 1]},  # its right edge has no number
        ENTRY | {"bbox": [0, 0, 1e200, 1e200]},  # its area has none
        ENTRY | {"bbox": "0011"},
        ENTRY | {"bbox": {"x": 0}},
        ENTRY | {"bbox": [0, 0, 1, 1, 1]},
        ENTRY | {"image_id": True},
        ENTRY | {"image_id": 1.0},
        ENTRY | {"category_id": True},
        ENTRY | {"category_id": None},
        ENTRY | {"category_id": 3},
        None,
        [],
    ],
)
def test_a_broken_entry_is_named(tmp_path, entry):
    with pytest.raises(EvaluationError, match="entry 2") as caught:
        _file(tmp_path, [ENTRY, entry])
    assert THREE_PARTS.fullmatch(str(caught.value))


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "null", "{}", '["\\ud800"]', "\ufeff[]"])
def test_a_file_that_is_no_list_is_refused(tmp_path, text):
    with pytest.raises(EvaluationError) as caught:
        _file(tmp_path, text)
    assert THREE_PARTS.fullmatch(str(caught.value))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00[")
    with pytest.raises(EvaluationError, match="UTF-8"):
        read_run("B", tmp_path / "b.json", CATEGORIES, IMAGES)


def test_a_folder_says_what_was_processed_and_where_alarms_begin(tmp_path):
    rows = [_row("one", [FINDING]), _row("two", status="unreadable"), _row("side.txt", status="skipped")]
    run = _folder(tmp_path, rows, {"operating_points": [POINT], "strict_rate": 0.02}, (1, 2))
    assert run.processed == {1, 2}
    assert [(item.image_id, item.box_xyxy) for item in run.predictions] == [(2, (5, 6, 15, 26))]
    (point,) = run.points
    assert (point.name, point.rate, point.threshold, point.source) == ("loose", 0.05, 0.6, OWN)
    assert (point.n_clean, point.frozen_on, point.alarms) == (40, {"x"}, None)
    assert (run.strict_rate, run.notes) == (0.02, ())


def test_an_empty_list_of_operating_points_promises_nothing_and_says_so(tmp_path):
    run = _folder(tmp_path, [_row("one", [FINDING | {"alarm": False}]), _row("two")], {"operating_points": []})
    assert run.points == ()
    assert run.notes == (NO_POINT,)
    assert "the model package froze no operating point, so no alarm rate is reported" in NO_POINT.lower()


@pytest.mark.parametrize("run", [None, {}, {"versions": {}}], ids=["no run.json", "empty", "other keys"])
def test_alarm_flags_stand_in_only_where_nothing_is_said_of_operating_points(tmp_path, run):
    found = _folder(tmp_path, [_row("one", [FINDING, FINDING | {"alarm": False}]), _row("two")], run)
    (point,) = found.points
    assert (point.name, point.rate, point.threshold) == ("alarm flags", None, None)
    assert point.alarms == found.predictions[:1]
    assert found.notes == ()


def test_a_point_without_a_threshold_keeps_its_reason(tmp_path):
    short = POINT | {"threshold": None, "reason": "too few"}
    run = _folder(tmp_path, [_row("one", [FINDING | {"alarm": False}]), _row("two")], {"operating_points": [short]})
    assert (run.points[0].threshold, run.points[0].reason, run.notes) == (None, "too few", ())


def test_the_threshold_below_every_score_is_a_threshold(tmp_path):
    lowest = POINT | {"threshold": math.nextafter(-math.inf, 0)}
    run = _folder(tmp_path, [_row("one", [FINDING]), _row("two")], {"operating_points": [lowest]})
    assert run.points[0].threshold < -1e300


@pytest.mark.parametrize(
    "run",
    [
        [],
        {"operating_points": None},
        {"operating_points": {}},
        {"operating_points": "loose"},
        {"operating_points": [7]},
        {"operating_points": [{}]},
        {"operating_points": []},  # while findings say alarm
        {"operating_points": [POINT | {"threshold": 0.9}]},  # while a finding below it says alarm
        {"operating_points": [POINT | {"threshold": math.nan}]},
        {"operating_points": [POINT | {"threshold": -math.inf}]},
        {"operating_points": [POINT | {"threshold": "0.6"}]},
        {"operating_points": [POINT | {"rate": "5 %"}]},
        {"operating_points": [POINT | {"name": 7}]},
        {"operating_points": [POINT | {"n_clean": "many"}]},
        {"operating_points": [POINT | {"clean_scans": "x"}]},
        {"operating_points": [POINT], "strict_rate": "0.01"},
        {"operating_points": [POINT], "strict_rate": math.nan},
    ],
)
def test_a_broken_description_of_a_run_is_refused(tmp_path, run):
    with pytest.raises(EvaluationError) as caught:
        _folder(tmp_path, [_row("one", [FINDING]), _row("two")], run)
    assert THREE_PARTS.fullmatch(str(caught.value))


@pytest.mark.parametrize(
    "row",
    [
        _row("one", [FINDING | {"label": ["knife"]}]),
        _row("one", [FINDING | {"label": None}]),
        _row("one", [FINDING | {"score": 10**400}]),
        _row("one", [FINDING | {"box_xyxy": [9, 9, 5, 5]}]),
        _row("one", [FINDING | {"box_xyxy": [9, 9, 5]}]),
        _row("one", [FINDING | {"view_id": "v7"}]),
        _row("one", [{}]),
        _row(["one"]),
        _row("three"),
        _row("one", models=[{"name": "\ud800", "sha256": "e"}]),
        _row("one", units=[{"unit_id": "u", "verdict": "mismatch", "p_value": "low"}]),
        _row("one", units=[{"unit_id": "u", "verdict": "mismatch", "p_value": math.nan}]),
        _row("one", units=[{"unit_id": "u", "verdict": "mismatch", "p_value": -0.1}]),
        _row("one", units=[{"unit_id": "u", "verdict": "mismatch", "mismatch_score": math.nan}]),
        _row("one", units=[{"unit_id": "u", "verdict": "mismatch", "checks": [{"p_value": 2}]}]),
        _row("one", units=[{"verdict": "mismatch"}]),
        7,
    ],
)
def test_a_broken_line_is_refused(tmp_path, row):
    with pytest.raises(EvaluationError) as caught:
        _folder(tmp_path, [row, _row("two")], {"operating_points": [POINT]})
    assert THREE_PARTS.fullmatch(str(caught.value))


@pytest.mark.parametrize("processed", [(1, 2), (1, 2, 3, 4), (1, 2, "3"), ([1],)])
def test_processed_images_are_those_of_the_scans_that_were_read(tmp_path, processed):
    with pytest.raises(EvaluationError, match=r"processed\.json"):
        _folder(tmp_path, [_row("one"), _row("two")], {}, processed)


def test_names_may_hold_what_python_takes_for_the_end_of_a_line(tmp_path):
    (tmp_path / "results.jsonl").write_text(json.dumps(_row("a\u2028b"), ensure_ascii=False) + "\n", encoding="utf-8")
    (tmp_path / "processed.json").write_text("[1]")
    assert read_run("A", tmp_path, CATEGORIES, {("a\u2028b", "v0"): 1}).processed == {1}


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [
        ({}, UnitResult("consistent")),
        ({"p_value": 0.2, "mismatch_score": 3}, UnitResult("consistent", 3.0, 0.2)),
        ({"p_value": 0.2}, UnitResult("consistent", -math.log(0.2), 0.2)),
        ({"p_value": 0}, UnitResult("consistent", -math.log(1e-300), 0.0)),
        # two of three checks were done: twice the smaller of their p-values
        (
            {"checks": [{"p_value": 0.3}, {"p_value": None}, {"p_value": 0.1}]},
            UnitResult("consistent", -math.log(0.2), 0.2),
        ),
        ({"checks": [{"p_value": 0.8}, {"p_value": 0.7}]}, UnitResult("consistent", 0.0, 1.0)),
    ],
)
def test_units_have_a_p_value_and_a_score_where_a_check_has_one(tmp_path, unit, wanted):
    row = _row("one", units=[{"unit_id": "u", "verdict": "consistent"} | unit])
    found = _folder(tmp_path, [row, _row("two")], {}).units["u"]
    assert (found.verdict, found.p_value) == (wanted.verdict, wanted.p_value)
    assert found.mismatch_score == (None if wanted.mismatch_score is None else pytest.approx(wanted.mismatch_score))


def test_units_of_scans_that_were_not_read_say_nothing(tmp_path):
    unit = {"unit_id": "u", "verdict": "consistent"}
    assert _folder(tmp_path, [_row("one", units=[unit], status="failed"), _row("two")], {}, (3,)).units == {}
