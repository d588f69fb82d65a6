"""Which alarms are on which threats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.records import Prediction, Truth

Boxes = NDArray[np.float64]


def located(
    truths: Sequence[Truth], alarms: Sequence[Prediction], *, iou: float = 0.3, match_label: bool = True
) -> NDArray[np.bool_]:
    """Whether each threat has an alarm on it: the alarm's centre inside its box, or an overlap of at least `iou`.

    One alarm may be on several threats, and several on one.

    Args:
        truths: N threats.
        alarms: Alarms, on the same image ids.
        iou: Intersection over union (0 to 1) from which an alarm counts whose centre is outside.
        match_label: Whether the alarm must carry the threat's label.

    Returns:
        N booleans.
    """
    return best_scores(truths, alarms, iou=iou, match_label=match_label) > -np.inf


def best_scores(
    truths: Sequence[Truth], predictions: Sequence[Prediction], *, iou: float = 0.3, match_label: bool = True
) -> NDArray[np.float64]:
    """Highest score of the predictions that are on each threat, as `located` has it; -inf where there is none."""
    by_image: dict[int, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        by_image[prediction.image_id].append(prediction)
    best_N = np.full(len(truths), -np.inf)
    for place, truth in enumerate(truths):
        near = [item for item in by_image.get(truth.image_id, ()) if not match_label or item.label == truth.label]
        if near:
            boxes_M4 = np.asarray([item.box_xyxy for item in near], float)
            on_M = _on(np.asarray(truth.box_xyxy, float), boxes_M4, iou)
            best_N[place] = np.max(np.asarray([item.score for item in near], float), where=on_M, initial=-np.inf)
    return best_N


def overlaps(one_N4: Boxes, other_M4: Boxes) -> Boxes:
    """Intersection over union of every pair, NM, 0 to 1; boxes x0, y0, x1, y1, half-open; 0 for empty boxes."""
    low = np.maximum(one_N4[:, None, :2], other_M4[None, :, :2])
    high = np.minimum(one_N4[:, None, 2:], other_M4[None, :, 2:])
    shared_NM = np.clip(high - low, 0, None).prod(-1)
    area_N, area_M = _area(one_N4), _area(other_M4)
    union_NM = area_N[:, None] + area_M[None] - shared_NM
    overlap_NM: Boxes = np.divide(shared_NM, union_NM, out=np.zeros_like(shared_NM), where=union_NM > 0)
    return overlap_NM


def _area(boxes_N4: Boxes) -> Boxes:
    return np.asarray((boxes_N4[:, 2:] - boxes_N4[:, :2]).clip(0).prod(-1))


def _on(box_4: Boxes, alarms_M4: Boxes, iou: float) -> NDArray[np.bool_]:
    centre_M2 = (alarms_M4[:, :2] + alarms_M4[:, 2:]) / 2
    inside_M = ((centre_M2 >= box_4[:2]) & (centre_M2 <= box_4[2:])).all(-1)
    return np.asarray(inside_M | (overlaps(box_4[None], alarms_M4)[0] >= iou))
