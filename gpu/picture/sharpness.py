"""Sharper or softer pictures: away from, or towards, the mean of the neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import Batch
from gpu.draw import gate_B, uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.taps import weighted
from gpu.transform import where_open_image

_CENTRE = 5  # weight of a pixel beside its eight neighbours of 1 each


@dataclass(frozen=True, eq=False)
class SharpnessParams(Params):
    """Per element: gate bool (B,), sharpness float32 (B,)."""

    gate_B: Tensor
    sharpness_B: Tensor


@dataclass(frozen=True)
class RandomSharpness:
    """`sharpness` times as far from the smoothed picture, drawn uniformly: 0 is smoothed, 1 as before, 2 sharpened.

    Smoothed by the kernel of nine that Pillow and torchvision take; the border of one pixel stays. Values are held
    between 0 and 1.
    """

    params_type: ClassVar[type[Params]] = SharpnessParams
    probability: float = 0.3
    sharpness: tuple[float, float] = (0.0, 2.5)

    def sample(self, batch: Batch, generator: torch.Generator) -> SharpnessParams:
        """Draw each element's sharpness."""
        count = len(batch.image_BCHW)
        return SharpnessParams(gate_B(count, self.probability, generator), uniform_B(count, *self.sharpness, generator))

    def apply(self, batch: Batch, params: SharpnessParams) -> Batch:
        """Sharpen or soften; elements whose gate is closed keep every bit."""
        return where_open_image(
            batch, params.gate_B, lambda part, rows: _sharpened(part, params.rows(rows).sharpness_B)
        )


def _sharpened(batch: Batch, sharpness_B: Tensor) -> Tensor:
    image_BCHW, device = batch.image_BCHW.float(), batch.image_BCHW.device
    of_nine_BCHW = weighted(functional.pad(image_BCHW, (1, 1, 1, 1)), torch.ones(len(sharpness_B), 2, device=device))
    mean_BCHW = of_nine_BCHW.add_(image_BCHW, alpha=_CENTRE - 1).div_(8 + _CENTRE)
    changed_BCHW = mean_BCHW.lerp_(image_BCHW, sharpness_B.to(device, non_blocking=True)[:, None, None, None])
    return padding_kept(batch, changed_BCHW.clamp_(0, 1), margin=1)
