"""Area under the ROC curve: the chance that a positive outranks a negative, ties counting half."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from evaluation.statistics import Counts, Interval, cluster_bootstrap

Scores = NDArray[np.float64]


def auroc(scores: ArrayLike, positive: ArrayLike) -> float | None:
    """Share of (positive, negative) pairs in which the positive scores higher; None where there is no pair.

    Args:
        scores: N numbers, higher = more likely positive; infinities are allowed.
        positive: N booleans.

    Raises:
        ValueError: when a score is nan.
    """
    score_N, positive_N = _checked(scores, positive)
    value = _weighted_auroc(score_N, positive_N, np.ones(len(score_N), np.int64))
    return None if np.isnan(value) else value


def auroc_interval(
    scores: ArrayLike,
    positive: ArrayLike,
    clusters: Sequence[object] | None = None,
    *,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> Interval:
    """AUROC with its interval.

    Independent items: DeLong's variance on the logit scale. Clusters of several items: percentile bootstrap over
    clusters. Where ranks are perfect, or there are fewer than two of a kind, both would collapse; there the interval
    inverts the Hanley-McNeil variance (Newcombe, Statistics in Medicine 25, 2006, method 5), counting clusters.

    Args:
        scores: N numbers, higher = more likely positive.
        positive: N booleans.
        clusters: N names; None says that all items are independent.
        confidence: Confidence of the interval.
        draws: Bootstrap draws.
        seed: Seed of the bootstrap.
    """
    score_N, positive_N = _checked(scores, positive)
    value = auroc(score_N, positive_N)
    if value is None:
        return Interval(None, None, None, len(score_N))
    names = list(clusters) if clusters is not None else list(range(len(score_N)))
    kinds = [len({names[i] for i in np.flatnonzero(side)}) for side in (positive_N, ~positive_N)]
    if min(kinds) < 2 or value in (0.0, 1.0):
        lower, upper = _newcombe(value, kinds[0], kinds[1], confidence)
    elif len(set(names)) == len(names):
        lower, upper = _delong(score_N, positive_N, value, confidence)
    else:
        return cluster_bootstrap(
            names,
            lambda counts_N: _weighted_auroc(score_N, positive_N, counts_N),
            draws=draws,
            seed=seed,
            confidence=confidence,
        )
    return Interval(value, lower, upper, len(score_N))


def _checked(scores: ArrayLike, positive: ArrayLike) -> tuple[Scores, NDArray[np.bool_]]:
    score_N, positive_N = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    if len(score_N) != len(positive_N) or np.isnan(score_N).any():
        raise ValueError(
            "a ranking needs one number for each item; found nan or unequal lengths; leave out items without a score"
        )
    return score_N, positive_N


def _weighted_auroc(score_N: Scores, positive_N: NDArray[np.bool_], counts_N: Counts) -> float:
    place_N = np.unique(score_N, return_inverse=True)[1]
    positives_S = np.bincount(place_N, weights=counts_N * positive_N)
    negatives_S = np.bincount(place_N, weights=counts_N * ~positive_N)
    pairs = positives_S.sum() * negatives_S.sum()
    if pairs == 0:
        return float("nan")
    below_S = np.cumsum(negatives_S) - negatives_S
    return float(positives_S @ (below_S + negatives_S / 2) / pairs)


def _delong(score_N: Scores, positive_N: NDArray[np.bool_], value: float, confidence: float) -> tuple[float, float]:
    rank_N = _midrank(score_N)
    positives, negatives = int(positive_N.sum()), int((~positive_N).sum())
    above_P = (rank_N[positive_N] - _midrank(score_N[positive_N])) / negatives
    below_Q = 1 - (rank_N[~positive_N] - _midrank(score_N[~positive_N])) / positives
    deviation = float(np.sqrt(above_P.var(ddof=1) / positives + below_Q.var(ddof=1) / negatives))
    if deviation == 0:  # all scores tied
        return _newcombe(value, positives, negatives, confidence)
    centre = np.log(value / (1 - value))
    spread = float(ndtri((1 + confidence) / 2)) * deviation / (value * (1 - value))
    return float(1 / (1 + np.exp(spread - centre))), float(1 / (1 + np.exp(-spread - centre)))


def _midrank(score_N: Scores) -> Scores:
    """Rank from 1; equal scores share the mean of their ranks."""
    place_N, count_S = np.unique(score_N, return_inverse=True, return_counts=True)[1:]
    return np.asarray((np.cumsum(count_S) - (count_S - 1) / 2)[place_N])


def _newcombe(value: float, positives: int, negatives: int, confidence: float) -> tuple[float, float]:
    z = float(ndtri((1 + confidence) / 2))
    mean_n = (positives + negatives) / 2

    def outside(theta: float) -> bool:
        share = 1 + (mean_n - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return (value - theta) ** 2 > z**2 * theta * (1 - theta) * share / (positives * negatives)

    return _edge(outside, 0.0, value), _edge(outside, 1.0, value)


def _edge(outside: Callable[[float], bool], far: float, near: float) -> float:
    if far == near:
        return far
    for _ in range(60):
        middle = (far + near) / 2
        far, near = (middle, near) if outside(middle) else (far, middle)
    return near
