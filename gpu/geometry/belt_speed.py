"""The belt, or the portal, runs faster and slower while it scans: columns stretch here and shrink there."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.boxes import corners_of, moved
from gpu.draw import gate_B, uniform_B
from gpu.params import Params
from gpu.transform import where_open

_NEWTON_STEPS = 6


@dataclass(frozen=True, eq=False)
class BeltSpeedParams(Params):
    """Per element: gate bool (B,); relative speed and phase in radians of each wave, float32 (B, waves)."""

    gate_B: Tensor
    speed_BK: Tensor
    phase_BK: Tensor


@dataclass(frozen=True)
class RandomBeltSpeed:
    """Speed changes by up to `most` of itself, as the sum of `waves` sines of one period and its fractions.

    Both ends of the picture stay. Linear between columns; padding stays.
    """

    params_type: ClassVar[type[Params]] = BeltSpeedParams
    probability: float = 0.3
    most: float = 0.05
    waves: int = 3
    min_visible: float = 0.25

    def sample(self, batch: Batch, generator: torch.Generator) -> BeltSpeedParams:
        """Draw each element's waves."""
        count = len(batch)
        gate = gate_B(count, self.probability, generator)
        most = self.most / self.waves
        speed_BK = uniform_B(count * self.waves, -most, most, generator).view(count, self.waves)
        phase_BK = uniform_B(count * self.waves, 0.0, 2 * math.pi, generator).view(count, self.waves)
        return BeltSpeedParams(gate, speed_BK, phase_BK)

    def apply(self, batch: Batch, params: BeltSpeedParams) -> Batch:
        """Stretch and shrink; elements whose gate is closed keep every bit."""
        return where_open(batch, params.gate_B, lambda part, rows: self._run(part, params.rows(rows)))

    def _run(self, batch: Batch, params: BeltSpeedParams) -> Batch:
        width, extent_B1 = batch.image_BCHW.shape[-1], batch.size_B2[:, 1:]
        place_BW = (torch.arange(width, device=extent_B1.device) + 0.5) / extent_B1
        source_BW, _ = _seen_at(place_BW, params)
        inside_BW = place_BW < 1
        column_BW = torch.where(inside_BW, source_BW * extent_B1 - 0.5, torch.arange(width, device=extent_B1.device))
        last_BW = torch.where(inside_BW, (extent_B1 - 1).expand(-1, width), width - 1)
        image_BCHW = _resampled(batch.image_BCHW.float(), column_BW, last_BW).to(batch.image_BCHW.dtype)
        masks = batch.objects.masks_BNHW
        if masks is not None and masks.shape[1]:
            masks = _resampled(masks.float(), column_BW, last_BW) >= 0.5
        corners_BN42 = corners_of(batch.boxes_BN4).clone()
        share_BM = corners_BN42[..., 0].flatten(1) / extent_B1
        corners_BN42[..., 0] = (_shown_at(share_BM, params) * extent_B1).view(corners_BN42.shape[:-1])
        objects = moved(batch.objects, corners_BN42, batch.size_B2, masks, min_visible=self.min_visible)
        return replace(batch, image_BCHW=image_BCHW, objects=objects)


def _seen_at(place_BN: Tensor, params: BeltSpeedParams) -> tuple[Tensor, Tensor]:
    """What is shown at a place, both as shares of the picture, and the speed there."""
    speed_BK1, phase_BK1 = (
        part.to(place_BN.device, non_blocking=True)[..., None] for part in (params.speed_BK, params.phase_BK)
    )
    turns_K1 = 2 * math.pi * torch.arange(1, speed_BK1.shape[1] + 1, device=place_BN.device)[:, None]
    angle_BKN = turns_K1 * place_BN[:, None] + phase_BK1
    ahead_BN = (speed_BK1 / turns_K1 * (angle_BKN.sin() - phase_BK1.sin())).sum(1)
    return place_BN + ahead_BN, 1 + (speed_BK1 * angle_BKN.cos()).sum(1)


def _shown_at(source_BN: Tensor, params: BeltSpeedParams) -> Tensor:
    """Where a place of the picture before is shown: the inverse, by Newton's method."""
    place_BN = source_BN
    for _ in range(_NEWTON_STEPS):
        reached_BN, speed_BN = _seen_at(place_BN, params)
        place_BN = place_BN - (reached_BN - source_BN) / speed_BN
    return place_BN


def _resampled(planes_BKHW: Tensor, column_BW: Tensor, last_BW: Tensor) -> Tensor:
    """Columns at fractional places, linear between neighbours, edges held."""
    below_BW = torch.minimum(column_BW.floor().clamp_min(0), last_BW)
    above_BW = torch.minimum(below_BW + 1, last_BW)
    part_B11W = (column_BW - below_BW).clamp(0, 1)[:, None, None, :]
    first, second = (
        planes_BKHW.gather(3, index.long()[:, None, None, :].expand_as(planes_BKHW)) for index in (below_BW, above_BW)
    )
    return first.lerp_(second, part_B11W)
