"""What honest units score, and how odd a new unit is beside them.

The conformal p-value of a score is `(1 + number of calibration scores >= it) / (n + 1)`. Over honest units that are
exchangeable with those calibrated on it is at most `a` with probability at most `a`, whatever the score (Vovk,
Gammerman and Shafer, Algorithmic Learning in a Random World, 2005). The promise holds on average over calibration sets,
not for one set, and not for another scanner or season.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from declarations.schema import Strict

Finite = Annotated[float, Field(allow_inf_nan=False)]


class CalibrationTable(Strict):
    """Scores of one check over the `n` honest units of one scanner to which it applied, rising; higher = odder."""

    check: str
    scanner: str
    n: Annotated[int, Field(ge=0)]
    scores: tuple[Finite, ...]

    @model_validator(mode="after")
    def _whole(self) -> CalibrationTable:
        if self.n != len(self.scores):
            raise ValueError(f"n is the number of scores, found n = {self.n} and {len(self.scores)} scores")
        if any(later < earlier for earlier, later in pairwise(self.scores)):
            raise ValueError("scores rise")
        return self


def calibration_tables(scored: Iterable[tuple[str, Mapping[str, float | str]]]) -> tuple[CalibrationTable, ...]:
    """Tables from honest units: (scanner, what `score_checks` answered) for each. Reasons (text) are left out."""
    scores: dict[tuple[str, str], list[float]] = {}
    for scanner, answers in scored:
        for check, answer in answers.items():
            if not isinstance(answer, str):
                scores.setdefault((scanner, check), []).append(answer)
    return tuple(
        CalibrationTable(check=check, scanner=scanner, n=len(found), scores=tuple(sorted(found)))
        for (scanner, check), found in sorted(scores.items())
    )


def conformal_p_value(table: CalibrationTable, score: float) -> float:
    """Share, from 1/(n+1) to 1, of honest units at least as odd, this one counted among them."""
    return (1 + table.n - bisect_left(table.scores, score)) / (table.n + 1)


def fine_p_value(table: CalibrationTable, score: float) -> float:
    """`conformal_p_value` without its steps: in (0, 1], and falling strictly from the lowest score of the table on.

    Between two calibration scores it is interpolated; beyond the largest it falls like 1/(1 + distance), the distance
    counted in spans from the median to the largest. It ranks units whose p-values tie; it is not a p-value.
    """
    above = table.n - bisect_left(table.scores, score)
    if above == table.n:
        return 1.0
    below = table.scores[table.n - above - 1]
    if above > 0:
        return (1 + above - (score - below) / (table.scores[table.n - above] - below)) / (table.n + 1)
    span = below - table.scores[table.n // 2]
    return 1 / (table.n + 1) / (1 + (score - below) / (span if span > 0 else 1.0))


def units_needed(rate: float, n_checks: int) -> int:
    """Fewest calibration units with which one of `n_checks` can flag a unit at `rate`: n_checks / (n + 1) <= rate."""
    return max(0, math.ceil(n_checks / rate - 1e-9) - 1)
