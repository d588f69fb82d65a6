"""What one check measured, before anyone asks whether it is odd."""

from __future__ import annotations

from dataclasses import dataclass

from declarations.schema import Observed


@dataclass(frozen=True)
class Measured:
    """Oddness score (None where it cannot be said), both sides of the comparison, and a sentence for the officer.

    Without a score the sentence says why.
    """

    score: float | None
    declared: str | None
    observed: Observed | None
    sentence: str


def no_score(reason: str, declared: str | None = None, observed: Observed | None = None) -> Measured:
    """A check that cannot be done, and why."""
    return Measured(None, declared, observed, reason)
