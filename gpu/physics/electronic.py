"""More noise of electronics: white, the same in air and in the dark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B
from gpu.fields import normal_field
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open


@dataclass(frozen=True, eq=False)
class ElectronicNoiseParams(Params):
    """Per element: gate bool (B,), factor float32 (B,), seed int64 (B,) of the noise."""

    gate_B: Tensor
    factor_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomElectronicNoise:
    """Noise of `factor` times the standard deviation that is there, drawn uniformly in its logarithm, on top of it.

    Where that is not known, `std` stands for it (air = 1); 7e-5 is 4 or 5 counts of 65,535. What is known follows.
    """

    params_type: ClassVar[type[Params]] = ElectronicNoiseParams
    probability: float = 0.3
    factor: tuple[float, float] = (0.5, 4.0)
    std: float = 7e-5

    def sample(self, batch: Batch, generator: torch.Generator) -> ElectronicNoiseParams:
        """Draw the strength of each element's noise."""
        count = len(batch.image_BCHW)
        return ElectronicNoiseParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.factor, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: ElectronicNoiseParams) -> Batch:
        """Add the noise; elements whose gate is closed keep every bit."""
        return where_open(batch, params.gate_B, lambda part, rows: self._noisy(part, params.rows(rows)))

    def _noisy(self, batch: Batch, params: ElectronicNoiseParams) -> Batch:
        image_BCHW, there_BC = batch.image_BCHW, batch.acquisition.electronic_BC
        added_BC = params.factor_B.to(image_BCHW.device, non_blocking=True)[:, None] * there_BC.nan_to_num(self.std)
        field_BCHW = normal_field(params.seed_B.to(image_BCHW.device, non_blocking=True), tuple(image_BCHW.shape[1:]))
        return replace(
            batch,
            image_BCHW=padding_kept(batch, field_BCHW.mul_(added_BC[..., None, None]).add_(image_BCHW)),
            acquisition=replace(batch.acquisition, electronic_BC=torch.hypot(there_BC, added_BC)),
        )
