"""Columns that are lighter or darker: what is left of each pulse's dose after normalising to a reference detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B
from gpu.fields import normal_field
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class LineNoiseParams(Params):
    """Per element: gate bool (B,), relative standard deviation float32 (B,), seed int64 (B,) of the columns."""

    gate_B: Tensor
    jitter_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomLineNoise:
    """Each column of each channel times 1 and a normal number of standard deviation `jitter`.

    `jitter` is drawn uniformly in its logarithm. A line scanner takes a column a pulse, and each energy with its own.
    """

    params_type: ClassVar[type[Params]] = LineNoiseParams
    probability: float = 0.3
    jitter: tuple[float, float] = (0.001, 0.01)

    def sample(self, batch: Batch, generator: torch.Generator) -> LineNoiseParams:
        """Draw the strength of each element's jitter."""
        count = len(batch.image_BCHW)
        return LineNoiseParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.jitter, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: LineNoiseParams) -> Batch:
        """Multiply the columns; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: _jittered(part, params.rows(rows)))


def _jittered(batch: Batch, params: LineNoiseParams) -> Tensor:
    image_BCHW = batch.image_BCHW
    device, (channels, _, width) = image_BCHW.device, image_BCHW.shape[1:]
    field_BC1W = normal_field(params.seed_B.to(device, non_blocking=True), (channels, 1, width))
    dose_BC1W = field_BC1W.mul_(params.jitter_B.to(device, non_blocking=True)[:, None, None, None]).add_(1)
    return padding_kept(batch, image_BCHW.float() * dose_BC1W)
