"""Move images along matrices, several movements in one resampling: faster than one after the other, and sharper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import Batch
from gpu.boxes import corners_of, moved
from gpu.params import Params
from gpu.pipeline import PipelineParams
from gpu.transform import where_open

_FAR = 1e6  # pixels: a place that lies in no picture


class Movement(Protocol):
    """A transform that says where points go."""

    params_type: ClassVar[type[Params]]

    def sample(self, batch: Batch, generator: torch.Generator) -> Any:
        """Draw a frozen record of parameters, one value per element, on the CPU."""

    def gate(self, params: Any) -> Tensor:
        """Bool (B,) on the CPU: which elements move."""

    def matrix(self, size_B2: Tensor, params: Any) -> Tensor:
        """Where a point x, y, 1 of the picture goes, in pixels with edges at 0 and the extent; float32 (B, 3, 3).

        On the device of `size_B2`, rows and columns of each picture; the identity where the gate is closed.
        """


@dataclass(frozen=True)
class Warp:
    """Movements one after the other, as one bilinear resampling; elements that none of them moves keep every bit.

    `fill` stands where nothing was (1 is air and white). An object is dropped when less than `min_visible` of it is
    left.
    """

    params_type: ClassVar[type[Params]] = PipelineParams
    steps: Sequence[Movement]
    fill: float = 1.0
    min_visible: float = 0.25

    def sample(self, batch: Batch, generator: torch.Generator) -> PipelineParams:
        """Draw each movement."""
        return PipelineParams(tuple(movement.sample(batch, generator) for movement in self.steps))

    def apply(self, batch: Batch, params: PipelineParams) -> Batch:
        """Move images, boxes and masks."""
        pairs = list(zip(self.steps, params.steps, strict=True))
        gate_B = torch.stack([movement.gate(step) for movement, step in pairs]).any(0)
        return where_open(batch, gate_B, lambda part, rows: self._moved(part, params.rows(rows)))

    def _moved(self, batch: Batch, params: PipelineParams) -> Batch:
        forward_B33 = torch.eye(3, device=batch.size_B2.device)
        for movement, step in zip(self.steps, params.steps, strict=True):
            forward_B33 = movement.matrix(batch.size_B2, step) @ forward_B33
        return warped(batch, forward_B33, fill=self.fill, min_visible=self.min_visible)


def warped(batch: Batch, forward_B33: Tensor, *, fill: float, min_visible: float) -> Batch:
    """A batch whose points x, y move to `forward_B33` times (x, y, 1); sizes stay.

    What is known of the pixel pitch and of the noise follows the magnification, which is the root of the determinant.
    """
    objects, size_B2 = batch.objects, batch.size_B2
    image_BCHW = resampled(batch.image_BCHW, size_B2, forward_B33, fill)
    masks_BNHW = objects.masks_BNHW
    if masks_BNHW is not None and masks_BNHW.shape[1]:
        masks_BNHW = resampled(masks_BNHW.float(), size_B2, forward_B33, 0.0) >= 0.5
    corners_BN42 = corners_of(objects.boxes_BN4) @ forward_B33[:, None, :2, :2].mT + forward_B33[:, None, None, :2, 2]
    factor_B = torch.linalg.det(forward_B33[:, :2, :2]).abs().sqrt()
    return replace(
        batch,
        image_BCHW=image_BCHW,
        objects=moved(objects, corners_BN42, size_B2, masks_BNHW, min_visible=min_visible),
        acquisition=batch.acquisition.resampled(factor_B),
    )


def resampled(image_BCHW: Tensor, size_B2: Tensor, forward_B33: Tensor, fill: float) -> Tensor:
    """Sample images bilinearly at the places that move onto each pixel's centre; padding stays `fill`.

    Places are computed in float32 whatever the image is in, as the sum of a part for each row and one for each column:
    a coordinate costs one addition then. Pixels of the padding look for their value far outside.

    A compiler folds the plain arithmetic into the passes before and after it; without one, torch's own sampler is the
    faster. Both give the same.
    """
    height, width = image_BCHW.shape[-2:]
    backward_B33 = torch.linalg.inv_ex(forward_B33).inverse  # without asking the device whether it went well
    place_W, place_H = (
        torch.arange(length, device=size_B2.device, dtype=torch.float32) + 0.5 for length in (width, height)
    )
    far_BW, far_BH = ((place > size_B2[:, None, axis]) * _FAR for place, axis in ((place_W, 1), (place_H, 0)))
    along_B21, across_B21, offset_B21 = (backward_B33[:, :2, k, None] for k in range(3))
    by_column_B2W = along_B21 * place_W + far_BW[:, None]
    by_row_B2H = across_B21 * place_H + offset_B21 + far_BH[:, None]
    sample = _gathered if torch.compiler.is_compiling() else _sampled
    return sample(image_BCHW.float(), by_column_B2W, by_row_B2H, fill).to(image_BCHW.dtype)


def _sampled(image_BCHW: Tensor, by_column_B2W: Tensor, by_row_B2H: Tensor, fill: float) -> Tensor:
    """By torch's sampler, which counts places from -1 to 1 between the edges and reads zero outside of the picture."""
    height, width = image_BCHW.shape[-2:]
    grid_BHW2 = image_BCHW.new_empty(len(image_BCHW), height, width, 2)
    for axis, extent in ((0, width), (1, height)):
        by_row_BH1 = by_row_B2H[:, axis, :, None] * (2 / extent) - 1
        torch.add(by_row_BH1, by_column_B2W[:, axis, None, :], alpha=2 / extent, out=grid_BHW2[..., axis])
    lifted_BCHW = image_BCHW - fill
    sampled = functional.grid_sample(lifted_BCHW, grid_BHW2, mode="bilinear", padding_mode="zeros", align_corners=False)
    return sampled.add_(fill)


