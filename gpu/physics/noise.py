"""Add Gaussian noise of a random strength; fresh for every element and every call, replayable from its seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, seed_B, uniform_B
from gpu.fields import normal_field
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class NoiseParams(Params):
    """Per element: gate bool (B,), standard deviation float32 (B,), seed int64 (B,) of the noise field."""

    gate_B: Tensor
    std_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomNoise:
    """Gaussian noise with a standard deviation drawn uniformly up to `max_std`, in units of the signal (air = 1).

    The same everywhere in a picture, as that of electronics is; what fewer quanta do, `RandomDose` does.
    """

    params_type: ClassVar[type[Params]] = NoiseParams
    probability: float = 0.3
    max_std: float = 0.01

    def sample(self, batch: Batch, generator: torch.Generator) -> NoiseParams:
        """Draw strength and seed of each element's noise."""
        count = len(batch.image_BCHW)
        return NoiseParams(
            gate_B(count, self.probability, generator),
            uniform_B(count, 0.0, self.max_std, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: NoiseParams) -> Batch:
        """Add the noise; boxes stay, elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: _noisy(part, params.rows(rows)))


def _noisy(batch: Batch, params: NoiseParams) -> Tensor:
    image_BCHW = batch.image_BCHW
    device = image_BCHW.device
    field_BCHW = normal_field(params.seed_B.to(device, non_blocking=True), tuple(image_BCHW.shape[1:]))
    noisy_BCHW = field_BCHW.mul_(params.std_B.to(device, non_blocking=True)[:, None, None, None]).add_(image_BCHW)
    return noisy_BCHW.to(image_BCHW.dtype)
