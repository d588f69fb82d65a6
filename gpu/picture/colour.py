"""Turn the hues and change the saturation of rendered colour pictures; greys stay."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open_image

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


@dataclass(frozen=True, eq=False)
class ColourParams(Params):
    """Per element: gate bool (B,), turn of the hues in radians and factor of the saturation, float32 (B,)."""

    gate_B: Tensor
    turn_B: Tensor
    saturation_B: Tensor


@dataclass(frozen=True)
class RandomColour:
    """Hues turned by up to `hue_degrees`, colours `saturation` times as far from grey, uniform in its logarithm.

    Keep the turn small: orange, green and blue mean organic, mixed and metal. Both are one matrix over the channels
    red, green, blue; images of another number of channels keep every bit. Values are held between 0 and 1.
    """

    params_type: ClassVar[type[Params]] = ColourParams
    probability: float = 0.5
    hue_degrees: float = 8.0
    saturation: tuple[float, float] = (0.7, 1.4)

    def sample(self, batch: Batch, generator: torch.Generator) -> ColourParams:
        """Draw each element's colours."""
        count, most = len(batch.image_BCHW), math.radians(self.hue_degrees)
        return ColourParams(
            gate_B(count, self.probability, generator),
            uniform_B(count, -most, most, generator),
            log_uniform_B(count, *self.saturation, generator),
        )

    def apply(self, batch: Batch, params: ColourParams) -> Batch:
        """Change the colours; elements whose gate is closed keep every bit."""
        if batch.image_BCHW.shape[1] != 3:
            return batch
        return where_open_image(batch, params.gate_B, lambda part, rows: _recoloured(part, params.rows(rows)))


def _recoloured(batch: Batch, params: ColourParams) -> Tensor:
    matrix_B33 = (_saturating(params.saturation_B) @ _turning(params.turn_B)).to(
        batch.image_BCHW.device, non_blocking=True
    )
    recoloured_B3N = matrix_B33 @ batch.image_BCHW.float().flatten(2)
    return padding_kept(batch, recoloured_B3N.view(batch.image_BCHW.shape).clamp_(0, 1))


def _saturating(factor_B: Tensor) -> Tensor:
    """Away from the grey of the same luma, float32 (B, 3, 3)."""
    factor_B11 = factor_B[:, None, None]
    return factor_B11 * torch.eye(3) + (1 - factor_B11) * torch.tensor(_LUMA)


def _turning(angle_B: Tensor) -> Tensor:
    """About the axis of the greys, float32 (B, 3, 3): by a third of a full turn red becomes green (Rodrigues)."""
    cos_B11, sin_B11 = angle_B.cos()[:, None, None], angle_B.sin()[:, None, None]
    across_33 = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3)
    return cos_B11 * torch.eye(3) + sin_B11 * across_33 + (1 - cos_B11) / 3
