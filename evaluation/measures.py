"""Everything that is measured of one run on one set of scans (all of them, or those of one scanner)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.admission import processed_scans
from evaluation.auroc import auroc_interval
from evaluation.average_precision import average_precision
from evaluation.matching import best_scores
from evaluation.mismatch import mismatch_metrics
from evaluation.points import alarms_at, scan_scores
from evaluation.rates import pd_loc, pd_scan, pfa_scan
from evaluation.records import OperatingPoint, PoolTruth, Prediction, Run
from evaluation.resampled_ap import average_precision_interval

_CURVE_POINTS = 200


def measures(
    pool: PoolTruth,
    run: Run,
    points: Sequence[OperatingPoint],
    *,
    strict_rate: float,
    iou: float,
    confidence: float,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """Metrics of an admitted run on the scans of `pool`, as plain numbers."""
    done = processed_scans(run, pool)
    images = pool.group_of_image
    seen = tuple(item for item in run.predictions if item.image_id in images)
    options: dict[str, Any] = {"confidence": confidence, "draws": draws, "seed": seed}
    return {
        "n": {
            "scans": len(pool.scans),
            "threat_scans": len(pool.threat_scans),
            "clean_scans": len(pool.clean_scans),
            "threats": len(pool.objects),
            "groups": len(set(images.values())),
        },
        "average_precision": _average_precision(pool, seen, **options),
        "auroc_scan": _scan_auroc(pool, seen, done, **options),
        "operating_points": [_rates(pool, run, point, done, iou=iou, confidence=confidence) for point in points],
        "curve": _curve(pool, seen, done, iou),
        "mismatch": mismatch_metrics(pool, run.units, done, strict_rate=strict_rate, **options),
    }


def _average_precision(pool: PoolTruth, seen: Sequence[Prediction], **options: Any) -> dict[str, Any]:
    groups = pool.group_of_image
    found = average_precision(pool.objects, seen, groups, pool.labels)
    intervals = average_precision_interval(pool.objects, seen, groups, pool.labels, **options)
    return {
        **found,
        "AP50_interval": intervals[""].as_dict(),
        "per_class": {
            label: {**entry, "AP50_interval": intervals[label].as_dict()} for label, entry in found["per_class"].items()
        },
    }


def _scan_auroc(pool: PoolTruth, seen: Sequence[Prediction], done: frozenset[str], **options: Any) -> dict[str, Any]:
    threat, clean = (
        [scan for scan in scans if scan.scan_id in done] for scans in (pool.threat_scans, pool.clean_scans)
    )
    score = scan_scores(seen, (*threat, *clean))
    return auroc_interval(
        [score[scan.scan_id] for scan in (*threat, *clean)],
        [True] * len(threat) + [False] * len(clean),
        [scan.group for scan in (*threat, *clean)],
        **options,
    ).as_dict()


def _rates(
    pool: PoolTruth, run: Run, point: OperatingPoint, done: frozenset[str], *, iou: float, confidence: float
) -> dict[str, Any]:
    known = {
        "name": point.name,
        "rate": point.rate,
        "source": point.source,
        "threshold": point.threshold,
        "n_clean": point.n_clean,
        "frozen_on_stated": point.frozen_on is not None,
        "reason": point.reason,
    }
    alarms = alarms_at(run, point)
    if alarms is None:
        rates = dict.fromkeys(("pd_loc", "pd_scan", "pfa_scan", "n_clean_left_out"))
        return {**known, **rates, "pd_loc_per_label": {}}
    groups = pool.group_of_scan
    scan_of_image = {image: scan.scan_id for scan in pool.scans for image in scan.image_ids}
    alarmed = {scan_of_image[item.image_id] for item in alarms if item.image_id in scan_of_image}
    clean = [scan for scan in pool.clean_scans if scan.scan_id in done]
    unseen = [scan for scan in clean if scan.scan_id not in (point.frozen_on or ())]
    return {
        **known,
        "pd_loc": pd_loc(pool.objects, alarms, groups, iou=iou, confidence=confidence).as_dict(),
        "pd_scan": pd_scan(pool.threat_scans, alarmed, confidence).as_dict(),
        "pfa_scan": pfa_scan(unseen, alarmed, confidence).as_dict(),
        "n_clean_left_out": len(clean) - len(unseen),
        "pd_loc_per_label": {
            label: pd_loc(items, alarms, groups, iou=iou, confidence=confidence).as_dict()
            for label in pool.labels
            if (items := [item for item in pool.objects if item.label == label])
        },
    }


def _curve(pool: PoolTruth, seen: Sequence[Prediction], done: frozenset[str], iou: float) -> list[dict[str, float]]:
    """Rates at every threshold, for looking at: no threshold on it was chosen beforehand."""
    clean_C = np.sort(list(scan_scores(seen, [scan for scan in pool.clean_scans if scan.scan_id in done]).values()))
    best_N = best_scores(pool.objects, seen, iou=iou)
    scan_S = np.asarray(list(scan_scores(seen, pool.threat_scans).values()))
    if not len(clean_C) or not len(best_N):
        return []
    thresholds = np.unique(np.concatenate([clean_C, best_N]))
    thresholds = thresholds[np.isfinite(thresholds)][::-1]
    if not len(thresholds):
        return []
    kept = thresholds[np.unique(np.linspace(0, len(thresholds) - 1, _CURVE_POINTS).astype(int))]
    return [
        {
            "pfa_scan": float((clean_C >= edge).mean()),
            "pd_loc": float((best_N >= edge).mean()),
            "pd_scan": float((scan_S >= edge).mean()),
        }
        for edge in kept
    ]