def _gathered(image_BCHW: Tensor, by_column_B2W: Tensor, by_row_B2H: Tensor, fill: float) -> Tensor:
    """By four reads a pixel, written out; channel by channel, so that places are computed once for all of them."""
    height, width = image_BCHW.shape[-2:]
    x_share_BHW, first_x_BHW = _split(by_row_B2H[:, 0, :, None] + by_column_B2W[:, 0, None, :], width)
    y_share_BHW, first_y_BHW = _split(by_row_B2H[:, 1, :, None] + by_column_B2W[:, 1, None, :], height)
    planes = [plane.flatten(1) for plane in image_BCHW.unbind(1)]
    totals = [torch.full_like(x_share_BHW, fill)] * len(planes)
    for down in (0, 1):
        for right in (0, 1):
            x_BHW, y_BHW = first_x_BHW + right, first_y_BHW + down
            inside_BHW = (x_BHW >= 0) & (x_BHW < width) & (y_BHW >= 0) & (y_BHW < height)
            index_BN = (y_BHW.clamp(0, height - 1) * width + x_BHW.clamp(0, width - 1)).flatten(1).long()
            along_BHW = x_share_BHW if right else 1 - x_share_BHW
            across_BHW = y_share_BHW if down else 1 - y_share_BHW
            weight_BHW = along_BHW * across_BHW * inside_BHW
            values = [plane_BN.gather(1, index_BN).view_as(weight_BHW) for plane_BN in planes]
            totals = [total + (value - fill) * weight_BHW for total, value in zip(totals, values, strict=True)]
    return torch.stack(totals, dim=1)


def _split(place_BHW: Tensor, extent: int) -> tuple[Tensor, Tensor]:
    """How far a place lies past the middle of a pixel, 0 to 1, and that pixel's number, held just outside."""
    place_BHW = (place_BHW - 0.5).clamp(-2, extent + 1)
    first_BHW = place_BHW.floor()
    return place_BHW - first_BHW, first_BHW.to(torch.int32)
