"""Intervals for rates and ranks. Pure functions of arrays; everything else in the project may lean on them.

Letters: N items, G clusters. Items of one cluster (objects of a scan, scans of a group) are not independent:
every function that takes `clusters` says how it allows for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, stdtrit

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence interval; all None where there is nothing to estimate from.

    `n` is the number of items behind it (scans, threats, units), not of clusters.
    """

    value: float | None
    lower: float | None
    upper: float | None
    n: int

    def as_dict(self) -> dict[str, float | int | None]:
        """Plain numbers for JSON."""
        return asdict(self)


def binomial_interval(k: float, n: float, confidence: float = 0.95) -> Interval:
    """Clopper-Pearson interval of k successes among n independent trials; never covers less than it says.

    Fractional k and n are allowed: an effective sample size need not be whole.

    Raises:
        ValueError: unless 0 <= k <= n.
    """
    if not 0 <= k <= n:
        raise ValueError(f"successes lie between 0 and the trials; found {k} of {n}; count them again")
    if n == 0:
        return Interval(None, None, None, 0)
    tail = (1 - confidence) / 2
    lower = float(betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    upper = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return Interval(k / n, lower, upper, round(n))


def rate_interval(hits: ArrayLike, clusters: Sequence[object], confidence: float = 0.95) -> Interval:
    """Interval of a share: Clopper-Pearson with the effective sample size.

    With one item in each cluster this is Clopper-Pearson itself. Otherwise n is divided by the design effect, after
    Korn and Graubard (Survey Methodology 24, 1998), never raised; where every item came out alike the design effect
    cannot be estimated and n is the number of clusters. The percentile bootstrap, by contrast, collapses to a point
    at 0 and 1 and covers too little with few clusters.

    Args:
        hits: N booleans.
        clusters: N names of clusters.
        confidence: Confidence of the interval.
    """
    hit_N = np.asarray(hits, dtype=bool)
    n = len(hit_N)
    if n == 0:
        return Interval(None, None, None, 0)
    share = float(hit_N.mean())
    effective = _effective_n(hit_N.astype(float), cluster_index(clusters), share, confidence)
    interval = binomial_interval(share * effective, effective, confidence)
    return Interval(share, interval.lower, interval.upper, n)


def cluster_index(clusters: Sequence[object]) -> Counts:
    """Number the clusters 0 to G - 1 by the order of their names, so that the order of items changes no draw."""
    return np.unique(np.asarray([str(name) for name in clusters], dtype=str), return_inverse=True)[1].astype(np.int64)


def _effective_n(value_N: NDArray[np.float64], group_N: Counts, mean: float, confidence: float) -> float:
    n, groups = len(value_N), int(group_N.max()) + 1
    if groups == n:
        return float(n)
    if groups == 1 or mean in (0.0, 1.0):
        return float(groups)
    residual_G = np.bincount(group_N, weights=value_N - mean)
    clustered = groups / (groups - 1) * float(residual_G @ residual_G) / n**2
    effect = clustered / (mean * (1 - mean) / (n - 1))
    # Few clusters estimate the design effect badly; the quotient of t quantiles pays for it.
    edge = (1 + confidence) / 2
    penalty = float((stdtrit(n - 1, edge) / stdtrit(groups - 1, edge)) ** 2)
    return max(1.0, min(float(n), n / max(effect, 1e-12)) * penalty)


def resampled_counts(groups: int, draws: int, seed: int) -> Iterator[Counts]:
    """For each draw, how often each of `groups` clusters was drawn, with replacement; shape G."""
    random = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.bincount(random.integers(0, groups, groups), minlength=groups)


def cluster_bootstrap(
    clusters: Sequence[object],
    statistic: Callable[[Counts], float],
    *,
    draws: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Interval:
    """Percentile bootstrap interval, drawing whole clusters.

    Args:
        clusters: N names of clusters.
        statistic: Number of N counts that say how often each item takes part; nan where it is not defined.
            Its value on all ones is the estimate. Draws without a value are left out.
        draws: Bootstrap draws.
        seed: Same seed, same interval.
        confidence: Confidence of the interval.
    """
    group_N = cluster_index(clusters)
    value = statistic(np.ones(len(group_N), np.int64)) if len(group_N) else float("nan")
    if np.isnan(value):
        return Interval(None, None, None, len(group_N))
    drawn = [statistic(counts_G[group_N]) for counts_G in resampled_counts(int(group_N.max()) + 1, draws, seed)]
    return percentile_interval(value, drawn, len(group_N), confidence)


def percentile_interval(value: float, drawn: ArrayLike, n: int, confidence: float) -> Interval:
    """The middle share of bootstrap draws around an estimate; draws that are nan are left out."""
    drawn_D = np.asarray(drawn, dtype=float)
    drawn_D = drawn_D[~np.isnan(drawn_D)]
    if np.isnan(value) or not len(drawn_D):
        return Interval(None if np.isnan(value) else float(value), None, None, n)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(drawn_D, [tail, 1 - tail])
    return Interval(float(value), float(lower), float(upper), n)


def sign_flip_p_value(difference_G: ArrayLike, *, draws: int = 1000, seed: int = 0) -> float:
    """Two-sided test that paired cluster differences are symmetric about zero, by flipping their signs.

    Valid for any number of clusters, whatever happens inside them: exchanging two equal detectors within a whole
    cluster changes nothing. 1 where no cluster differs.
    """
    values_G = np.asarray(difference_G, dtype=float)
    values_G = values_G[values_G != 0]
    if not len(values_G):
        return 1.0
    random = np.random.default_rng(seed)
    observed = abs(values_G.sum()) - 1e-12
    flipped = sum(
        abs(float((values_G * random.choice((-1.0, 1.0), len(values_G))).sum())) >= observed for _ in range(draws)
    )
    return float(1 + flipped) / (1 + draws)
