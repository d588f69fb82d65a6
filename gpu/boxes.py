"""Boxes of a batch after its image has moved: the bounds of what is left inside, dropped when that is little."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from gpu.batch import NO_BOX, NOT_PROJECTED, Objects

_TOLERANCE = 1e-4  # pixels; a corner that lies on the border counts as inside


def bounds_inside(corners_BN42: Tensor, size_B2: Tensor) -> Tensor:
    """Bounds of the part of each convex quadrilateral that lies inside its picture.

    These are not the clipped bounds of the whole: a corner of a turned box that leaves the picture takes its reach
    along. The extreme points of the part are corners inside the picture, crossings of edges with the border, or
    corners of the picture inside the quadrilateral.

    Args:
        corners_BN42: x, y of the corners in order, in pixels.
        size_B2: rows and columns of each picture.

    Returns:
        (B, N, 4) xyxy; zeros where nothing is inside.
    """
    extent_B112 = size_B2.flip(-1)[:, None, None, :].to(corners_BN42.dtype)
    frame_B142 = extent_B112 * torch.tensor([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=corners_BN42.dtype).to(
        corners_BN42.device, non_blocking=True
    )
    frame_BN42 = frame_B142.expand(-1, corners_BN42.shape[1], -1, -1)
    points_BNM2 = torch.cat([corners_BN42, _crossings(corners_BN42, extent_B112), frame_BN42], dim=-2)
    inside_BNM = ((points_BNM2 >= -_TOLERANCE) & (points_BNM2 <= extent_B112 + _TOLERANCE)).all(-1)
    of_frame_BNM = torch.zeros_like(inside_BNM)
    of_frame_BNM[..., -4:] = True
    inside_BNM &= ~of_frame_BNM | torch.nn.functional.pad(_contains(corners_BN42, frame_BN42), (20, 0))
    points_BNM2 = torch.minimum(points_BNM2.clamp_min(0), extent_B112)
    low_BN2 = torch.where(inside_BNM[..., None], points_BNM2, torch.inf).amin(-2)
    high_BN2 = torch.where(inside_BNM[..., None], points_BNM2, -torch.inf).amax(-2)
    bounds_BN4 = torch.cat([low_BN2, high_BN2], dim=-1)
    return torch.where(inside_BNM.any(-1, keepdim=True), bounds_BN4, 0.0)


def moved(
    objects: Objects, corners_BN42: Tensor, size_B2: Tensor, masks_BNHW: Tensor | None, *, min_visible: float
) -> Objects:
    """The objects after their picture has moved: boxes bound what is left inside, and little is dropped.

    The visible share of an object becomes smaller by the part of its moved box that lies outside. Below `min_visible`
    the object is no longer labelled: a network cannot be asked for a knife of which two pixels are left.

    Args:
        objects: Before the movement.
        corners_BN42: Where the corners of each box are now, in order.
        size_B2: Rows and columns of each picture now.
        masks_BNHW: Their masks after the movement, where there are masks.
        min_visible: Visible share from which an object stays (0 to 1).
    """
    boxes_BN4 = bounds_inside(corners_BN42, size_B2)
    area_BN = (corners_BN42.amax(-2) - corners_BN42.amin(-2)).prod(-1)
    inside_BN = (boxes_BN4[..., 2:] - boxes_BN4[..., :2]).prod(-1)
    visible_BN = objects.visible_BN * (inside_BN / area_BN.clamp_min(_TOLERANCE**2)).clamp_max(1)
    return kept(replace(objects, boxes_BN4=boxes_BN4, visible_BN=visible_BN, masks_BNHW=masks_BNHW), min_visible)


def kept(objects: Objects, min_visible: float) -> Objects:
    """Only the objects of which at least `min_visible`, and anything at all, can be seen; the others become padding."""
    keep_BN = objects.is_box_BN & (objects.visible_BN > 0) & (objects.visible_BN >= min_visible)
    masks = objects.masks_BNHW
    return Objects(
        objects.boxes_BN4 * keep_BN[..., None],
        torch.where(keep_BN, objects.labels_BN, NO_BOX),
        objects.visible_BN * keep_BN,
        torch.where(keep_BN, objects.threat_BN, NOT_PROJECTED),
        torch.where(keep_BN, objects.detectability_BN, torch.nan),
        None if masks is None else masks & keep_BN[..., None, None],
    )


def corners_of(boxes_BN4: Tensor) -> Tensor:
    """The four corners x, y of each box, in order: (B, N, 4, 2)."""
    return boxes_BN4[..., [0, 1, 2, 1, 2, 3, 0, 3]].unflatten(-1, (4, 2))


def _crossings(corners_BN42: Tensor, extent_B112: Tensor) -> Tensor:
    """Where each edge meets the four lines of the border: (B, N, 16, 2); infinite where it does not."""
    starts, steps = corners_BN42, corners_BN42.roll(-1, dims=-2) - corners_BN42
    found = []
    for axis in (0, 1):
        for border in (torch.zeros_like(extent_B112[..., axis]), extent_B112[..., axis]):
            share = (border - starts[..., axis]) / steps[..., axis]
            met = (share >= 0) & (share <= 1)
            share = torch.where(met, share, 0.0)
            point = starts + share[..., None] * steps
            point[..., axis] = border
            found.append(torch.where(met[..., None], point, torch.inf))
    return torch.cat(found, dim=-2)


def _contains(corners_BN42: Tensor, points_BNM2: Tensor) -> Tensor:
    """Whether each point lies in the convex quadrilateral, whichever way round its corners go: bool (B, N, M).

    Nothing lies in a quadrilateral that is a single point: there all sides are 0.
    """
    steps_BN4 = corners_BN42.roll(-1, dims=-2) - corners_BN42
    offset = points_BNM2[..., :, None, :] - corners_BN42[..., None, :, :]
    side = steps_BN4[..., None, :, 0] * offset[..., 1] - steps_BN4[..., None, :, 1] * offset[..., 0]
    return ((side >= 0).all(-1) | (side <= 0).all(-1)) & (side != 0).any(-1)
