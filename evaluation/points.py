"""Where alarms begin: operating points frozen before the evaluated scans were seen, and the alarms that they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evaluation.admission import processed_scans
from evaluation.operating_point import clean_scans_needed, frozen_threshold
from evaluation.records import OperatingPoint, PoolTruth, Prediction, Run, ScanTruth

OWN = "the run's own"
CALIBRATION_SPLIT = "the pool's calibration split"


def calibration_points(run: Run, pool: PoolTruth, split: str, rates: Mapping[str, float]) -> tuple[OperatingPoint, ...]:
    """Freeze a threshold for each rate on the clean scans of the pool's calibration split.

    Args:
        run: An admitted run.
        pool: The whole pool.
        split: The split that is evaluated; a threshold is never frozen on scans that are evaluated too.
        rates: Promised false-alarm rate by name.
    """
    if split in ("all", "calibration"):
        reason = "the calibration split is among the evaluated scans; evaluate another split alone"
        return tuple(OperatingPoint(name, rate, None, CALIBRATION_SPLIT, reason=reason) for name, rate in rates.items())
    calibration = pool.subset(lambda scan: scan.split == "calibration")
    done = processed_scans(run, calibration)
    clean = [scan for scan in calibration.clean_scans if scan.scan_id in done]
    silent = not {item.image_id for item in run.predictions} & set(calibration.group_of_image)
    if run.processed is None and clean and silent:
        reason = "the file has no prediction on any calibration scan, so it seems not to cover that split"
        return tuple(OperatingPoint(name, rate, None, CALIBRATION_SPLIT, reason=reason) for name, rate in rates.items())
    scores = scan_scores(run.predictions, clean)
    return tuple(_frozen(name, rate, scores) for name, rate in rates.items())


def scan_scores(predictions: Iterable[Prediction], scans: Iterable[ScanTruth]) -> dict[str, float]:
    """Highest score of the predictions in each scan; -inf for a scan without any."""
    scan_of_image = {image: scan.scan_id for scan in scans for image in scan.image_ids}
    scores = dict.fromkeys(scan_of_image.values(), float("-inf"))
    for item in predictions:
        if item.image_id in scan_of_image:
            scan_id = scan_of_image[item.image_id]
            scores[scan_id] = max(scores[scan_id], item.score)
    return scores


def alarms_at(run: Run, point: OperatingPoint) -> tuple[Prediction, ...] | None:
    """The alarms of a run at an operating point; None where the point has neither flags nor a threshold."""
    if point.alarms is not None:
        return point.alarms
    if point.threshold is None:
        return None
    return tuple(item for item in run.predictions if item.score >= point.threshold)


def paired_points(
    first: Iterable[OperatingPoint], second: Iterable[OperatingPoint]
) -> dict[str, tuple[OperatingPoint, OperatingPoint]]:
    """The usable points of each name at which two runs are compared.

    Their own points where both have one; else points frozen on the same scans of the pool; else what each has.
    """
    chosen: dict[str, tuple[OperatingPoint, OperatingPoint]] = {}
    pairs = [(one, other) for one in first for other in second if one.name == other.name]
    usable = [pair for pair in pairs if all(point.alarms is not None or point.threshold is not None for point in pair)]
    for pair in sorted(usable, key=_preference):
        chosen.setdefault(pair[0].name, pair)
    return chosen


def _preference(pair: tuple[OperatingPoint, OperatingPoint]) -> tuple[bool, bool]:
    return pair[0].source != pair[1].source, pair[0].source != OWN


def _frozen(name: str, rate: float, scores: Mapping[str, float]) -> OperatingPoint:
    threshold = frozen_threshold(list(scores.values()), rate)
    short = f"{len(scores)} clean calibration scans; {clean_scans_needed(rate)} are needed to promise {rate:g}"
    return OperatingPoint(
        name,
        rate,
        threshold,
        CALIBRATION_SPLIT,
        n_clean=len(scores),
        frozen_on=frozenset(scores),
        reason=short if threshold is None else "",
    )
