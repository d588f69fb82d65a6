"""Random numbers of the transforms: drawn on the CPU from one generator, the same on any device."""

from __future__ import annotations

import torch
from torch import Tensor


def gate_B(count: int, probability: float, generator: torch.Generator) -> Tensor:
    """Bool (B,) on the CPU; True with `probability`. `<` and not `<=`: probability 0 never opens."""
    return torch.rand(count, generator=generator) < probability


def uniform_B(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """float32 (B,) on the CPU, uniform in [low, high)."""
    return low + (high - low) * torch.rand(count, generator=generator)
