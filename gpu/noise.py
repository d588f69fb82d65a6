"""Add Gaussian noise of a random strength; fresh for every element and every call, replayable from its seed."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, uniform_B

_SEEDS = 2**62


@dataclass(frozen=True, eq=False)
class NoiseParams:
    """Per element, on the CPU: gate bool (B,), standard deviation float32 (B,), seed int64 (B,) of the noise field."""

    gate_B: Tensor
    std_B: Tensor
    seed_B: Tensor

    def element(self, index: int) -> NoiseParams:
        """Parameters of one element."""
        rows = slice(index, index + 1)
        return NoiseParams(self.gate_B[rows], self.std_B[rows], self.seed_B[rows])


@dataclass(frozen=True)
class RandomNoise:
    """Gaussian noise with a standard deviation drawn uniformly up to `max_std`, in units of the signal (air = 1)."""

    probability: float = 0.3
    max_std: float = 0.01

    def sample(self, batch: Batch, generator: torch.Generator) -> NoiseParams:
        """Draw strength and seed of each element's noise."""
        count = len(batch.image_BCHW)
        return NoiseParams(
            gate_B(count, self.probability, generator),
            uniform_B(count, 0.0, self.max_std, generator),
            torch.randint(_SEEDS, (count,), generator=generator),
        )

    def apply(self, batch: Batch, params: NoiseParams) -> Batch:
        """Add the noise; boxes stay, elements whose gate is closed keep every bit."""
        image_BCHW = batch.image_BCHW.clone()
        for index in params.gate_B.nonzero()[:, 0].tolist():
            generator = torch.Generator(image_BCHW.device).manual_seed(int(params.seed_B[index]))
            field_CHW = torch.randn(image_BCHW.shape[1:], generator=generator, device=image_BCHW.device)
            image_BCHW[index] += (field_CHW * params.std_B[index].item()).to(image_BCHW.dtype)
        return batch.with_image(image_BCHW)
