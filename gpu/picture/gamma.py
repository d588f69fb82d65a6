"""Lighter or darker midtones: a power of the values, black and white staying what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class GammaParams(Params):
    """Per element: gate bool (B,), exponent float32 (B,)."""

    gate_B: Tensor
    gamma_B: Tensor


@dataclass(frozen=True)
class RandomGamma:
    """Values to a power drawn from `gamma`, uniform in its logarithm; what lies below 0 becomes 0."""

    params_type: ClassVar[type[Params]] = GammaParams
    probability: float = 0.5
    gamma: tuple[float, float] = (0.8, 1.25)

    def sample(self, batch: Batch, generator: torch.Generator) -> GammaParams:
        """Draw each element's exponent."""
        count = len(batch.image_BCHW)
        return GammaParams(gate_B(count, self.probability, generator), log_uniform_B(count, *self.gamma, generator))

    def apply(self, batch: Batch, params: GammaParams) -> Batch:
        """Raise to the power; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: _raised(part, params.rows(rows).gamma_B))


def _raised(batch: Batch, gamma_B: Tensor) -> Tensor:
    image_BCHW = batch.image_BCHW
    return image_BCHW.clamp_min(0).pow(gamma_B.to(image_BCHW)[:, None, None, None])
