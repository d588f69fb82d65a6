"""What a detector answers for one image."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Detections:
    """`boxes_N4` float32 xyxy in pixels of the batch image, `scores_N` float32 falling, `labels_N` int64."""

    boxes_N4: Tensor
    scores_N: Tensor
    labels_N: Tensor
