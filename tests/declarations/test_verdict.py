import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from declarations import (
    Check,
    Evidence,
    Line,
    MassEvidence,
    UnitClaim,
    Verdict,
    calibration_tables,
    check_unit,
    mismatch_score,
    score_checks,
    unit_p_value,
    unit_verdict,
)

RATE = 0.05


def _check(p_value, verdict=None, fine=None):
    if verdict is None:
        verdict = (
            Verdict.CANNOT_TELL if p_value is None else Verdict.MISMATCH if p_value <= RATE else Verdict.CONSISTENT
        )
    return Check(name="c", verdict=verdict, p_value=p_value, reason="r", fine_p_value=fine)


@pytest.mark.parametrize(
    ("p_values", "verdict", "p_value"),
    [
        ([], Verdict.NONE, None),
        ([None], Verdict.CANNOT_TELL, None),
        ([0.5, 0.6, 1.0], Verdict.CONSISTENT, 1.0),
        ([0.5, None, 0.7], Verdict.CANNOT_TELL, 1.0),
        ([0.01, None, 0.7], Verdict.MISMATCH, 0.03),
        ([1 / 60, 0.9, 0.9], Verdict.MISMATCH, 0.05),
        ([0.04, 0.9, 0.9], Verdict.CANNOT_TELL, 0.12),
    ],
)
def test_verdicts(p_values, verdict, p_value):
    checks = [_check(p) for p in p_values]
    assert unit_verdict(checks, RATE) is verdict
    assert unit_p_value(checks) == p_value


def test_a_check_that_was_not_done_has_no_say():
    checks = [_check(0.001, Verdict.CANNOT_TELL), _check(0.5), _check(0.5)]
    assert unit_p_value(checks) == 1.0
    assert unit_verdict(checks, RATE) is Verdict.CANNOT_TELL


def test_scores_of_nothing():
    assert mismatch_score([]) == 0.0
    assert mismatch_score([_check(None)] * 3) == 0.0


@settings(derandomize=True)
@given(st.lists(st.none() | st.floats(1e-4, 1), min_size=1, max_size=4), st.data())
def test_scores_rise_as_any_p_value_falls(p_values, data):
    place = data.draw(st.integers(0, len(p_values) - 1))
    lower = data.draw(st.floats(1e-5, 1)) * (p_values[place] or 1.0)
    odder = [*p_values[:place], lower, *p_values[place + 1 :]]
    one, other = (mismatch_score([_check(p) for p in ps]) for ps in (p_values, odder))
    assert 0 <= one <= other + 1e-12
    assert one >= -math.log(min(1, len(p_values) * min(p or 1.0 for p in p_values))) - 1e-9


def test_ties_at_the_lowest_p_value_are_broken():
    plain, far = ([_check(0.01, fine=fine), _check(0.5)] for fine in (0.009, 0.002))
    assert unit_p_value(plain) == unit_p_value(far)
    assert mismatch_score(far) > mismatch_score(plain)


def _unit(rng):
    """An honest unit: correlated checks, some empty, some opaque, some without goods; hard units lack evidence."""
    hardness = rng.exponential()
    noise = rng.normal(size=4) + rng.normal()
    empty = rng.random() < 0.3
    goods = {
        "bulk_food": (-3 if empty else 3) + noise[0],
        "steel": -2 + (1 + hardness) * noise[1],
        "tobacco": -4 + noise[2],
    }
    kg = (4000 if empty else 13_000) * math.exp(0.05 * (1 + hardness) * noise[3])
    mass = MassEvidence(kg, 0.95 * kg, 1.05 * kg if rng.random() < 0.8 else None)
    line = Line(line_no=1, commodity_code="0901", gross_mass_kg=9000)
    claim = UnitClaim(unit_id="u", lines=() if empty else (line,), tare_kg=4000, declared_empty=empty)
    return claim, Evidence(goods if hardness < 1.5 else {}, mass if rng.random() < 0.8 else None, abs(noise[3]) / 50)


def test_the_false_flag_rate_of_honest_units_holds():
    rng = np.random.default_rng(11)
    sets, flagged = 800, 0
    for _ in range(sets):
        tables = calibration_tables(("s", score_checks(*_unit(rng))) for _ in range(100))
        flagged += unit_verdict(check_unit(*_unit(rng), tables, "s", RATE), RATE) is Verdict.MISMATCH
    assert 0 < flagged <= binom.ppf(0.999, sets, RATE)


def test_the_rate_holds_where_missing_evidence_goes_with_odd_units():
    """Half the units have only check A done and hold all its odd scores: the worst case for counting done checks."""
    rng = np.random.default_rng(12)
    draws, fixed, by_done = 200_000, 0, 0
    alone = rng.random(draws) < 0.5
    p_a = np.where(alone, rng.random(draws) * 0.5, 0.5 + rng.random(draws) * 0.5)  # uniform over all units
    p_b = rng.random(draws)
    for lone, a, b in zip(alone[:20_000], p_a, p_b, strict=False):
        checks = [_check(a), _check(None if lone else b)]
        fixed += unit_verdict(checks, RATE) is Verdict.MISMATCH
    by_done = np.sum(np.where(alone, p_a, 2 * np.minimum(p_a, p_b)) <= RATE)
    assert fixed <= binom.ppf(0.999, 20_000, RATE)
    assert by_done > binom.ppf(0.999, draws, RATE)
