"""Which lane a scan goes to, and in which order an officer meets them. Pure rules, no pixels.

    red      a finding at or above the strict threshold, or a mismatch at the strict rate
    amber    a finding at or above the loose threshold, or a mismatch at the loose rate
    manual   not read, not usable, failed; or processed, nothing flagged, but not everything could be judged
    green    everything that was asked could be judged, and nothing was flagged

Asked is: is there contraband (always; it takes a frozen operating point), and does the scan agree with its declaration
(where the run was given declarations). In a run that was given declarations, a scan without one is not green; in a
run that was given none, green speaks of contraband alone, and the report says so. Files that are no scans (`skipped`)
are in the manual lane too, since nothing was judged, but rank behind everything: nobody needs to look at them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Lane = Literal["green", "amber", "red", "manual"]
LANES: tuple[Lane, ...] = ("manual", "red", "amber", "green")
"""In the order in which an officer meets them."""


@dataclass(frozen=True)
class Thresholds:
    """Operating points of a package, None where it has none, with the rates of false flags that they promise."""

    strict: float | None
    loose: float | None
    strict_rate: float
    loose_rate: float

    @property
    def lowest(self) -> float | None:
        """The score at which a finding is an alarm; None where no alarm can be promised."""
        known = [threshold for threshold in (self.loose, self.strict) if threshold is not None]
        return min(known, default=None)


@dataclass(frozen=True)
class UnitFacts:
    """What the lane depends on in a unit's checks; `open_reason` says why not everything could be checked."""

    unit_id: str
    mismatch: bool
    p_value: float | None
    open_reason: str | None = None


@dataclass(frozen=True)
class Placed:
    """A lane, and in plain words why; no reason for green."""

    lane: Lane
    reason: str | None


def lane_of(
    top_score: float, units: Sequence[UnitFacts], thresholds: Thresholds, *, declarations_given: bool
) -> Placed:
    """Lane of a scan that was processed.

    Args:
        top_score: Its highest finding; -inf without any.
        units: Its units, as far as something was or should have been declared of them.
        thresholds: Operating points of the package.
        declarations_given: Whether the run was given declarations at all.
    """
    strictly = [unit for unit in units if unit.mismatch and _at_most(unit.p_value, thresholds.strict_rate)]
    loosely = [unit for unit in units if unit.mismatch]
    strict_alarm = thresholds.strict is not None and top_score >= thresholds.strict
    alarm = thresholds.lowest is not None and top_score >= thresholds.lowest
    if strict_alarm or strictly:
        return Placed("red", _flagged(strict_alarm or alarm, strictly or loosely, strict_alarm, strictly, len(units)))
    if alarm or loosely:
        return Placed("amber", _flagged(alarm, loosely, False, (), len(units)))
    open_questions = _open_questions(units, thresholds, declarations_given=declarations_given)
    return Placed("manual", "; ".join(open_questions)) if open_questions else Placed("green", None)


def _flagged(
    alarm: bool, units: Sequence[UnitFacts], strict_alarm: bool, strictly: Sequence[UnitFacts], n_units: int
) -> str:
    parts = []
    if alarm:
        parts.append("contraband alarm at the strict rate" if strict_alarm else "contraband alarm at the loose rate")
    if units:
        rate = "strict" if strictly else "loose"
        parts.append(f"does not match its declaration at the {rate} rate{_which(units, n_units)}")
    return "; ".join(parts)


def _which(units: Sequence[UnitFacts], n_units: int) -> str:
    """Which of a scan's units; nothing where there is but one."""
    return "" if n_units < 2 else f" ({', '.join(unit.unit_id for unit in units)})"


def _open_questions(units: Sequence[UnitFacts], thresholds: Thresholds, *, declarations_given: bool) -> list[str]:
    questions = []
    if thresholds.loose is None:
        questions.append("contraband could not be ruled out: no operating point was frozen on enough clean scans")
    if declarations_given:
        questions += [f"{unit.open_reason}{_which([unit], len(units))}" for unit in units if unit.open_reason]
        if not units:
            questions.append("nothing was declared that could be linked to this scan")
    return questions


@dataclass(frozen=True)
class Standing:
    """What a scan is ranked by."""

    scan_id: str
    status: str
    lane: Lane
    top_score: float
    alarm: bool
    oddness: float | None

    @property
    def key(self) -> tuple[bool, int, bool, float, float, str]:
        """Smaller is looked at sooner: lanes in order, unread scans first in theirs, then by score, then by oddness.

        In the red and amber lanes a score counts once it is an alarm, so that contraband comes before mismatches.
        """
        counts = self.alarm or self.lane in ("manual", "green")
        score = self.top_score if counts else -math.inf
        oddness = -math.inf if self.oddness is None else self.oddness
        return (
            self.status == "skipped",
            LANES.index(self.lane),
            self.status == "ok",
            -score,
            -oddness,
            self.scan_id,
        )


def priorities(standings: Sequence[Standing]) -> list[int]:
    """Ranks from 1, the scan to look at first; skipped files come last."""
    order = sorted(range(len(standings)), key=lambda index: standings[index].key)
    ranks = [0] * len(standings)
    for rank, index in enumerate(order, start=1):
        ranks[index] = rank
    return ranks


def _at_most(value: float | None, limit: float) -> bool:
    return value is not None and value <= limit
