"""Four images of a batch in one, each at half its size: more objects, smaller, beside other surroundings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from gpu.acquisition import unknown_acquisition
from gpu.batch import Batch, Objects
from gpu.boxes import corners_of, kept, moved
from gpu.draw import gate_B
from gpu.geometry.resize import scaled
from gpu.params import Params
from gpu.transform import where_open

_QUADRANTS = ((0, 0), (1, 0), (0, 1), (1, 1))  # x, y


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
        step_B3 = torch.randint(1, max(count, 2), (count, len(_QUADRANTS) - 1), generator=generator)
        return MosaicParams(
            gate_B(count, self.probability, generator), (torch.arange(count)[:, None] + step_B3) % count
        )

    def apply(self, batch: Batch, params: MosaicParams) -> Batch:
        """Put together; elements whose gate is closed keep every bit, with room for as many objects."""
        member_BQ = torch.cat([torch.arange(len(batch))[:, None], params.partner_B3], dim=1)
        return where_open(_roomy(batch), params.gate_B, lambda _, rows: self._mosaic(batch, member_BQ[rows]))

    def _mosaic(self, batch: Batch, member_BQ: Tensor) -> Batch:
        """A mosaic of the four members that each row names."""
        height, width = batch.image_BCHW.shape[-2:]
        half = (height + 1) // 2, (width + 1) // 2
        objects, masks, device = batch.objects, batch.objects.masks_BNHW, batch.size_B2.device
        member_BQ = member_BQ.to(device, non_blocking=True)
        if masks is not None:
            small = scaled(masks.float(), half) >= 0.5 if masks.shape[1] else masks.new_zeros(len(batch), 0, *half)
            masks = _placed_masks(small, member_BQ, height, width)
        across_2 = torch.tensor([half[1] / width, half[0] / height]).to(device, non_blocking=True)
        origin_Q2 = torch.tensor([[x * half[1], y * half[0]] for x, y in _QUADRANTS])
        origin_Q112 = origin_Q2[:, None, None].to(device, non_blocking=True)
        corners_BQN42 = (corners_of(objects.boxes_BN4) * across_2)[member_BQ] + origin_Q112
        together = Objects(
            objects.boxes_BN4[member_BQ].flatten(1, 2),
            objects.labels_BN[member_BQ].flatten(1),
            objects.visible_BN[member_BQ].flatten(1),
            objects.threat_BN[member_BQ].flatten(1),
            objects.detectability_BN[member_BQ].flatten(1),
        )
        size_B2 = torch.tensor([height, width]).to(device, non_blocking=True).repeat(len(member_BQ), 1)
        return Batch(
            _tiled(scaled(batch.image_BCHW.float(), half), member_BQ, height, width).to(batch.image_BCHW.dtype),
            size_B2,
            moved(together, corners_BQN42.flatten(1, 2), size_B2, masks, min_visible=self.min_visible),
            unknown_acquisition(len(member_BQ), batch.image_BCHW.shape[1]).to(device),
        )


def _roomy(batch: Batch) -> Batch:
    """The batch with room for four times the objects, all of them padding."""
    objects = batch.objects
    nothing = kept(objects, torch.inf)

    def grown(part: Tensor, padding: Tensor) -> Tensor:
        return torch.cat([part, *[padding] * (len(_QUADRANTS) - 1)], dim=1)

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
    one, two, three, four = (half_BCHW[member_BQ[:, number]] for number in range(len(_QUADRANTS)))
    whole = torch.cat([torch.cat([one, two], dim=3), torch.cat([three, four], dim=3)], dim=2)
    return whole[:, :, :height, :width]


def _placed_masks(half_BNHW: Tensor, member_BQ: Tensor, height: int, width: int) -> Tensor:
    """Masks of all four members, each in its own quadrant: (B, 4 N, height, width)."""
    rows, columns = half_BNHW.shape[-2:]
    parts = [
        functional.pad(half_BNHW[member_BQ[:, number]], (x * columns, (1 - x) * columns, y * rows, (1 - y) * rows))
        for number, (x, y) in enumerate(_QUADRANTS)
    ]
    return torch.cat(parts, dim=1)[..., :height, :width]
