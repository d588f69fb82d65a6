"""All checks of a unit together: its verdict, its p-value, and a number to rank it by."""

from __future__ import annotations

import math
from collections.abc import Sequence

from declarations.schema import Check, Verdict

_DONE = (Verdict.CONSISTENT, Verdict.MISMATCH)


def unit_verdict(checks: Sequence[Check], loose_rate: float) -> Verdict:
    """`mismatch` if the unit's p-value is at most the rate; `consistent` if every check was done and none flags.

    Anything else is `cannot_tell`: also a check that flags alone, but not at the rate promised for all together.
    No check at all, so nothing declared that could be linked, is `none`.
    """
    if not checks:
        return Verdict.NONE
    p_value = unit_p_value(checks)
    if p_value is not None and at_most(p_value, loose_rate):
        return Verdict.MISMATCH
    return Verdict.CONSISTENT if all(check.verdict is Verdict.CONSISTENT for check in checks) else Verdict.CANNOT_TELL


def unit_p_value(checks: Sequence[Check]) -> float | None:
    """Bonferroni over all k checks, done or not: min(1, k * smallest p-value of those done); None if none was done.

    Over exchangeable honest units it is at most `a` with probability at most `a`, however the checks depend on each
    other and whatever made some of them impossible. Counting only the checks done would not hold that: a unit with one
    check done would be flagged at three times the p-value of a unit with three, and such units may be the odder ones.
    """
    done = [check.p_value for check in checks if check.verdict in _DONE and check.p_value is not None]
    # Rounded, so that 3 * (1 / 60) compares equal to the 0.05 that it is.
    return min(1.0, round(len(checks) * min(done), 12)) if done else None


def mismatch_score(checks: Sequence[Check]) -> float:
    """Number >= 0 to rank units by, higher = odder: ln of the mean of 1/p over the checks.

    That is minus the log of the harmonic mean p-value: the smallest p leads, as in `unit_p_value`, and others that are
    small too add to it. It takes the p-values without their steps (`Check.fine_p_value`), so that units odder than all
    that was calibrated on do not tie, and counts checks that say nothing as p = 1. It ranks; it promises no rate.
    """
    if not checks:
        return 0.0
    ps = [check.p_value if check.fine_p_value is None else check.fine_p_value for check in checks]
    return math.log(math.fsum(1.0 if p is None else 1.0 / p for p in ps) / len(ps))


def at_most(p_value: float, rate: float) -> bool:
    """Whether p <= rate, up to rounding of the last digits."""
    return p_value <= rate + 1e-12
