"""The detector over scans: findings in pixels of the stored views."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gpu import Batch
from imaging import Scan, View
from inference.passes import attempt, run_network
from inference.prepare import Prepared, prepare
from models import Component, Detections

SCORE_FLOOR = 0.05
"""Findings below this score are left out: low enough for evaluation to draw whole curves."""

MOST_FINDINGS = 100
"""Findings of a view that are kept, the highest scores first (the COCO limit)."""

SCORE_DECIMALS = 6
"""Scores are rounded before anything compares them, so that thresholds and results speak of the same numbers."""

BOX_DECIMALS = 2
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Finding:
    """A located object; `box_xyxy` in pixels of the stored view, half-open, inside it."""

    view_id: str
    label: str
    score: float
    box_xyxy: Box


def find(component: Component, scans: Sequence[Scan]) -> list[list[Finding] | Exception]:
    """Findings of each scan, view after view, by falling score in each; or the error that stopped the scan."""
    views = [(number, view) for number, scan in enumerate(scans) for view in scan.views]
    images = [attempt(partial(prepare, view, component.spec)) for _, view in views]

    def detect(batch: Batch) -> list[Detections]:
        return list(component.module.detect(batch.image_BCHW, batch.size_B2))  # type: ignore[operator]  # torch types members so

    found: list[list[Finding] | Exception] = [[] for _ in scans]
    answers = run_network(component, images, detect)
    for (number, view), image, answer in zip(views, images, answers, strict=True):
        so_far = found[number]
        if isinstance(so_far, Exception):
            continue
        if isinstance(answer, Exception) or isinstance(image, Exception):
            found[number] = answer if isinstance(answer, Exception) else RuntimeError("an image was lost")
            continue
        kept = attempt(partial(stored_findings, answer, view, image, component.spec.labels))
        found[number] = kept if isinstance(kept, Exception) else so_far + kept
    return found


def stored_findings(answer: Detections, view: View, image: Prepared, labels: Sequence[str]) -> list[Finding]:
    """Detections of one image as findings of its view: scaled back, clipped, rounded, the weakest left out.

    Raises:
        ValueError: when the detector gave a number that is none.
    """
    boxes_N4 = (answer.boxes_N4.double().cpu() / image.scale).tolist()
    scores_N, labels_N = answer.scores_N.double().cpu().tolist(), answer.labels_N.tolist()
    if not all(math.isfinite(value) for value in [*scores_N, *(edge for box in boxes_N4 for edge in box)]):
        raise ValueError("a detector's boxes and scores are finite numbers; found others; train it again")
    kept = []
    for box_xyxy, score, label in zip(boxes_N4, scores_N, labels_N, strict=True):
        inside = _inside(box_xyxy, view.size_hw)
        rounded = round(score, SCORE_DECIMALS)
        if inside is not None and rounded >= SCORE_FLOOR:
            kept.append(Finding(view.view_id, labels[label], rounded, inside))
    return sorted(kept, key=lambda finding: (-finding.score, finding.label, finding.box_xyxy))[:MOST_FINDINGS]


def _inside(box_xyxy: Sequence[float], size_hw: tuple[int, int]) -> Box | None:
    height, width = size_hw
    left, top, right, bottom = (
        round(min(max(edge, 0.0), limit), BOX_DECIMALS)
        for edge, limit in zip(box_xyxy, (width, height, width, height), strict=True)
    )
    return (left, top, right, bottom) if right > left and bottom > top else None
