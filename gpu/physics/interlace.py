"""Take the low channel a part of a column later, as where pulses of two energies alternate while the cargo moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, uniform_B
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class InterlaceParams(Params):
    """Per element: gate bool (B,), columns by which the low channel is later, float32 (B,)."""

    gate_B: Tensor
    columns_B: Tensor


@dataclass(frozen=True)
class RandomInterlace:
    """The low channel later by a part of a column, drawn uniformly from `columns` (0 to 1).

    Linear between pixels, so that its noise becomes less there; the last column stays. A `RandomFlip` behind it gives
    the other direction. Images that have not two channels keep every bit.
    """

    params_type: ClassVar[type[Params]] = InterlaceParams
    probability: float = 0.3
    columns: tuple[float, float] = (0.0, 0.6)

    def sample(self, batch: Batch, generator: torch.Generator) -> InterlaceParams:
        """Draw how much later each element's low channel is."""
        count = len(batch.image_BCHW)
        return InterlaceParams(gate_B(count, self.probability, generator), uniform_B(count, *self.columns, generator))

    def apply(self, batch: Batch, params: InterlaceParams) -> Batch:
        """Shift the low channel; elements whose gate is closed keep every bit."""
        if batch.image_BCHW.shape[1] != 2:
            return batch
        return where_open_image(batch, params.gate_B, lambda part, rows: _later(part, params.rows(rows).columns_B))


def _later(batch: Batch, columns_B: Tensor) -> Tensor:
    image_BCHW, (rows_B, width_B) = batch.image_BCHW, batch.size_B2.unbind(1)
    place_H, place_W = (torch.arange(length, device=rows_B.device) for length in image_BCHW.shape[-2:])
    moves_BHW = (place_H < rows_B[:, None])[:, :, None] & (place_W[:-1] < width_B[:, None] - 1)[:, None, :]
    low_BHW = image_BCHW[:, 0].float()
    part_BHW = moves_BHW * columns_B.to(rows_B.device, non_blocking=True)[:, None, None]
    shifted_BHW = low_BHW[..., :-1].lerp(low_BHW[..., 1:], part_BHW).to(image_BCHW.dtype)
    low_BHW = torch.cat([shifted_BHW, image_BCHW[:, 0, :, -1:]], dim=-1)
    return torch.stack([low_BHW, image_BCHW[:, 1]], dim=1)
