"""Random crop at load: most of a large scan is background, and a step on a part of it costs a fraction of the time."""

from __future__ import annotations

from dataclasses import replace

import albumentations
import numpy as np

from datasets.targets import Target
from imaging import View

MIN_VISIBLE = 0.25
"""Share of a box that must lie in the crop for the box to stay."""


class CropAtLoad:
    """Crops a part of fixed size that holds an object, where there is one; pixels keep their dtype and values.

    Args:
        rows: height of the crop; a lower scan keeps its height.
        columns: width of the crop; a narrower scan keeps its width.
        seed: of the random numbers.
    """

    def __init__(self, rows: int, columns: int, seed: int) -> None:
        self._size_hw, self._seed = (rows, columns), seed
        self._crops: dict[tuple[int, int], albumentations.Compose] = {}

    def __call__(self, view: View, target: Target) -> tuple[View, Target]:
        """A view of one projection and its boxes -> the same, cropped."""
        size_hw = (min(self._size_hw[0], view.size_hw[0]), min(self._size_hw[1], view.size_hw[1]))
        image_HWC = np.moveaxis(view.pixels, 0, -1)
        done = self._crop(size_hw)(image=image_HWC, bboxes=target.boxes_N4, labels=target.labels_N)
        pixels_CHW = np.ascontiguousarray(np.moveaxis(done["image"], -1, 0))
        boxes_N4 = np.asarray(done["bboxes"], np.float32).reshape(-1, 4)
        labels_N = np.asarray(done["labels"], np.int64).reshape(-1)
        return replace(view, pixels=pixels_CHW, valid=None), replace(target, boxes_N4=boxes_N4, labels_N=labels_N)

    def _crop(self, size_hw: tuple[int, int]) -> albumentations.Compose:
        if size_hw not in self._crops:
            self._crops[size_hw] = albumentations.Compose(
                [albumentations.AtLeastOneBBoxRandomCrop(*size_hw, erosion_factor=0.0, p=1.0)],
                bbox_params=albumentations.BboxParams(
                    format="pascal_voc", label_fields=["labels"], min_visibility=MIN_VISIBLE
                ),
                seed=self._seed,
            )
        return self._crops[size_hw]
