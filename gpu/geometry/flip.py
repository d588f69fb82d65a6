"""Mirror images left-right and top-bottom; padding stays where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B
from gpu.params import Params
from gpu.transform import where_open


@dataclass(frozen=True, eq=False)
class FlipParams(Params):
    """Bool (B,) each: which elements are mirrored."""

    horizontal_B: Tensor
    vertical_B: Tensor


@dataclass(frozen=True)
class RandomFlip:
    """Mirror left-right with probability `horizontal`, top-bottom with `vertical`."""

    params_type: ClassVar[type[Params]] = FlipParams
    horizontal: float = 0.5
    vertical: float = 0.0

    def sample(self, batch: Batch, generator: torch.Generator) -> FlipParams:
        """Draw which elements are mirrored."""
        count = len(batch.image_BCHW)
        return FlipParams(gate_B(count, self.horizontal, generator), gate_B(count, self.vertical, generator))

    def apply(self, batch: Batch, params: FlipParams) -> Batch:
        """Mirror. Pure indexing: no pixel value changes."""
        for axis, gate in ((1, params.horizontal_B), (0, params.vertical_B)):
            batch = where_open(batch, gate, lambda part, rows, axis=axis: _mirrored(part, axis))  # type: ignore[misc]
        return batch

    def gate(self, params: FlipParams) -> Tensor:
        """Which elements move."""
        return params.horizontal_B | params.vertical_B

    def matrix(self, size_B2: Tensor, params: FlipParams) -> Tensor:
        """The mirror images as movements; float32 (B, 3, 3) in pixels."""
        matrix_B33 = torch.eye(3, device=size_B2.device).repeat(len(size_B2), 1, 1)
        for axis, gate in ((0, params.horizontal_B), (1, params.vertical_B)):
            turned_B = gate.to(size_B2.device, non_blocking=True)
            matrix_B33[:, axis, axis] = torch.where(turned_B, -1.0, 1.0)
            matrix_B33[:, axis, 2] = turned_B * size_B2[:, 1 - axis]
        return matrix_B33


def _mirrored(batch: Batch, axis: int) -> Batch:
    """Mirror the picture part along rows (axis 0) or columns (axis 1)."""
    extent_B1 = batch.size_B2[:, axis, None]
    place_L = torch.arange(batch.image_BCHW.shape[axis + 2], device=extent_B1.device)
    turned_BL = extent_B1 - 1 - place_L
    index_BL = torch.where(turned_BL >= 0, turned_BL, place_L)
    low, high = 1 - axis, 3 - axis
    objects = batch.objects
    boxes_BN4 = objects.boxes_BN4.clone()
    boxes_BN4[..., low] = extent_B1 - objects.boxes_BN4[..., high]
    boxes_BN4[..., high] = extent_B1 - objects.boxes_BN4[..., low]
    masks = objects.masks_BNHW
    return replace(
        batch,
        image_BCHW=_gathered(batch.image_BCHW, index_BL, axis),
        objects=replace(
            objects,
            boxes_BN4=boxes_BN4 * objects.is_box_BN[..., None],
            masks_BNHW=None if masks is None else _gathered(masks, index_BL, axis),
        ),
    )


def _gathered(planes_BKHW: Tensor, index_BL: Tensor, axis: int) -> Tensor:
    dim = axis + 2
    shape = [len(index_BL), 1, 1, 1]
    shape[dim] = -1
    return planes_BKHW.gather(dim, index_BL.view(shape).expand_as(planes_BKHW))
