import pytest

from evaluation import PoolTruth, ScanTruth, UnitResult, UnitTruth, auroc, binomial_interval
from evaluation.mismatch import mismatch_metrics


def _units(*kinds):
    places = range(1, len(kinds) + 1)
    return PoolTruth(
        "toy",
        ("knife",),
        tuple(ScanTruth(f"s{i}", "x", f"g{i}", "test", (i,), frozenset({"knife"})) for i in places),
        (),
        tuple(UnitTruth(f"u{i}", f"s{i}", kind) for i, kind in zip(places, kinds, strict=True)),
    )


def test_mismatch_counts_false_units_that_were_not_judged_as_missed():
    pool = _units(("mass",), ("mass",), ("goods",), (), (), (), None)
    results = {
        "u1": UnitResult("mismatch", 0.99, 0.005),
        "u2": UnitResult("cannot_tell"),
        "u4": UnitResult("consistent", 0.2, 0.8),
        "u5": UnitResult("mismatch", 0.96, 0.04),
        "u6": UnitResult("none"),
        "u7": UnitResult("mismatch", 0.99, 0.001),
    }
    processed = {f"s{place}" for place in (1, 2, 4, 5, 6, 7)}
    found = mismatch_metrics(pool, results, processed, strict_rate=0.01, draws=20)
    assert (found["n_false"], found["n_honest"], found["n_unknown"]) == (3, 3, 1)
    assert (found["n_false_not_judged"], found["n_honest_not_judged"]) == (2, 1)
    loose, strict = found["flagged"]["loose"], found["flagged"]["strict"]
    assert (loose["false"]["value"], loose["false"]["n"]) == (1 / 3, 3)
    assert (loose["honest"]["value"], loose["honest"]["n"]) == (0.5, 2)
    assert (strict["false"]["value"], strict["honest"]["value"]) == (1 / 3, 0.0)
    assert (found["auroc"]["value"], found["auroc"]["n"], found["auroc"]["n_without_score"]) == (1.0, 3, 3)
    assert found["flagged_by_kind"]["goods"]["value"] == 0.0


def test_units_that_only_hide_contraband_stand_aside():
    """Flagged or not, they change neither the false flags nor the area; a false unit with contraband stays false."""
    pool = _units(("mass",), (), ("contraband",), ("contraband", "mass"), ())
    flags = {"u1": 0.9, "u2": 0.1, "u3": 0.95, "u4": 0.8, "u5": 0.2}
    results = {
        name: UnitResult("mismatch" if score > 0.5 else "consistent", score, 0.5) for name, score in flags.items()
    }
    found = mismatch_metrics(pool, results, {f"s{i}" for i in range(1, 6)}, strict_rate=0.01, draws=20)
    assert (found["n_false"], found["n_honest"], found["n_aside"]) == (2, 2, 1)
    assert (found["auroc"]["value"], found["auroc"]["n"]) == (1.0, 4)
    assert found["flagged"]["loose"]["honest"]["value"] == 0.0
    assert found["flagged_by_kind"]["contraband"]["value"] == 1.0
    assert found["flagged_by_kind"]["contraband"]["n"] == 2


def test_mismatch_without_false_units_has_no_area():
    found = mismatch_metrics(_units((), ()), {"u1": UnitResult("consistent", 0.1, 0.9)}, {"s1"}, strict_rate=0.01)
    assert found["auroc"]["value"] is None
    assert found["flagged"]["loose"]["false"]["value"] is None


def test_a_run_that_judged_no_unit_is_not_judged_itself():
    assert mismatch_metrics(_units(("mass",), ()), {}, {"s1", "s2"}, strict_rate=0.01) is None


def test_a_pool_without_truth_about_units_says_nothing_of_them():
    results = {"u1": UnitResult("mismatch", 0.9, 0.01)}
    for pool in (_units(), _units(None)):
        found = mismatch_metrics(pool, results, {"s1"}, strict_rate=0.01)
        assert (found["n_false"], found["n_honest"], found["auroc"]["n"]) == (0, 0, 0)
        assert found["flagged"]["strict"]["honest"]["value"] is None
        assert found["flagged_by_kind"] == {}


def test_verdicts_on_scans_that_were_not_processed_do_not_count():
    results = {f"u{i}": UnitResult("mismatch", 0.99, 0.001) for i in (1, 2)}
    found = mismatch_metrics(_units(("mass",), ()), results, set(), strict_rate=0.01)
    assert (found["flagged"]["loose"]["false"]["value"], found["n_false_not_judged"]) == (0.0, 1)
    assert (found["flagged"]["loose"]["honest"]["n"], found["n_honest_not_judged"]) == (0, 1)
    assert (found["auroc"]["n"], found["auroc"]["n_without_score"]) == (0, 2)


@pytest.mark.parametrize(("p_value", "strict"), [(0.01, 1.0), (0.0101, 0.0), (None, 0.0)])
def test_strict_is_a_mismatch_with_a_p_value_up_to_the_strict_rate(p_value, strict):
    found = mismatch_metrics(_units(("mass",)), {"u1": UnitResult("mismatch", 1, p_value)}, {"s1"}, strict_rate=0.01)
    assert found["flagged"]["strict"]["false"]["value"] == strict
    assert found["flagged"]["loose"]["false"]["value"] == 1.0
    calm = {"u1": UnitResult("consistent", 1, p_value)}
    found = mismatch_metrics(_units(("mass",)), calm, {"s1"}, strict_rate=0.01)
    assert found["flagged"]["strict"]["false"]["value"] == 0.0


def test_area_and_shares_are_those_of_the_bare_statistics():
    kinds = [("mass", "goods") if i % 3 == 0 else () for i in range(30)]
    scores = [(i * 7) % 11 for i in range(30)]
    results = {
        f"u{i}": UnitResult("mismatch" if score > 8 else "consistent", score, None)
        for i, score in enumerate(scores, start=1)
    }
    done = {f"s{i}" for i in range(1, 31)}
    found = mismatch_metrics(_units(*kinds), results, done, strict_rate=0.01, draws=50)
    assert found["auroc"]["value"] == pytest.approx(auroc(scores, [bool(kind) for kind in kinds]))
    hits = sum(score > 8 for score, kind in zip(scores, kinds, strict=True) if kind)
    assert found["flagged"]["loose"]["false"] == binomial_interval(hits, 10).as_dict()
    assert (
        found["flagged_by_kind"]["goods"] == found["flagged_by_kind"]["mass"] == binomial_interval(hits, 10).as_dict()
    )
