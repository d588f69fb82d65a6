"""All numbers of an evaluation in one dictionary of plain values: what `metrics.json` holds and the report shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from evaluation.admission import admitted, processed_scans
from evaluation.average_precision import MAX_DETECTIONS
from evaluation.comparison import compare
from evaluation.errors import EvaluationError
from evaluation.measures import measures
from evaluation.points import calibration_points
from evaluation.records import OperatingPoint, PoolTruth, Run

SCHEMA = 1
RATES = {"strict": 0.01, "loose": 0.05}
"""The headline: detection at 1 % and at 5 % false alarms."""


def evaluate(
    pool: PoolTruth,
    runs: Sequence[Run],
    *,
    split: str = "all",
    rates: Mapping[str, float] | None = None,
    iou: float = 0.3,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Hold runs against the truth of a pool, overall, per scanner, and pair by pair.

    Args:
        pool: Truth of the whole pool; the calibration split serves to freeze thresholds.
        runs: What each detector said; names must differ.
        split: Evaluate the scans of this split; `all` for every scan.
        rates: Promised false-alarm rates of thresholds frozen on the calibration split; 1 % and 5 % by default.
        iou: Overlap from which an alarm is on a threat where its centre is not inside.
        confidence: Confidence of every interval, between 0 and 1.
        draws: Bootstrap draws.
        seed: Seed of the bootstrap.

    Returns:
        A dictionary for JSON; None stands for what cannot be said.

    Raises:
        EvaluationError: when a run does not speak of this pool, two runs share a name, no scan is left, or an option
            lies outside its range.
    """
    _check_options(iou, confidence, draws, seed)
    evaluated = pool if split == "all" else pool.subset(lambda scan: scan.split == split)
    _check(evaluated, runs, split)
    options: dict[str, Any] = {"iou": iou, "confidence": confidence, "draws": draws, "seed": seed}
    rates = dict(rates or RATES)
    judged, entries = [], {}
    for run in runs:
        kept, ignored = admitted(run, pool)
        points = (*kept.points, *calibration_points(kept, pool, split, rates))
        judged.append((kept, points))
        entries[run.name] = {"ignored_unexamined": ignored, **_entry(evaluated, kept, points, rates, options)}
    return {
        "schema": SCHEMA,
        "pool": {"name": pool.name, "content_hash": pool.content_hash, "truth_hash": pool.truth_hash},
        "settings": {**options, "split": split, "rates": rates, "max_detections": MAX_DETECTIONS},
        "truth": _truth(evaluated),
        "runs": entries,
        "comparisons": [
            compare(evaluated, (one[0], other[0]), (one[1], other[1]), **options)
            for one, other in combinations(judged, 2)
        ],
    }


def _entry(
    evaluated: PoolTruth,
    run: Run,
    points: Sequence[OperatingPoint],
    rates: Mapping[str, float],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    strict_rate = run.strict_rate if run.strict_rate is not None else rates.get("strict", RATES["strict"])

    def measured(part: PoolTruth) -> dict[str, Any]:
        return measures(part, run, points, strict_rate=strict_rate, **options)

    return {
        "models": list(run.models),
        "notes": list(run.notes),
        "processed": _processed(evaluated, run),
        "overall": measured(evaluated),
        "per_scanner": {
            name: measured(evaluated.subset(lambda scan, name=name: scan.scanner == name))  # type: ignore[misc]  # bound at once
            for name in sorted({scan.scanner for scan in evaluated.scans})
        },
    }


def _check(evaluated: PoolTruth, runs: Sequence[Run], split: str) -> None:
    if not evaluated.scans:
        raise EvaluationError("an evaluation needs scans", f"none in split {split!r}", "name another split")
    for name, count in Counter(run.name for run in runs).items():
        if count > 1:
            raise EvaluationError("every run has its own name", f"{name!r} {count} times", "name each run differently")
    if not runs:
        raise EvaluationError("an evaluation needs a run", "none", "give --predictions NAME=PATH")


def _check_options(iou: float, confidence: float, draws: int, seed: int) -> None:
    for kept, rule, found in (
        (0 < iou <= 1, "an overlap lies above 0 and up to 1", f"iou {iou:g}"),  # from 0, any alarm is on any threat
        (0 < confidence < 1, "a confidence lies between 0 and 1", f"confidence {confidence:g}"),
        (draws >= 1, "a bootstrap has one draw or more", f"draws {draws}"),
        (seed >= 0, "a seed is 0 or more", f"seed {seed}"),
    ):
        if not kept:
            raise EvaluationError(rule, found, "give a number in that range (shares are not in percent)")


def _truth(pool: PoolTruth) -> dict[str, Any]:
    unknown = len(pool.scans) - len(pool.threat_scans) - len(pool.clean_scans)
    return {
        "labels": list(pool.labels),
        "scans": len(pool.scans),
        "images": len(pool.group_of_image),
        "groups": len({scan.group for scan in pool.scans}),
        "scanners": dict(sorted(Counter(scan.scanner for scan in pool.scans).items())),
        "threat_scans": len(pool.threat_scans),
        "clean_scans": len(pool.clean_scans),
        "scans_examined_for_nothing": unknown,
        "threats": len(pool.objects),
        "threats_per_label": {label: sum(item.label == label for item in pool.objects) for label in pool.labels},
        "units": len(pool.units),
    }


def _processed(pool: PoolTruth, run: Run) -> dict[str, Any]:
    done = processed_scans(run, pool)
    images = set(pool.group_of_image)
    missing = [scan.scan_id for scan in pool.scans if scan.scan_id not in done]
    return {
        "stated": run.processed is not None,
        "images": len(images if run.processed is None else images & run.processed),
        "images_not_processed": 0 if run.processed is None else len(images - run.processed),
        "scans": len(done),
        "scans_not_processed": sorted(missing),
        "threat_scans_not_processed": sum(scan.scan_id not in done for scan in pool.threat_scans),
        "clean_scans_not_processed": sum(scan.scan_id not in done for scan in pool.clean_scans),
        "threats_not_processed": 0
        if run.processed is None
        else sum(item.image_id not in run.processed for item in pool.objects),
    }
