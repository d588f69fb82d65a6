"""Clip and round readings as a converter does: nothing below the dark, nothing above full scale, so many steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class SaturationParams(Params):
    """Per element: gate bool (B,), full scale float32 (B,) over air, bits int64 (B,), 0 where none are chosen from."""

    gate_B: Tensor
    full_scale_B: Tensor
    bits_B: Tensor


@dataclass(frozen=True)
class RandomSaturation:
    """Readings held between 0 and a full scale drawn uniformly from `full_scale` (air = 1).

    With `bits`, readings are rounded to one of `2 ** bits` steps, one of those numbers for each element.
    """

    params_type: ClassVar[type[Params]] = SaturationParams
    probability: float = 0.3
    full_scale: tuple[float, float] = (1.02, 1.1)
    bits: tuple[int, ...] = ()

    def sample(self, batch: Batch, generator: torch.Generator) -> SaturationParams:
        """Draw the converter of each element."""
        count = len(batch.image_BCHW)
        choices = torch.tensor(self.bits or (0,))
        return SaturationParams(
            gate_B(count, self.probability, generator),
            uniform_B(count, *self.full_scale, generator),
            choices[torch.randint(len(choices), (count,), generator=generator)],
        )

    def apply(self, batch: Batch, params: SaturationParams) -> Batch:
        """Clip and round; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: self._converted(part, params.rows(rows)))

    def _converted(self, batch: Batch, params: SaturationParams) -> Tensor:
        device = batch.image_BCHW.device
        full_B111 = params.full_scale_B.to(device, non_blocking=True)[:, None, None, None]
        read_BCHW = batch.image_BCHW.float().clamp_min(0).minimum(full_B111)
        if self.bits:
            steps_B111 = torch.exp2(params.bits_B.to(device, non_blocking=True).float())[:, None, None, None] - 1
            read_BCHW = read_BCHW.mul_(steps_B111 / full_B111).round_().mul_(full_B111 / steps_B111)
        return padding_kept(batch, read_BCHW)
