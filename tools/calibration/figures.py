"""A figure with its interval. What is independent are scans: outcomes of one scan count for less than as many scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from evaluation.statistics import Counts, Interval, cluster_bootstrap, rate_interval

Unit = Literal["share", "%", "px"]
Outcome = tuple[str, bool]
"""Name of the scan, and whether what is counted came about."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table.

    Either a share: `hits` of `interval.n` outcomes, its interval from 0 to 1. Or, with `hits` None, a median over
    scans with its interval in `unit`, and the least and largest value in `span`.
    """

    name: str
    scans: str
    unit: Unit
    interval: Interval
    hits: int | None = None
    span: tuple[float, float] | None = None

    def said(self) -> tuple[str, str]:
        """The value and its 95 % interval, in words."""
        found = self.interval
        if found.value is None:
            return "nothing to count", ""
        bounds = [bound for bound in (found.lower, found.upper) if bound is not None]
        if self.span is None:
            value = f"{self.hits:,} of {found.n:,}, {_percent(found.value)} %"
            return value, " to ".join(map(_percent, bounds)) + " %"
        least, largest = self.span
        value = f"{found.value:.2f} {self.unit} (median of {found.n}; {least:.2f} to {largest:.2f})"
        return value, " to ".join(f"{bound:.2f}" for bound in bounds) + f" {self.unit}"

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return asdict(self)


def share(name: str, scans: str, outcomes: Sequence[Outcome]) -> Figure:
    """How many outcomes came about; the interval takes the outcomes of one scan for alike as far as they are.

    Clopper-Pearson with the effective number of outcomes (`rate_interval`): where all came out alike, that of scans.
    """
    hits = [hit for _, hit in outcomes]
    return Figure(name, scans, "share", rate_interval(hits, [scan for scan, _ in outcomes]), hits=sum(hits))


def median(name: str, scans: str, values: Sequence[float], unit: Unit) -> Figure:
    """Median of one value a scan, scans resampled; values that are NaN are left out."""
    kept = np.array([value for value in values if not np.isnan(value)], np.float64)

    def of_drawn(counts_N: Counts) -> float:
        return float(np.median(np.repeat(kept, counts_N)))

    span = (float(kept.min()), float(kept.max())) if kept.size else None
    return Figure(name, scans, unit, cluster_bootstrap(range(kept.size), of_drawn), span=span)


def _percent(share: float) -> str:
    """A share (0 to 1) in per cent: tenths, and thousandths of what is rarer than one in a hundred."""
    return f"{100 * share:.3f}" if 0 < share < 0.01 else f"{100 * share:.1f}"
