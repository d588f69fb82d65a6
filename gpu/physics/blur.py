"""Blur images by a Gaussian point spread, as of a softer scanner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.taps import edges_held, weighted
from gpu.transform import where_open_image

_SIGMAS = 3  # of the widest Gaussian, that the taps reach


@dataclass(frozen=True, eq=False)
class BlurParams(Params):
    """Per element: gate bool (B,), standard deviation of the point spread in pixels, float32 (B,)."""

    gate_B: Tensor
    sigma_px_B: Tensor


@dataclass(frozen=True)
class RandomBlur:
    """A Gaussian whose standard deviation is drawn from `sigma_px`, uniform in its logarithm; edges are held.

    It is no physics of a detector: the noise and the faulty lines that are in the picture are blurred as well, where a
    softer detector would count as many quanta as before in each pixel. Put `RandomDose`, `RandomElectronicNoise` or
    `RandomDeadElements` behind it for noise and faults that are sharp again.
    """

    params_type: ClassVar[type[Params]] = BlurParams
    probability: float = 0.3
    sigma_px: tuple[float, float] = (0.3, 1.2)

    def sample(self, batch: Batch, generator: torch.Generator) -> BlurParams:
        """Draw each element's point spread."""
        count = len(batch.image_BCHW)
        return BlurParams(gate_B(count, self.probability, generator), log_uniform_B(count, *self.sigma_px, generator))

    def apply(self, batch: Batch, params: BlurParams) -> Batch:
        """Blur; elements whose gate is closed keep every bit."""
        return where_open_image(
            batch, params.gate_B, lambda part, rows: self._blurred(part, params.rows(rows).sigma_px_B)
        )

    def _blurred(self, batch: Batch, sigma_px_B: Tensor) -> Tensor:
        reach = math.ceil(_SIGMAS * self.sigma_px[1])
        tap_T = torch.arange(reach + 1, device=batch.image_BCHW.device)
        weight_BT = (tap_T / sigma_px_B.to(tap_T.device, non_blocking=True)[:, None]).square().mul(-0.5).exp()
        weight_BT = weight_BT / (2 * weight_BT.sum(1, keepdim=True) - 1)  # the middle tap is one, the others two
        held_BCHW = edges_held(batch.image_BCHW.float(), batch.size_B2, reach)
        return padding_kept(batch, weighted(held_BCHW, weight_BT))
