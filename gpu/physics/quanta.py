"""Noise of quanta and of electronics, from what is known of how an image was taken; none where nothing is known."""

from __future__ import annotations

from torch import Tensor

from gpu.acquisition import Acquisition
from gpu.fields import normal_field


def per_quantum_BC11(taken: Acquisition) -> Tensor:
    """Variance over transmission that counting brings, float32 (B, C, 1, 1); 0 where quanta are unknown."""
    return taken.quanta_BC.reciprocal().nan_to_num(0.0)[..., None, None]


def dark_variance_BC11(taken: Acquisition) -> Tensor:
    """Variance of the transmission in the dark, float32 (B, C, 1, 1); 0 where it is unknown."""
    return taken.electronic_BC.square().nan_to_num(0.0)[..., None, None]


def with_noise(signal_BCHW: Tensor, variance_BCHW: Tensor, seed_B: Tensor) -> Tensor:
    """The signal with Gaussian noise of a variance in each pixel, float32; the variance is used up."""
    field_BCHW = normal_field(seed_B.to(signal_BCHW.device, non_blocking=True), tuple(signal_BCHW.shape[1:]))
    return field_BCHW.mul_(variance_BCHW.sqrt_()).add_(signal_BCHW)
