"""Four images of a batch in one, each at half its size: more objects, smaller, beside other surroundings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gpu.acquisition import UNKNOWN_SCANNER
from gpu.batch import Batch, Objects
from gpu.boxes import kept
from gpu.draw import gate_B
from gpu.geometry.resize import scaled
from gpu.params import Params
from gpu.transform import chosen

_QUADRANTS = 4


@dataclass(frozen=True, eq=False)
class MosaicParams(Params):
    """Per element: gate bool (B,), and which elements stand beside it, int64 (B, 3)."""

    mixes: ClassVar[bool] = True
    gate_B: Tensor
    partner_B3: Tensor


@dataclass(frozen=True)
class RandomMosaic:
    """Each element in the upper left quadrant, three others of the batch in the others, all at half size.

    Objects become four times as many, most of them padding. A mosaic is of no scanner: its parts may be of several, so
    no threat is projected into it and no physics is known of it.
    """

    params_type: ClassVar[type[Params]] = MosaicParams
    probability: float = 0.3
    min_visible: float = 0.25

    def sample(self, batch: Batch, generator: torch.Generator) -> MosaicParams:
        """Draw each element's partners, others than itself where there are others."""
        count = len(batch)
        step_B3 = torch.randint(1, max(count, 2), (count, _QUADRANTS - 1), generator=generator)
        return MosaicParams(
            gate_B(count, self.probability, generator), (torch.arange(count)[:, None] + step_B3) % count
        )

    def apply(self, batch: Batch, params: MosaicParams) -> Batch:
        """Put together; elements whose gate is closed keep every bit, with room for as many objects."""
        gate_B = params.gate_B.to(batch.size_B2.device, non_blocking=True)
        member_BQ = torch.cat([torch.arange(len(batch))[:, None], params.partner_B3], dim=1).to(
            gate_B.device, non_blocking=True
        )
        return chosen(gate_B, self._mosaic(batch, member_BQ), _roomy(batch))

    def _mosaic(self, batch: Batch, member_BQ: Tensor) -> Batch:
        height, width = batch.image_BCHW.shape[-2:]
        half = (height + 1) // 2, (width + 1) // 2
        masks = batch.objects.masks_BNHW
        image_BCHW = _tiled(scaled(batch.image_BCHW.float(), half), member_BQ, height, width)
        if masks is not None:
            small = scaled(masks.float(), half) >= 0.5 if masks.shape[1] else masks.new_zeros(len(batch), 0, *half)
            masks = _placed_masks(small, member_BQ, height, width)
        across_2 = torch.tensor([half[1] / width, half[0] / height], dtype=batch.boxes_BN4.dtype).to(
            batch.boxes_BN4.device, non_blocking=True
        )
        corner_Q4 = torch.tensor(
            [[x * half[1], y * half[0]] * 2 for y in (0, 1) for x in (0, 1)], dtype=batch.boxes_BN4.dtype
        ).to(batch.boxes_BN4.device, non_blocking=True)
        boxes_BQN4 = (batch.boxes_BN4 * across_2.repeat(2))[member_BQ] + corner_Q4[:, None]
        objects = Objects(
            boxes_BQN4.flatten(1, 2),
            batch.objects.labels_BN[member_BQ].flatten(1),
            batch.objects.visible_BN[member_BQ].flatten(1),
            batch.objects.threat_BN[member_BQ].flatten(1),
            batch.objects.detectability_BN[member_BQ].flatten(1),
            masks,
        )
        nothing = torch.nan
        taken = replace(
            batch.acquisition,
            pitch_mm_B=torch.full_like(batch.acquisition.pitch_mm_B, nothing),
            scanner_B=torch.full_like(batch.acquisition.scanner_B, UNKNOWN_SCANNER),
            quanta_BC=torch.full_like(batch.acquisition.quanta_BC, nothing),
            electronic_BC=torch.full_like(batch.acquisition.electronic_BC, nothing),
        )
        size_B2 = torch.tensor([height, width]).to(member_BQ.device, non_blocking=True).expand(len(batch), 2).clone()
        return Batch(image_BCHW.to(batch.image_BCHW.dtype), size_B2, kept(objects, self.min_visible), taken)


def _roomy(batch: Batch) -> Batch:
    """The batch with room for four times the objects, all of them padding."""
    objects = batch.objects
    nothing = kept(objects, torch.inf)

    def grown(part: Tensor, padding: Tensor) -> Tensor:
        return torch.cat([part, *[padding] * (_QUADRANTS - 1)], dim=1)

    masks = objects.masks_BNHW
    return replace(
        batch,
        objects=Objects(
            grown(objects.boxes_BN4, nothing.boxes_BN4),
            grown(objects.labels_BN, nothing.labels_BN),
            grown(objects.visible_BN, nothing.visible_BN),
            grown(objects.threat_BN, nothing.threat_BN),
            grown(objects.detectability_BN, nothing.detectability_BN),
            None if masks is None else grown(masks, torch.zeros_like(masks)),
        ),
    )


def _tiled(half_BCHW: Tensor, member_BQ: Tensor, height: int, width: int) -> Tensor:
    """The four members beside and below each other, cut to the canvas."""
    one, two, three, four = (half_BCHW[member_BQ[:, quadrant]] for quadrant in range(_QUADRANTS))
    whole = torch.cat([torch.cat([one, two], dim=3), torch.cat([three, four], dim=3)], dim=2)
    return whole[:, :, :height, :width]


def _placed_masks(half_BNHW: Tensor, member_BQ: Tensor, height: int, width: int) -> Tensor:
    """Masks of all four members, each in its own quadrant: (B, 4 N, height, width)."""
    nothing = torch.zeros_like(half_BNHW)
    parts = []
    for quadrant in range(_QUADRANTS):
        own = half_BNHW[member_BQ[:, quadrant]]
        row = torch.cat([own, nothing] if quadrant % 2 == 0 else [nothing, own], dim=3)
        empty = torch.zeros_like(row)
        parts.append(torch.cat([row, empty] if quadrant < 2 else [empty, row], dim=2)[:, :, :height, :width])
    return torch.cat(parts, dim=1)
