from dataclasses import replace

import pytest

from evaluation import EvaluationError, OperatingPoint, PoolTruth, Prediction, Run, ScanTruth, Truth, evaluate
from evaluation.points import OWN

BOX = (10.0, 10.0, 30.0, 30.0)


def _pool(threats=4, clean=10, calibration=30, examined=("knife", "pistol")):
    scans, objects = [], []
    for image in range(1, threats + clean + calibration + 1):
        split = "test" if image <= threats + clean else "calibration"
        scanner = "ab"[image % 2]
        scans.append(ScanTruth(f"s{image}", scanner, f"g{image}", split, (image,), frozenset(examined)))
        if image <= threats:
            objects.append(Truth(image, "knife", BOX, f"s{image}"))
    return PoolTruth("toy", ("knife", "pistol"), tuple(scans), tuple(objects))


def _run(*images, name="A", label="knife", score=0.9, **more):
    return Run(name, tuple(Prediction(image, label, BOX, score) for image in images), **more)


def _points(metrics, name="A"):
    return {point["name"]: point for point in metrics["runs"][name]["overall"]["operating_points"]}


def test_an_empty_run_finds_nothing_and_alarms_nowhere():
    metrics = evaluate(_pool(), [_run(points=(OperatingPoint("loose", 0.05, 0.5, OWN),))], draws=20)
    own = metrics["runs"]["A"]["overall"]["operating_points"][0]
    assert (own["pd_loc"]["value"], own["pd_scan"]["value"], own["pfa_scan"]["value"]) == (0.0, 0.0, 0.0)
    assert metrics["runs"]["A"]["overall"]["average_precision"]["AP50"] == 0.0
    assert metrics["runs"]["A"]["overall"]["auroc_scan"]["value"] == 0.5
    assert metrics["runs"]["A"]["overall"]["mismatch"] is None


@pytest.mark.parametrize(("threats", "clean"), [(0, 10), (4, 0), (1, 0), (0, 1)])
def test_a_pool_of_one_kind_says_what_it_can(threats, clean):
    run = _run(1, points=(OperatingPoint("loose", 0.05, 0.5, OWN),))
    metrics = evaluate(_pool(threats, clean, 0), [run], draws=20)
    own = metrics["runs"]["A"]["overall"]["operating_points"][0]
    assert (own["pd_loc"]["value"] is None) == (threats == 0)
    assert (own["pfa_scan"]["value"] is None) == (clean == 0)
    assert metrics["runs"]["A"]["overall"]["auroc_scan"]["value"] is None


def test_thresholds_are_frozen_on_the_calibration_split_alone():
    pool = _pool()
    noise = tuple(Prediction(image, "knife", BOX, image / 100) for image in range(15, 45))
    run = Run("A", (*noise, *(Prediction(image, "knife", BOX, 0.4) for image in (1, 2, 5))))
    loose = _points(evaluate(pool, [run], split="test", draws=20))["loose"]
    assert 0.44 < loose["threshold"] < 0.4400001  # the highest of 30 clean scores: k = floor(31 * 0.05) = 1
    assert loose["pfa_scan"] == {**loose["pfa_scan"], "value": 0.0, "n": 10}
    strict = _points(evaluate(pool, [run], split="test", draws=20))["strict"]
    assert strict["threshold"] is None
    assert strict["pd_loc"] is None
    assert "99 are needed" in strict["reason"]


@pytest.mark.parametrize("split", ["all", "calibration"])
def test_no_threshold_is_frozen_on_scans_that_are_evaluated(split):
    points = _points(evaluate(_pool(), [_run(1, 20)], split=split, draws=20))
    assert {point["threshold"] for point in points.values()} == {None}
    assert all("among the evaluated scans" in point["reason"] for point in points.values())


def test_a_file_that_is_silent_on_calibration_scans_freezes_nothing():
    loose = _points(evaluate(_pool(), [_run(1, 2, 5)], split="test", draws=20))["loose"]
    assert loose["threshold"] is None
    assert "no prediction on any calibration scan" in loose["reason"]
    said = _run(1, 2, 5, processed=frozenset(range(1, 45)))
    assert _points(evaluate(_pool(), [said], split="test", draws=20))["loose"]["threshold"] is not None


def test_clean_scans_that_the_run_was_frozen_on_do_not_count_against_it():
    point = OperatingPoint("loose", 0.05, 0.5, OWN, frozen_on=frozenset({"s5", "s6", "elsewhere"}))
    found = evaluate(_pool(), [_run(5, 7, points=(point,))], split="test", draws=20)
    own = found["runs"]["A"]["overall"]["operating_points"][0]
    assert (own["pfa_scan"]["value"], own["pfa_scan"]["n"], own["n_clean_left_out"]) == (1 / 8, 8, 2)


def test_unprocessed_threats_are_missed_and_unprocessed_clean_scans_are_no_silence():
    point = OperatingPoint("loose", 0.05, 0.5, OWN)
    run = _run(1, 5, points=(point,), processed=frozenset({1, 2, 5, 6, 7}))
    metrics = evaluate(_pool(), [run], split="test", draws=20)
    own = metrics["runs"]["A"]["overall"]["operating_points"][0]
    assert (own["pd_loc"]["value"], own["pd_loc"]["n"]) == (0.25, 4)
    assert (own["pfa_scan"]["value"], own["pfa_scan"]["n"]) == (1 / 3, 3)
    done = metrics["runs"]["A"]["processed"]
    assert (done["images"], done["images_not_processed"]) == (5, 9)
    assert (done["threats_not_processed"], done["clean_scans_not_processed"]) == (2, 7)
    assert "s3" in done["scans_not_processed"]


