"""Detector elements that fail: rows that read nothing, or full scale whatever stands before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B
from gpu.fields import uniform_field
from gpu.padding import inside_picture
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class DeadElementsParams(Params):
    """Per element: gate bool (B,), share of rows float32 (B,), whether channels fail apart (B,), seed int64 (B,)."""

    gate_B: Tensor
    share_B: Tensor
    apart_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomDeadElements:
    """Each row fails with a chance drawn from `share`, uniform in its logarithm.

    A share `hot` of the rows that fail read `full_scale` (air = 1), the others 0. With probability `apart` each channel
    has its own rows, as detectors in two layers do; else all have the same, as where pulses of two energies alternate.
    """

    params_type: ClassVar[type[Params]] = DeadElementsParams
    probability: float = 0.2
    share: tuple[float, float] = (0.001, 0.01)
    hot: float = 0.25
    apart: float = 0.3
    full_scale: float = 65535 / 60000

    def sample(self, batch: Batch, generator: torch.Generator) -> DeadElementsParams:
        """Draw how many rows of each element fail."""
        count = len(batch.image_BCHW)
        return DeadElementsParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.share, generator),
            gate_B(count, self.apart, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: DeadElementsParams) -> Batch:
        """Overwrite the rows; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: self._failed(part, params.rows(rows)))

    def _failed(self, batch: Batch, params: DeadElementsParams) -> Tensor:
        image_BCHW = batch.image_BCHW
        share_B111, apart_B111 = (
            p.to(image_BCHW.device, non_blocking=True)[:, None, None, None] for p in (params.share_B, params.apart_B)
        )
        chance_BCH1 = uniform_field(params.seed_B.to(image_BCHW.device, non_blocking=True), (*image_BCHW.shape[1:3], 1))
        chance_BCH1 = torch.where(apart_B111, chance_BCH1, chance_BCH1[:, :1])
        reading_BCH1 = (chance_BCH1 < share_B111 * self.hot).to(image_BCHW.dtype) * self.full_scale
        fails_BCHW = (chance_BCH1 < share_B111) & inside_picture(batch)
        return torch.where(fails_BCHW, reading_BCH1, image_BCHW)
