"""Mirror images left-right and top-bottom, their boxes with them; padding stays where it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B


@dataclass(frozen=True, eq=False)
class FlipParams:
    """Bool (B,) each: which elements are mirrored."""

    horizontal_B: Tensor
    vertical_B: Tensor

    def element(self, index: int) -> FlipParams:
        """Parameters of one element."""
        return FlipParams(self.horizontal_B[index : index + 1], self.vertical_B[index : index + 1])


@dataclass(frozen=True)
class RandomFlip:
    """Mirror left-right with probability `horizontal`, top-bottom with `vertical`."""

    horizontal: float = 0.5
    vertical: float = 0.0

    def sample(self, batch: Batch, generator: torch.Generator) -> FlipParams:
        """Draw which elements are mirrored."""
        count = len(batch.image_BCHW)
        return FlipParams(gate_B(count, self.horizontal, generator), gate_B(count, self.vertical, generator))

    def apply(self, batch: Batch, params: FlipParams) -> Batch:
        """Mirror. Pure indexing: no pixel value changes."""
        for axis, gate in ((1, params.horizontal_B), (0, params.vertical_B)):
            batch = _mirrored(batch, gate.to(batch.image_BCHW.device), axis)
        return batch


def _mirrored(batch: Batch, gate_B: Tensor, axis: int) -> Batch:
    """Mirror the picture part along rows (axis 0) or columns (axis 1) where the gate is open."""
    dim = axis + 2
    extent_B = batch.size_B2[:, axis]
    place_L = torch.arange(batch.image_BCHW.shape[dim], device=extent_B.device)
    turned_BL = extent_B[:, None] - 1 - place_L
    index_BL = torch.where(gate_B[:, None] & (turned_BL >= 0), turned_BL, place_L)
    shape = [len(index_BL), 1, 1, 1]
    shape[dim] = -1
    image_BCHW = batch.image_BCHW.gather(dim, index_BL.view(shape).expand_as(batch.image_BCHW))
    low, high = 1 - axis, 3 - axis
    boxes_BN4 = batch.boxes_BN4.clone()
    extent_B1 = extent_B[:, None].to(boxes_BN4.dtype)
    boxes_BN4[..., low], boxes_BN4[..., high] = (
        extent_B1 - batch.boxes_BN4[..., high],
        extent_B1 - batch.boxes_BN4[..., low],
    )
    moved_BN = gate_B[:, None] & batch.is_box_BN
    return Batch(
        image_BCHW, batch.size_B2, torch.where(moved_BN[..., None], boxes_BN4, batch.boxes_BN4), batch.labels_BN
    )