def test_labels_that_nobody_looked_for_are_set_aside_and_counted():
    pool = _pool(examined=("knife",))
    point = OperatingPoint("loose", 0.05, 0.5, OWN)
    found = evaluate(pool, [_run(1, 5, 6, label="pistol", points=(point,))], split="test", draws=20)
    assert found["runs"]["A"]["ignored_unexamined"] == {"pistol": 3}
    own = found["runs"]["A"]["overall"]["operating_points"][0]
    assert (own["pfa_scan"]["value"], own["pd_scan"]["value"]) == (0.0, 0.0)


def test_scans_examined_for_nothing_are_neither_clean_nor_with_threat():
    pool = _pool()
    scans = tuple(
        replace(scan, examined_for=frozenset()) if scan.scan_id in ("s1", "s5") else scan for scan in pool.scans
    )
    truth = evaluate(replace(pool, scans=scans), [_run()], split="test", draws=20)["truth"]
    assert (truth["threat_scans"], truth["clean_scans"], truth["scans_examined_for_nothing"]) == (4, 9, 1)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (_run(999), "image id 999"),
        (_run(1, label="bazooka"), "label 'bazooka'"),
        (_run(1, processed=frozenset({2})), "not in processed.json"),
        (_run(processed=frozenset({1, 77777})), "image id 77777"),
    ],
)
def test_runs_that_speak_of_something_else_are_refused(run, message):
    with pytest.raises(EvaluationError, match=message) as caught:
        evaluate(_pool(), [run], draws=20)
    assert str(caught.value).count("; ") >= 2


def test_runs_need_names_of_their_own_and_scans_to_look_at():
    with pytest.raises(EvaluationError, match="'A' 2 times"):
        evaluate(_pool(), [_run(), _run()], draws=20)
    with pytest.raises(EvaluationError, match="none in split 'val'"):
        evaluate(_pool(), [_run()], split="val", draws=20)
    with pytest.raises(EvaluationError, match="needs a run"):
        evaluate(_pool(), [], draws=20)


def test_scanners_add_up():
    point = OperatingPoint("loose", 0.05, 0.5, OWN)
    run = evaluate(_pool(), [_run(1, 2, 5, points=(point,))], split="test", draws=20)["runs"]["A"]
    parts = [part["operating_points"][0]["pd_loc"] for part in run["per_scanner"].values()]
    assert sorted(run["per_scanner"]) == ["a", "b"]
    assert sum(part["n"] for part in parts) == 4
    assert sum(part["value"] * part["n"] for part in parts) == 2


def test_a_run_under_two_names_differs_by_nothing():
    point = OperatingPoint("loose", 0.05, 0.5, OWN)
    runs = [_run(1, 2, 5, name=name, points=(point,)) for name in "AB"]
    (pair,) = evaluate(_pool(), runs, split="test", draws=50)["comparisons"]
    (rates,) = pair["operating_points"]
    for row in (pair["AP50"], rates["pd_loc"], rates["pd_scan"], rates["pfa_scan"]):
        assert (row["value"], row["lower"], row["upper"]) == (0.0, 0.0, 0.0)
    assert {rates[key]["p_value"] for key in ("pd_loc", "pd_scan", "pfa_scan")} == {1.0}


@pytest.mark.parametrize(
    "option",
    [
        {"iou": 0},
        {"iou": 30},
        {"iou": float("nan")},
        {"confidence": 0},
        {"confidence": 1},
        {"confidence": 95},
        {"draws": 0},
        {"seed": -1},
    ],
)
def test_options_out_of_range_are_refused(option):
    with pytest.raises(EvaluationError, match=next(iter(option))) as caught:
        evaluate(_pool(), [_run(1)], **option)
    assert str(caught.value).count("; ") == 2


def test_a_run_without_points_of_its_own_has_only_those_of_the_calibration_split():
    metrics = evaluate(_pool(), [_run(1, 20, name="A"), _run(1, 20, name="B")], split="all", draws=20)
    own = [point for point in metrics["runs"]["A"]["overall"]["operating_points"] if point["source"] == OWN]
    assert own == []
    assert [point["pd_loc"] for point in _points(metrics).values()] == [None, None]
    assert metrics["comparisons"][0]["operating_points"] == []
    assert metrics["comparisons"][0]["AP50"]["value"] == 0.0


def test_a_scan_of_two_views_of_which_one_was_read_is_not_quiet():
    pool = _pool(threats=0, clean=4, calibration=0)
    scans = (replace(pool.scans[0], image_ids=(1, 101)), *pool.scans[1:])
    run = _run(2, points=(OperatingPoint("loose", 0.05, 0.5, OWN),), processed=frozenset({1, 2, 3, 4}))
    metrics = evaluate(replace(pool, scans=scans), [run], draws=20)
    pfa = metrics["runs"]["A"]["overall"]["operating_points"][0]["pfa_scan"]
    assert (pfa["value"], pfa["n"]) == (pytest.approx(1 / 3), 3)
    assert metrics["runs"]["A"]["processed"]["scans_not_processed"] == ["s1"]


def _flat(value, key=""):
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        return {inner: leaf for place, part in parts for inner, leaf in _flat(part, f"{key}/{place}").items()}
    return {key: value}


def test_the_same_input_gives_the_same_numbers_in_whatever_order_it_comes():
    pool, point = _pool(threats=8), OperatingPoint("loose", 0.05, 0.5, OWN)
    run = _run(1, 2, 5, 9, 20, points=(point,))
    turned = replace(run, predictions=run.predictions[::-1])
    around = replace(pool, scans=pool.scans[::-1], objects=pool.objects[::-1])
    one, other = (_flat(evaluate(*pair, split="test", draws=50)) for pair in ((pool, [run]), (around, [turned])))
    assert one.keys() == other.keys()
    for key, value in other.items():
        assert one[key] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), key
