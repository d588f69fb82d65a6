"""Freeze an alarm threshold on clean scans, with a promise about scans that it has not seen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def frozen_threshold(clean_scores: ArrayLike, rate: float) -> float | None:
    """Smallest threshold whose expected false-alarm rate on further exchangeable clean scans is at most `rate`.

    An alarm is `score >= threshold`, compared in float64. The promise is conformal and holds on average over
    calibration sets: with k = floor((n + 1) rate), the threshold is the next number above the k-th highest clean
    score, so a further clean scan alarms with probability at most k / (n + 1). Scores that tie with the k-th highest
    do not alarm; that is what keeps the promise when scores are tied.

    Args:
        clean_scores: N scores of clean scans, one each; -inf stands for a scan without any finding.
        rate: Promised rate, between 0 and 1.

    Returns:
        The threshold, or None when (n + 1) rate < 1: so few scans can promise nothing.

    Raises:
        ValueError: when the rate is not between 0 and 1, or a score is nan or +inf.
    """
    score_N = np.sort(np.asarray(clean_scores, dtype=np.float64).ravel())
    if not 0 < rate < 1:
        raise ValueError(f"a false-alarm rate lies between 0 and 1; found {rate}; give a share, not percent")
    if np.isnan(score_N).any() or np.isposinf(score_N).any():
        raise ValueError("clean scores are numbers below +inf; found nan or +inf; leave out scans that were not read")
    k = math.floor((len(score_N) + 1) * rate + 1e-9)  # 100 * 0.29 is 28.999...
    if k < 1:
        return None
    return float(np.nextafter(score_N[-k], np.inf))


def clean_scans_needed(rate: float) -> int:
    """Fewest clean scans from which `frozen_threshold` can promise `rate`."""
    return math.ceil(1 / rate - 1e-9) - 1
