import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from declarations import CalibrationTable, calibration_tables, conformal_p_value, fine_p_value, units_needed

SCORE = st.floats(-1e6, 1e6)


def _table(scores):
    return CalibrationTable(check="mass", scanner="s", n=len(scores), scores=tuple(sorted(scores)))


def _reference_p_value(scores, score):
    return (1 + sum(other >= score for other in scores)) / (len(scores) + 1)


def test_no_calibration_unit():
    assert conformal_p_value(_table([]), 1e9) == fine_p_value(_table([]), 1e9) == 1.0


@pytest.mark.parametrize(
    ("n", "scores"), [(1, ()), (0, (1.0,)), (2, (2.0, 1.0)), (1, (float("nan"),)), (1, (float("inf"),)), (-1, ())]
)
def test_a_table_is_whole(n, scores):
    with pytest.raises(ValueError, match="CalibrationTable"):
        CalibrationTable(check="mass", scanner="s", n=n, scores=scores)


def test_tables_leave_reasons_out_and_stand_by_scanner():
    scored = [("b", {"mass": 2.0, "undeclared_goods": "why"}), ("a", {"mass": 3.0}), ("b", {"mass": 1.0})]
    assert [(table.scanner, table.check, table.scores) for table in calibration_tables(scored)] == [
        ("a", "mass", (3.0,)),
        ("b", "mass", (1.0, 2.0)),
    ]
    assert calibration_tables([]) == ()


@settings(derandomize=True)
@given(st.lists(SCORE | st.sampled_from([0.0, 1.0]), max_size=20), SCORE | st.sampled_from([0.0, 1.0]))
def test_p_values_by_definition(scores, score):
    table = _table(scores)
    p_value, fine = conformal_p_value(table, score), fine_p_value(table, score)
    assert p_value == _reference_p_value(scores, score)
    assert max(0, p_value - 1 / (table.n + 1)) - 1e-12 <= fine <= p_value + 1e-12
    assert fine > 0


@settings(derandomize=True)
@given(st.lists(SCORE, min_size=1, max_size=20), SCORE, SCORE)
def test_fine_p_values_fall(scores, one, other):
    low, high = sorted((one, other))
    table = _table(scores)
    assert fine_p_value(table, high) <= fine_p_value(table, low) + 1e-12
    if low > table.scores[-1] and high > low + 1:
        assert fine_p_value(table, high) < fine_p_value(table, low)


@pytest.mark.parametrize("n", [19, 59, 100])
@pytest.mark.parametrize("levels", [None, 5])
def test_the_false_flag_rate_holds_over_calibration_sets(n, levels):
    """Exchangeable scores, continuous or heavily tied, with a shared shift between units of one set."""
    rng = np.random.default_rng(n)
    draws, flagged, rate = 4000, 0, 0.05
    for _ in range(draws):
        scores = rng.standard_t(2, n + 1) + rng.normal()
        scores = scores if levels is None else np.floor(np.clip(scores, -2, 2) * levels / 4)
        flagged += conformal_p_value(_table(scores[:-1].tolist()), float(scores[-1])) <= rate
    assert flagged <= binom.ppf(0.999, draws, rate)
    if levels is None:  # and is not held by never flagging
        assert flagged >= binom.ppf(0.001, draws, np.floor(rate * (n + 1)) / (n + 1))


@settings(derandomize=True)
@given(st.sampled_from([0.5, 0.1, 0.05, 0.02, 0.01, 0.003]), st.integers(1, 4))
def test_units_needed_is_the_least(rate, n_checks):
    n = units_needed(rate, n_checks)
    assert n_checks / (n + 1) <= rate + 1e-12
    assert n == 0 or n_checks / n > rate - 1e-12


def test_units_needed_in_round_numbers():
    assert [units_needed(0.05, 1), units_needed(0.05, 2), units_needed(0.05, 3), units_needed(0.01, 3)] == [
        19,
        39,
        59,
        299,
    ]
