"""Rotate, scale and shift images about the centre of their picture, and their boxes with them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import Batch
from gpu.boxes import bounds_inside, drop_hidden
from gpu.draw import gate_B, uniform_B


@dataclass(frozen=True, eq=False)
class AffineParams:
    """Per element: gate bool (B,), angle in radians (B,), scale (B,), shift (B, 2) x and y as share of the picture."""

    gate_B: Tensor
    angle_B: Tensor
    scale_B: Tensor
    shift_B2: Tensor

    def element(self, index: int) -> AffineParams:
        """Parameters of one element."""
        rows = slice(index, index + 1)
        return AffineParams(self.gate_B[rows], self.angle_B[rows], self.scale_B[rows], self.shift_B2[rows])


@dataclass(frozen=True)
class RandomAffine:
    """Rotation up to `degrees`, magnification in `scale`, shift up to `shift` of the picture, bilinear.

    `fill` stands where nothing was (1 is air and white). A box is dropped when less than `min_visible` of it is left.
    """

    probability: float = 0.7
    degrees: float = 5.0
    scale: tuple[float, float] = (0.8, 1.25)
    shift: float = 0.08
    fill: float = 1.0
    min_visible: float = 0.25

    def sample(self, batch: Batch, generator: torch.Generator) -> AffineParams:
        """Draw one movement per element; scales are uniform in their logarithm."""
        count = len(batch.image_BCHW)
        radians = math.radians(self.degrees)
        low, high = (math.log(value) for value in self.scale)
        return AffineParams(
            gate_B(count, self.probability, generator),
            uniform_B(count, -radians, radians, generator),
            uniform_B(count, low, high, generator).exp(),
            uniform_B(count * 2, -self.shift, self.shift, generator).view(count, 2),
        )

    def apply(self, batch: Batch, params: AffineParams) -> Batch:
        """Move images and boxes; elements whose gate is closed keep every bit."""
        device = batch.image_BCHW.device
        gate = params.gate_B.to(device)
        forward_B23 = _matrix(batch.size_B2, params)
        warped_BCHW = _warp(batch.image_BCHW, forward_B23, self.fill)
        warped_BCHW = torch.where(_picture(batch), warped_BCHW, self.fill)
        corners_BN42 = _moved_corners(batch.boxes_BN4, forward_B23)
        area_BN = (corners_BN42.amax(-2) - corners_BN42.amin(-2)).prod(-1)
        boxes_BN4, labels_BN = drop_hidden(
            bounds_inside(corners_BN42, batch.size_B2), batch.labels_BN, area_BN, min_visible=self.min_visible
        )
        return Batch(
            torch.where(gate[:, None, None, None], warped_BCHW, batch.image_BCHW),
            batch.size_B2,
            torch.where(gate[:, None, None], boxes_BN4, batch.boxes_BN4),
            torch.where(gate[:, None], labels_BN, batch.labels_BN),
        )


def _picture(batch: Batch) -> Tensor:
    """Bool (B, 1, H, W): True on the picture, False on the padding to its right and below."""
    height, width = batch.image_BCHW.shape[-2:]
    device = batch.size_B2.device
    rows_BH = torch.arange(height, device=device) < batch.size_B2[:, :1]
    columns_BW = torch.arange(width, device=device) < batch.size_B2[:, 1:]
    return (rows_BH[:, :, None] & columns_BW[:, None, :])[:, None]


def _matrix(size_B2: Tensor, params: AffineParams) -> Tensor:
    """(B, 2, 3) float32: where a point x, y of the image goes, in pixels (edges at 0 and the extent)."""
    device = size_B2.device
    extent_B2 = size_B2.flip(-1).float()
    centre_B2 = extent_B2 / 2
    cos_B = (params.angle_B.cos() * params.scale_B).to(device)
    sin_B = (params.angle_B.sin() * params.scale_B).to(device)
    turn_B22 = torch.stack([torch.stack([cos_B, -sin_B], -1), torch.stack([sin_B, cos_B], -1)], -2)
    shift_B2 = params.shift_B2.to(device) * extent_B2
    offset_B2 = centre_B2 + shift_B2 - (turn_B22 @ centre_B2[..., None])[..., 0]
    return torch.cat([turn_B22, offset_B2[..., None]], dim=-1)


def _warp(image_BCHW: Tensor, forward_B23: Tensor, fill: float) -> Tensor:
    """Sample the image at the places that move onto each pixel's centre.

    `fill` is taken off before sampling and put back after, because grid_sample can pad with zeros only.
    """
    height, width = image_BCHW.shape[-2:]
    inverse_B22 = torch.linalg.inv(forward_B23[..., :2])
    y_H = torch.arange(height, device=image_BCHW.device, dtype=torch.float32) + 0.5
    x_W = torch.arange(width, device=image_BCHW.device, dtype=torch.float32) + 0.5
    place_HW2 = torch.stack(torch.meshgrid(x_W, y_H, indexing="xy"), dim=-1)
    source_BHW2 = (place_HW2[None] - forward_B23[:, None, None, :, 2]) @ inverse_B22.transpose(-1, -2)[:, None]
    grid_BHW2 = source_BHW2 * source_BHW2.new_tensor([2 / width, 2 / height]) - 1
    moved = functional.grid_sample(
        image_BCHW - fill, grid_BHW2.to(image_BCHW.dtype), mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return moved + fill


def _moved_corners(boxes_BN4: Tensor, forward_B23: Tensor) -> Tensor:
    """The four corners of each box, in order, where the movement takes them: (B, N, 4, 2)."""
    corners_BN42 = boxes_BN4[..., [0, 1, 2, 1, 2, 3, 0, 3]].unflatten(-1, (4, 2))
    return corners_BN42 @ forward_B23[:, None, :, :2].transpose(-1, -2) + forward_B23[:, None, None, :, 2]
