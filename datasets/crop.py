"""Random crop at load, before anything is scaled down: a part of a large scan then keeps more of its resolution."""

from __future__ import annotations

from dataclasses import replace

import albumentations
import numpy as np

from datasets.targets import Target
from imaging import View


class CropAtLoad:
    """Crops a part that keeps every box, with a probability; pixels keep their dtype and values.

    Args:
        probability: chance of a crop (0 to 1).
        seed: of the random numbers.
    """

    def __init__(self, probability: float, seed: int) -> None:
        self._compose = albumentations.Compose(
            [albumentations.BBoxSafeRandomCrop(erosion_rate=0.0, p=probability)],
            bbox_params=albumentations.BboxParams(format="pascal_voc", label_fields=["labels"]),
            seed=seed,
        )

    def __call__(self, view: View, target: Target) -> tuple[View, Target]:
        """A view of one projection and its boxes -> the same, cropped."""
        done = self._compose(image=np.moveaxis(view.pixels, 0, -1), bboxes=target.boxes_N4, labels=target.labels_N)
        pixels_CHW = np.ascontiguousarray(np.moveaxis(done["image"], -1, 0))
        boxes_N4 = np.asarray(done["bboxes"], np.float32).reshape(-1, 4)
        cropped = View(view.view_id, pixels_CHW, view.channels, view.quantity, view.air)
        return cropped, replace(target, boxes_N4=boxes_N4, labels_N=np.asarray(done["labels"], np.int64).reshape(-1))
