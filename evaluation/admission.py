"""Does a run speak of this pool at all? And which of its claims can nobody judge?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from evaluation.errors import EvaluationError
from evaluation.records import PoolTruth, Prediction, Run, ScanTruth


def admitted(run: Run, pool: PoolTruth) -> tuple[Run, dict[str, int]]:
    """Check a run against the whole pool, and set aside predictions of labels that a scan was not examined for.

    Returns:
        The run without those predictions and alarms, and how many predictions were set aside, by label.

    Raises:
        EvaluationError: when a prediction names an image or label that the pool does not have, or an image that the
            run says it did not process, or a processed image is not the pool's.
    """
    scan_of_image = {image: scan for scan in pool.scans for image in scan.image_ids}
    flagged = [alarm for point in run.points for alarm in point.alarms or ()]
    _check_images(run, [*run.predictions, *flagged], set(scan_of_image))
    for label in sorted({item.label for item in (*run.predictions, *flagged)} - set(pool.labels)):
        raise EvaluationError(
            "a prediction carries a label of the pool",
            f"label {label!r} in run {run.name!r}; the pool has {', '.join(pool.labels)}",
            "map the detector's labels to the pool's, or leave those predictions out",
        )
    known = _known_labels(pool)
    kept = tuple(item for item in run.predictions if item.label in known[scan_of_image[item.image_id].scan_id])
    ignored = Counter(item.label for item in run.predictions)
    ignored.subtract(item.label for item in kept)
    points = tuple(
        replace(point, alarms=_judgeable(point.alarms, known, scan_of_image) if point.alarms is not None else None)
        for point in run.points
    )
    return replace(run, predictions=kept, points=points), {label: n for label, n in sorted(ignored.items()) if n}


def processed_scans(run: Run, pool: PoolTruth) -> frozenset[str]:
    """Scans of which the run processed every image; all of them when it did not say."""
    if run.processed is None:
        return frozenset(scan.scan_id for scan in pool.scans)
    return frozenset(scan.scan_id for scan in pool.scans if run.processed.issuperset(scan.image_ids))


def _check_images(run: Run, claims: Iterable[Prediction], images: set[int]) -> None:
    named = {item.image_id for item in claims}
    for what, found in (("a prediction", named - images), ("processed.json", (run.processed or frozenset()) - images)):
        if found:
            raise EvaluationError(
                f"{what} names images of the pool",
                f"image id {min(found)} in run {run.name!r} ({len(found)} unknown), the pool has {len(images)} images",
                "give the predictions that were made on this very pool",
            )
    if run.processed is not None and named - run.processed:
        raise EvaluationError(
            "predictions are made on processed images",
            f"image id {min(named - run.processed)} of run {run.name!r} with predictions, but not in processed.json",
            "run the detector again; the two files are not of one run",
        )


def _known_labels(pool: PoolTruth) -> dict[str, set[str]]:
    """Labels whose presence is known in each scan: examined for, or seen there."""
    known = {scan.scan_id: set(scan.examined_for) for scan in pool.scans}
    for item in pool.objects:
        known[item.scan_id].add(item.label)
    return known


def _judgeable(
    items: Iterable[Prediction], known: dict[str, set[str]], scan_of_image: dict[int, ScanTruth]
) -> tuple[Prediction, ...]:
    return tuple(item for item in items if item.label in known[scan_of_image[item.image_id].scan_id])
