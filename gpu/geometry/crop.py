"""Cut a part of fixed size out of each image: one that holds an object, one that holds none, or any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.boxes import corners_of, moved
from gpu.draw import gate_B
from gpu.params import Params

_ANY, _INTERESTING, _CLEAN = 0, 1, 2
_TRIES = 16


@dataclass(frozen=True, eq=False)
class CropParams(Params):
    """Per element: kind int64 (B,), which object in [0, 1) (B,), places as shares of the room (B, tries, 2)."""

    kind_B: Tensor
    object_B: Tensor
    place_BT2: Tensor


@dataclass(frozen=True)
class RandomCrop:
    """Parts of `size_hw` pixels. Pure indexing: no pixel value changes.

    With probability `interesting` a part that holds an object, whole where it fits, with `clean` one that holds none
    (the best of 16 places), else any. What there is not, an object or a place without, becomes any. A smaller picture
    stays whole, `fill` to its right and below.
    """

    params_type: ClassVar[type[Params]] = CropParams
    size_hw: tuple[int, int]
    interesting: float = 0.5
    clean: float = 0.25
    fill: float = 1.0
    min_visible: float = 0.25

    def sample(self, batch: Batch, generator: torch.Generator) -> CropParams:
        """Draw kinds and places; which pixels those are depends on boxes, and is found on the device."""
        count = len(batch)
        interesting_B = gate_B(count, self.interesting, generator)
        others = max(1 - self.interesting, 1e-9)
        clean_B = gate_B(count, self.clean / others, generator) & ~interesting_B
        kind_B = _INTERESTING * interesting_B + _CLEAN * clean_B
        return CropParams(
            kind_B.long(), torch.rand(count, generator=generator), torch.rand(count, _TRIES, 2, generator=generator)
        )

    def apply(self, batch: Batch, params: CropParams) -> Batch:
        """Cut out."""
        origin_B2 = self._origin(batch, params)
        rows, columns = self.size_hw
        wanted_2 = torch.tensor(self.size_hw).to(origin_B2.device, non_blocking=True)
        size_B2 = torch.minimum(batch.size_B2 - origin_B2, wanted_2)
        index_BN, inside_BHW = self._pixels(batch, origin_B2, size_B2)
        objects, masks = batch.objects, batch.objects.masks_BNHW
        image_BCHW = torch.where(inside_BHW[:, None], _gathered(batch.image_BCHW, index_BN, rows, columns), self.fill)
        if masks is not None:
            masks = _gathered(masks, index_BN, rows, columns) & inside_BHW[:, None]
        corners_BN42 = corners_of(objects.boxes_BN4) - origin_B2.flip(-1)[:, None, None, :]
        return replace(
            batch,
            image_BCHW=image_BCHW.to(batch.image_BCHW.dtype),
            size_B2=size_B2,
            objects=moved(objects, corners_BN42, size_B2, masks, min_visible=self.min_visible),
        )

    def _origin(self, batch: Batch, params: CropParams) -> Tensor:
        """Row and column of the upper left pixel of each part, int64 (B, 2)."""
        device = batch.size_B2.device
        wanted_2 = torch.tensor(self.size_hw).to(device, non_blocking=True)
        room_B12 = (batch.size_B2 - wanted_2).clamp_min(0)[:, None]
        place_BT2, kind_B1 = (
            params.place_BT2.to(device, non_blocking=True),
            params.kind_B.to(device, non_blocking=True)[:, None],
        )
        any_BT2 = (place_BT2 * (room_B12 + 1)).long()
        first_B2 = any_BT2[:, 0]
        if not batch.boxes_BN4.shape[1]:
            return first_B2
        real_BN = batch.is_box_BN
        has_B1 = real_BN.any(1, keepdim=True)
        box_B4 = _chosen(batch.boxes_BN4, real_BN, params.object_B.to(device, non_blocking=True))
        near_B2, far_B2 = box_B4[:, [1, 0]].floor().long(), box_B4[:, [3, 2]].ceil().long() - wanted_2
        low_B2 = torch.minimum(near_B2, far_B2).clamp_min(0).minimum(room_B12[:, 0])
        high_B2 = torch.maximum(near_B2, far_B2).clamp_min(0).minimum(room_B12[:, 0])
        holding_B2 = low_B2 + (place_BT2[:, 0] * (high_B2 - low_B2 + 1)).long()
        clean_B2 = any_BT2.gather(1, self._emptiest(batch, any_BT2)[:, None, None].expand(-1, 1, 2))[:, 0]
        origin_B2 = torch.where((kind_B1 == _INTERESTING) & has_B1, holding_B2, first_B2)
        return torch.where(kind_B1 == _CLEAN, clean_B2, origin_B2)

    def _emptiest(self, batch: Batch, origin_BT2: Tensor) -> Tensor:
        """Number of the place that overlaps least with objects, the first of equals: int64 (B,)."""
        low_BT12 = origin_BT2.flip(-1)[:, :, None].float()
        extent_2 = torch.tensor(self.size_hw[::-1]).to(low_BT12.device, non_blocking=True)
        boxes_B1N4 = batch.boxes_BN4[:, None]
        shared = torch.minimum(boxes_B1N4[..., 2:], low_BT12 + extent_2) - torch.maximum(boxes_B1N4[..., :2], low_BT12)
        overlap_BT = (shared.clamp_min(0).prod(-1) * batch.is_box_BN[:, None]).sum(-1)
        least_BT = overlap_BT == overlap_BT.amin(1, keepdim=True)
        order_T = torch.arange(least_BT.shape[1], 0, -1, device=least_BT.device)
        return (least_BT * order_T).argmax(1)

    def _pixels(self, batch: Batch, origin_B2: Tensor, size_B2: Tensor) -> tuple[Tensor, Tensor]:
        """Flat index of each pixel of the parts, int64 (B, N), and whether it lies in the picture, bool (B, H, W)."""
        height, width = batch.image_BCHW.shape[-2:]
        row_H, column_W = (torch.arange(length, device=origin_B2.device) for length in self.size_hw)
        row_BH = (origin_B2[:, :1] + row_H).clamp_max(height - 1)
        column_BW = (origin_B2[:, 1:] + column_W).clamp_max(width - 1)
        inside_BHW = (row_H < size_B2[:, :1])[:, :, None] & (column_W < size_B2[:, 1:])[:, None, :]
        return (row_BH[:, :, None] * width + column_BW[:, None, :]).flatten(1), inside_BHW


def _chosen(boxes_BN4: Tensor, real_BN: Tensor, choice_B: Tensor) -> Tensor:
    """One of the real boxes of each image, (B, 4); any row where there is none."""
    wanted_B = (choice_B * real_BN.sum(1)).long()
    index_B = (real_BN.cumsum(1) <= wanted_B[:, None]).sum(1).clamp_max(real_BN.shape[1] - 1)
    return boxes_BN4.gather(1, index_B[:, None, None].expand(-1, 1, 4))[:, 0]


def _gathered(planes_BKHW: Tensor, index_BN: Tensor, rows: int, columns: int) -> Tensor:
    flat_BKN = planes_BKHW.flatten(2)
    return flat_BKN.gather(2, index_BN[:, None].expand(-1, flat_BKN.shape[1], -1)).unflatten(2, (rows, columns))
