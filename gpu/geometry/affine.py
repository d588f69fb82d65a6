"""Rotate, shear, scale, magnify and shift images about the centre of their picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, uniform_B
from gpu.geometry.warp import Warp
from gpu.params import Params
from gpu.pipeline import PipelineParams


@dataclass(frozen=True, eq=False)
class AffineParams(Params):
    """Per element: gate bool (B,), angle and shear in radians (B,), factors along x and y (B, 2), shift (B, 2).

    Shifts are x and y as shares of the picture.
    """

    gate_B: Tensor
    angle_B: Tensor
    shear_B: Tensor
    scale_B2: Tensor
    shift_B2: Tensor


@dataclass(frozen=True)
class RandomAffine:
    """Rotation up to `degrees`, shear up to `shear_degrees`, scale in `scale`, shift up to `shift` of the picture.

    `stretch` is how much more than the rows, or less, the columns may be scaled: a belt runs faster or slower than the
    profile says. Alone it resamples by itself; in a `Warp` with other movements once for all.
    """

    params_type: ClassVar[type[Params]] = AffineParams
    probability: float = 0.7
    degrees: float = 5.0
    scale: tuple[float, float] = (0.8, 1.25)
    shift: float = 0.08
    shear_degrees: float = 0.0
    stretch: float = 1.0
    fill: float = 1.0
    min_visible: float = 0.25

    def sample(self, batch: Batch, generator: torch.Generator) -> AffineParams:
        """Draw one movement per element; scales are uniform in their logarithm."""
        count = len(batch.image_BCHW)
        most, shear = math.radians(self.degrees), math.radians(self.shear_degrees)
        gate = gate_B(count, self.probability, generator)
        angle_B = uniform_B(count, -most, most, generator)
        shear_B = uniform_B(count, -shear, shear, generator)
        both_B = log_uniform_B(count, *self.scale, generator)
        stretch_B = log_uniform_B(count, 1 / self.stretch, self.stretch, generator)
        scale_B2 = torch.stack([both_B * stretch_B.sqrt(), both_B / stretch_B.sqrt()], dim=-1)
        shift_B2 = uniform_B(count * 2, -self.shift, self.shift, generator).view(count, 2)
        return AffineParams(gate, angle_B, shear_B, scale_B2, shift_B2)

    def apply(self, batch: Batch, params: AffineParams) -> Batch:
        """Move images, boxes and masks; elements whose gate is closed keep every bit."""
        warp = Warp((self,), self.fill, self.min_visible)
        return warp.apply(batch, PipelineParams((params,)))

    def gate(self, params: AffineParams) -> Tensor:
        """Which elements move."""
        return params.gate_B

    def matrix(self, size_B2: Tensor, params: AffineParams) -> Tensor:
        """Scale, shear, turn about the centre, shift; float32 (B, 3, 3) in pixels."""
        cos_B, sin_B = params.angle_B.cos(), params.angle_B.sin()
        turn_B22 = torch.stack([torch.stack([cos_B, -sin_B], -1), torch.stack([sin_B, cos_B], -1)], -2)
        lean_B22 = torch.eye(2).repeat(len(cos_B), 1, 1)
        lean_B22[:, 0, 1] = params.shear_B.tan()
        linear_B22 = turn_B22 @ lean_B22 @ torch.diag_embed(params.scale_B2)
        linear_B22 = torch.where(params.gate_B[:, None, None], linear_B22, torch.eye(2)).to(
            size_B2.device, non_blocking=True
        )
        shift_B2 = (params.shift_B2 * params.gate_B[:, None]).to(size_B2.device, non_blocking=True)
        extent_B2 = size_B2.flip(-1).float()
        centre_B21 = extent_B2[..., None] / 2
        offset_B21 = centre_B21 + (shift_B2 * extent_B2)[..., None] - linear_B22 @ centre_B21
        last_B13 = torch.tensor([0.0, 0.0, 1.0]).to(size_B2.device, non_blocking=True).expand(len(cos_B), 1, 3)
        return torch.cat([torch.cat([linear_B22, offset_B21], dim=-1), last_B13], dim=-2)
