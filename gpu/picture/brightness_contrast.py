"""Brighter or darker, with more contrast or less: a straight line over the values, held between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class BrightnessContrastParams(Params):
    """Per element: gate bool (B,), what is added and the contrast, float32 (B,)."""

    gate_B: Tensor
    brightness_B: Tensor
    contrast_B: Tensor


@dataclass(frozen=True)
class RandomBrightnessContrast:
    """Distances from middle grey (0.5) times `contrast`, uniform in its logarithm, and up to `brightness` more or less.

    About 0.5 and not about the mean, as display software does: the goods of a scan do not change how its air looks.
    """

    params_type: ClassVar[type[Params]] = BrightnessContrastParams
    probability: float = 0.5
    brightness: float = 0.1
    contrast: tuple[float, float] = (0.8, 1.25)

    def sample(self, batch: Batch, generator: torch.Generator) -> BrightnessContrastParams:
        """Draw each element's line."""
        count = len(batch.image_BCHW)
        return BrightnessContrastParams(
            gate_B(count, self.probability, generator),
            uniform_B(count, -self.brightness, self.brightness, generator),
            log_uniform_B(count, *self.contrast, generator),
        )

    def apply(self, batch: Batch, params: BrightnessContrastParams) -> Batch:
        """Change the values; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: _changed(part, params.rows(rows)))


def _changed(batch: Batch, params: BrightnessContrastParams) -> Tensor:
    image_BCHW = batch.image_BCHW
    device = image_BCHW.device
    contrast_B111 = params.contrast_B.to(device, non_blocking=True)[:, None, None, None]
    black_B111 = params.brightness_B.to(device, non_blocking=True)[:, None, None, None] + 0.5 - 0.5 * contrast_B111
    return padding_kept(batch, torch.addcmul(black_B111, image_BCHW, contrast_B111).clamp_(0, 1))
