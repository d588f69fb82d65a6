"""Two runs on the same scans: what differs, and whether more than chance would make it differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr

from evaluation.admission import processed_scans
from evaluation.matching import located
from evaluation.points import alarms_at, paired_points
from evaluation.records import OperatingPoint, PoolTruth, Run
from evaluation.resampled_ap import matches_at, mean_ap
from evaluation.statistics import (
    binomial_interval,
    cluster_bootstrap,
    cluster_index,
    percentile_interval,
    resampled_counts,
    sign_flip_p_value,
)

Flags = NDArray[np.bool_]


def mcnemar_p_value(first: ArrayLike, second: ArrayLike) -> float:
    """Exact two-sided McNemar test of paired booleans; 1 where no pair differs."""
    first_N, second_N = np.asarray(first, bool), np.asarray(second, bool)
    only_first, only_second = int((first_N & ~second_N).sum()), int((second_N & ~first_N).sum())
    return min(1.0, 2 * float(bdtr(min(only_first, only_second), only_first + only_second, 0.5)))


def paired_difference(
    first: ArrayLike, second: ArrayLike, clusters: Sequence[str], *, confidence: float, draws: int, seed: int
) -> dict[str, Any]:
    """Difference of two shares (first minus second) over the same items.

    Interval: percentile bootstrap over clusters. Test: McNemar's exact test where every item is a cluster of its own,
    else sign flips of whole clusters. The bootstrap shows no width where no item differs, so the share of items that
    were judged differently is given as well, with its binomial interval.
    """
    first_N, second_N = np.asarray(first, bool), np.asarray(second, bool)
    difference_N = first_N.astype(float) - second_N
    found = cluster_bootstrap(
        clusters,
        lambda counts_N: float(counts_N @ difference_N / counts_N.sum()),
        draws=draws,
        seed=seed,
        confidence=confidence,
    )
    alone = len(set(clusters)) == len(clusters)
    if not len(first_N):
        p_value = None
    elif alone:
        p_value = mcnemar_p_value(first_N, second_N)
    else:
        sums_G = np.bincount(cluster_index(clusters), weights=difference_N)
        p_value = sign_flip_p_value(sums_G, draws=draws, seed=seed)
    return {
        **found.as_dict(),
        "p_value": p_value,
        "test": "McNemar, exact" if alone else "sign flips over groups",
        "only_first": int((first_N & ~second_N).sum()),
        "only_second": int((second_N & ~first_N).sum()),
        "judged_differently": binomial_interval(int((first_N != second_N).sum()), len(first_N), confidence).as_dict(),
    }


def compare(
    pool: PoolTruth,
    runs: tuple[Run, Run],
    points: tuple[Sequence[OperatingPoint], Sequence[OperatingPoint]],
    *,
    iou: float,
    confidence: float,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """Paired comparison of two admitted runs on the scans of `pool`, first minus second.

    At each operating point that both have: Pd_loc, Pd_scan and Pfa_scan (over clean scans that both processed and
    neither threshold was frozen on); and AP50.
    """
    options: dict[str, Any] = {"confidence": confidence, "draws": draws, "seed": seed}
    return {
        "first": runs[0].name,
        "second": runs[1].name,
        "AP50": _ap50_difference(pool, runs, **options),
        "operating_points": [
            {"name": name, **_point_difference(pool, runs, pair, iou, options)}
            for name, pair in paired_points(*points).items()
        ],
    }


def _point_difference(
    pool: PoolTruth, runs: tuple[Run, Run], points: tuple[OperatingPoint, OperatingPoint], iou: float, options: Any
) -> dict[str, Any]:
    scan_of_image = {image: scan.scan_id for scan in pool.scans for image in scan.image_ids}
    alarms = [alarms_at(run, point) or () for run, point in zip(runs, points, strict=True)]
    alarmed = [{scan_of_image.get(item.image_id) for item in found} for found in alarms]
    seen = frozenset.intersection(*(processed_scans(run, pool) for run in runs))
    frozen = frozenset().union(*(point.frozen_on or () for point in points))
    clean = [scan for scan in pool.clean_scans if scan.scan_id in seen - frozen]
    groups = pool.group_of_scan

    def scans_differ(scans: Sequence[Any]) -> dict[str, Any]:
        flags = [[scan.scan_id in found for scan in scans] for found in alarmed]
        return paired_difference(flags[0], flags[1], [scan.group for scan in scans], **options)

    hits = [located(pool.objects, found, iou=iou) for found in alarms]
    return {
        "sources": [point.source for point in points],
        "pd_loc": paired_difference(hits[0], hits[1], [groups[item.scan_id] for item in pool.objects], **options),
        "pd_scan": scans_differ(pool.threat_scans),
        "pfa_scan": scans_differ(clean),
    }


def _ap50_difference(
    pool: PoolTruth, runs: tuple[Run, Run], *, confidence: float, draws: int, seed: int
) -> dict[str, Any]:
    groups = pool.group_of_image
    both = [matches_at(pool.objects, run.predictions, groups, pool.labels) for run in runs]
    groups_n = len(set(groups.values()))

    def difference(counts_G: Any) -> float:
        return mean_ap(both[0], counts_G) - mean_ap(both[1], counts_G)

    if not groups_n:
        return percentile_interval(float("nan"), [], 0, confidence).as_dict()
    drawn = [difference(counts_G) for counts_G in resampled_counts(groups_n, draws, seed)]
    whole = difference(np.ones(groups_n, np.int64))
    return percentile_interval(whole, drawn, len(pool.objects), confidence).as_dict()
