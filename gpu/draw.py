"""Random numbers of the transforms: drawn on the CPU from one generator, the same on any device."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_SEEDS = 2**62


def gate_B(count: int, probability: float, generator: torch.Generator) -> Tensor:
    """Bool (B,) on the CPU; True with `probability`. `<` and not `<=`: probability 0 never opens."""
    return torch.rand(count, generator=generator) < probability


def uniform_B(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """float32 (B,) on the CPU, uniform in [low, high)."""
    return low + (high - low) * torch.rand(count, generator=generator)


def log_uniform_B(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """float32 (B,) on the CPU, uniform in its logarithm from `low` to `high`, both positive."""
    return uniform_B(count, math.log(low), math.log(high), generator).exp()


def seed_B(count: int, generator: torch.Generator) -> Tensor:
    """int64 (B,) on the CPU: what a field of `gpu.fields` is grown from."""
    return torch.randint(_SEEDS, (count,), generator=generator)
