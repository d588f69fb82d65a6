import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar

from evaluation import OperatingPoint, PoolTruth, Prediction, Run, ScanTruth, Truth, mcnemar_p_value, paired_difference
from evaluation.comparison import compare
from evaluation.points import CALIBRATION_SPLIT, OWN, paired_points

OPTIONS = {"confidence": 0.95, "draws": 200, "seed": 0}


@pytest.mark.parametrize(("only_first", "only_second"), [(0, 0), (0, 1), (3, 3), (1, 9), (12, 30)])
def test_mcnemar_is_that_of_statsmodels(only_first, only_second):
    first = [True] * only_first + [False] * only_second + [True] * 5
    second = [False] * only_first + [True] * only_second + [True] * 5
    wanted = mcnemar([[5, only_first], [only_second, 0]], exact=True).pvalue if only_first + only_second else 1.0
    assert mcnemar_p_value(first, second) == pytest.approx(wanted)


def test_nothing_to_compare():
    found = paired_difference([], [], [], **OPTIONS)
    assert (found["value"], found["p_value"], found["judged_differently"]["n"]) == (None, None, 0)


def test_a_run_against_itself_differs_by_exactly_nothing():
    hits = np.random.default_rng(0).random(50) < 0.7
    for clusters in (range(50), np.arange(50) // 3):
        found = paired_difference(hits, hits, list(clusters), **OPTIONS)
        assert (found["value"], found["lower"], found["upper"], found["p_value"]) == (0.0, 0.0, 0.0, 1.0)
        assert found["judged_differently"]["upper"] > 0  # on these scans alike, beyond them not proven


@pytest.mark.parametrize("per_group", [1, 4])
def test_equal_runs_are_told_apart_no_more_often_than_stated(per_group):
    random, rejected = np.random.default_rng(8), 0
    for _ in range(300):
        chance = np.repeat(random.beta(4, 1, 40), per_group)
        first, second = random.random((2, len(chance))) < chance
        names = [str(group) for group in np.repeat(np.arange(40), per_group)]
        rejected += paired_difference(first, second, names, confidence=0.95, draws=99, seed=1)["p_value"] <= 0.05
    assert rejected / 300 <= 0.08


def test_a_better_run_is_told_apart():
    random = np.random.default_rng(9)
    first, second = random.random(200) < 0.9, random.random(200) < 0.6
    found = paired_difference(first, second, [str(i) for i in range(200)], **OPTIONS)
    assert found["lower"] > 0.1
    assert found["p_value"] < 0.001


def _point(name, source, threshold=0.5):
    return OperatingPoint(name, 0.05, threshold, source)


def test_runs_are_compared_at_points_of_one_kind_where_they_can_be():
    own, pool, none = _point("loose", OWN), _point("loose", CALIBRATION_SPLIT), _point("loose", OWN, None)
    assert paired_points([own, pool], [own, pool]) == {"loose": (own, own)}
    assert paired_points([own, pool], [pool]) == {"loose": (pool, pool)}
    assert paired_points([own], [pool]) == {"loose": (own, pool)}
    assert paired_points([own], [none]) == {}


def test_runs_compare_on_clean_scans_that_neither_was_frozen_on():
    scans = tuple(ScanTruth(f"s{i}", "x", f"g{i}", "test", (i,), frozenset({"knife"})) for i in range(1, 11))
    pool = PoolTruth("p", ("knife",), scans, (Truth(1, "knife", (0, 0, 9, 9), "s1"),))
    found = (Prediction(1, "knife", (0, 0, 9, 9), 0.9), Prediction(2, "knife", (0, 0, 9, 9), 0.9))
    point = OperatingPoint("loose", 0.05, 0.5, OWN, frozen_on=frozenset({"s3"}))
    one, other = Run("A", found), Run("B", (), processed=frozenset({1, 2, 3, 4, 5}))
    result = compare(pool, (one, other), ([point], [point]), iou=0.3, **OPTIONS)
    (rates,) = result["operating_points"]
    assert rates["pfa_scan"]["n"] == 3
    assert (rates["pd_loc"]["value"], rates["pfa_scan"]["only_first"]) == (1.0, 1)
    assert result["AP50"]["value"] == pytest.approx(1.0)


@pytest.mark.parametrize("per_group", [1, 3])
def test_the_interval_of_a_difference_covers_what_it_says(per_group):
    random, covered = np.random.default_rng(11), 0
    names = [str(group) for group in np.repeat(np.arange(60), per_group)]
    for _ in range(200):
        chance = np.repeat(random.beta(4, 2, 60), per_group)  # the mean of beta(4, 2) is 2/3
        first, second = random.random(len(chance)) < chance, random.random(len(chance)) < 0.9 * chance
        found = paired_difference(first, second, names, confidence=0.95, draws=200, seed=1)
        covered += found["lower"] <= 0.1 * 2 / 3 <= found["upper"]
    assert covered / 200 >= 0.90


def test_a_difference_turns_its_sign_with_the_runs():
    random = np.random.default_rng(12)
    first, second = random.random((2, 40)) < 0.5
    names = [str(i // 2) for i in range(40)]
    one, other = (paired_difference(*pair, names, **OPTIONS) for pair in ((first, second), (second, first)))
    assert (one["value"], one["lower"], one["upper"]) == pytest.approx(
        (-other["value"], -other["upper"], -other["lower"])
    )
    assert (one["only_first"], one["p_value"]) == (other["only_second"], other["p_value"])


def test_without_scans_there_is_nothing_to_compare():
    pool = PoolTruth("p", ("knife",), (), ())
    point = OperatingPoint("loose", 0.05, 0.5, OWN)
    result = compare(pool, (Run("A", ()), Run("B", ())), ([point], [point]), iou=0.3, **OPTIONS)
    assert result["AP50"]["value"] is None
    assert {row["value"] for key, row in result["operating_points"][0].items() if key.startswith("p")} == {None}
