"""Scale a whole batch down to a longest side, antialiased."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import Batch
from gpu.boxes import corners_of, moved
from gpu.padding import inside_picture
from gpu.params import Params


@dataclass(frozen=True, eq=False)
class ResizeParams(Params):
    """Per element: factor float32 (B,), at most 1, the same for all of a batch."""

    factor_B: Tensor


@dataclass(frozen=True)
class Resize:
    """The longer side of the batch becomes `long_side` pixels; a smaller batch stays as it is.

    Padding becomes `fill`; the last pixels of a picture that it does not cover whole keep their share of padding.
    """

    params_type: ClassVar[type[Params]] = ResizeParams
    long_side: int
    fill: float = 1.0
    min_visible: float = 0.0

    def sample(self, batch: Batch, generator: torch.Generator) -> ResizeParams:
        """The factor follows from the shape: nothing is drawn."""
        factor = min(1.0, self.long_side / max(batch.image_BCHW.shape[-2:]))
        return ResizeParams(torch.full((len(batch),), factor))

    def apply(self, batch: Batch, params: ResizeParams) -> Batch:
        """Scale images, boxes and masks."""
        factor = float(params.factor_B[0])  # on the CPU: nothing waits
        if factor == 1:
            return batch
        height, width = batch.image_BCHW.shape[-2:]
        shape = max(1, round(height * factor)), max(1, round(width * factor))
        across_2 = torch.tensor([shape[1] / width, shape[0] / height], dtype=batch.boxes_BN4.dtype).to(
            batch.boxes_BN4.device, non_blocking=True
        )
        size_B2 = (batch.size_B2 * across_2.flip(0)).round().long().clamp_min(1)
        masks = batch.objects.masks_BNHW
        if masks is not None and masks.shape[1]:
            masks = scaled(masks.float(), shape) >= 0.5
        elif masks is not None:
            masks = masks.new_zeros(len(batch), 0, *shape)
        corners_BN42 = corners_of(batch.boxes_BN4) * across_2
        resized = replace(
            batch,
            image_BCHW=scaled(batch.image_BCHW.float(), shape).to(batch.image_BCHW.dtype),
            size_B2=size_B2,
            objects=moved(batch.objects, corners_BN42, size_B2, masks, min_visible=self.min_visible),
            acquisition=batch.acquisition.resampled(params.factor_B.to(size_B2.device, non_blocking=True)),
        )
        return resized.with_image(torch.where(inside_picture(resized), resized.image_BCHW, self.fill))


def scaled(planes_BKHW: Tensor, shape: tuple[int, int]) -> Tensor:
    """Planes at another size, antialiased bilinear."""
    return functional.interpolate(planes_BKHW, size=shape, mode="bilinear", antialias=True, align_corners=False)
