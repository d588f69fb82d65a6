"""COCO average precision, by faster-coco-eval, as plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evaluation.records import Box, Prediction, Truth

MAX_DETECTIONS = 100
"""COCO's cap: only so many predictions of a label count in one image, highest scores first."""

_IOU_50, _IOU_75 = 0, 5  # places among COCO's thresholds 0.50, 0.55, ... 0.95


def average_precision(
    truth: Sequence[Truth], predictions: Sequence[Prediction], image_ids: Iterable[int], labels: Sequence[str]
) -> dict[str, Any]:
    """COCO average precision over the given images; an image without a prediction counts with what it holds.

    Args:
        truth: Threats; those of other images are left out.
        predictions: Predictions; those of other images are left out.
        image_ids: The images that the number is about.
        labels: Labels, in any order; every truth and prediction carries one of them.

    Returns:
        `AP` (mean over IoU 0.50 to 0.95), `AP50`, `AP75` (0 to 1; None without any truth), and `per_class`:
        `{label: {"AP", "AP50", "n"}}` with n threats; None, not -1, for a label without truth.
    """
    images = sorted(set(image_ids))
    number = {label: place for place, label in enumerate(labels, start=1)}
    kept = set(images)
    there = [item for item in truth if item.image_id in kept]
    precision_TRK = _precision(images, number, there, [item for item in predictions if item.image_id in kept])
    per_class = {}
    for label, place in number.items():
        n = sum(item.label == label for item in there)
        curve_TR = precision_TRK[:, :, place - 1] if n else None
        per_class[label] = {"AP": _mean(curve_TR), "AP50": _mean(curve_TR, _IOU_50), "n": n}
    seen_TRK = precision_TRK[:, :, [place - 1 for label, place in number.items() if per_class[label]["n"]]]
    return {
        "AP": _mean(seen_TRK),
        "AP50": _mean(seen_TRK, _IOU_50),
        "AP75": _mean(seen_TRK, _IOU_75),
        "per_class": per_class,
    }


def _mean(precision: np.ndarray | None, threshold: int | None = None) -> float | None:
    if precision is None or not precision.size:
        return None
    return float(np.mean(precision if threshold is None else precision[threshold]))


def _precision(
    images: list[int], number: dict[str, int], truth: Sequence[Truth], predictions: Sequence[Prediction]
) -> np.ndarray:
    """Interpolated precision, thresholds x 101 recalls x labels; -1 for a label without truth."""
    if not truth:
        return np.full((10, 101, len(number)), -1.0)
    from faster_coco_eval import COCO, COCOeval_faster  # noqa: PLC0415 - loads cv2; rates alone need neither

    objects = [
        {"id": place, "iscrowd": 0, "area": _area(item.box_xyxy), **_coco(item, number)}
        for place, item in enumerate(truth, start=1)
    ]
    categories = [{"id": place, "name": label} for label, place in number.items()]
    known = COCO({"images": [{"id": image} for image in images], "annotations": objects, "categories": categories})
    found = known.loadRes([{"score": item.score, **_coco(item, number)} for item in predictions])
    run = COCOeval_faster(known, found, iouType="bbox")
    run.params.maxDets = [1, 10, MAX_DETECTIONS]
    run.evaluate()
    run.accumulate()
    return np.asarray(run.eval["precision"])[:, :, :, 0, -1]


def _coco(item: Truth | Prediction, number: dict[str, int]) -> dict[str, Any]:
    x0, y0, x1, y1 = item.box_xyxy
    return {"image_id": item.image_id, "category_id": number[item.label], "bbox": [x0, y0, x1 - x0, y1 - y0]}


def _area(box_xyxy: Box) -> float:
    return (box_xyxy[2] - box_xyxy[0]) * (box_xyxy[3] - box_xyxy[1])
