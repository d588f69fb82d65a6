"""Honest timing: warm-up, interleaved repeats so that noise hits everyone alike, median and spread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Median seconds of a call and its interquartile range."""

    median_s: float
    spread_s: float


def side_by_side(calls: Mapping[str, Callable[[], object]], *, repeats: int = 7) -> dict[str, Timing]:
    """Time every call `repeats` times, in turn, after one warm-up each."""
    for call in calls.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - started)
    return {name: _timing(values) for name, values in seconds.items()}


def _timing(values: list[float]) -> Timing:
    first, _, third = statistics.quantiles(values, n=4)
    return Timing(statistics.median(values), third - first)
