"""The shape of an object laid over a picture: a tint inside, and an outline around it that shows on any background."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.errors import UnsupportedScan
from imaging.palettes import DARK, Colour

Mask = NDArray[np.bool_]

TINT = 0.25  # of the colour over the object: the object stays visible
_SUBPIXEL_BITS = 4
_RIM = 2  # pixels around the canvas: what lies off it, OpenCV draws along its border
_FARTHEST = 1 << 20  # pixels off the canvas that a corner may lie: beyond, OpenCV's numbers overflow


def enlarged_mask(mask_HW: Mask, size_hw: tuple[int, int], factor: int) -> Mask:
    """A mask of a picture as one of its enlargement by a whole factor.

    Raises:
        UnsupportedScan: when the mask has not the size of its picture.
    """
    if mask_HW.dtype != np.bool_ or mask_HW.shape != size_hw:
        found = f"{mask_HW.dtype} {mask_HW.shape} for {size_hw}"
        raise UnsupportedScan("a mask is bool and has the size of its picture", found, "draw it anew")
    enlarged: Mask = np.repeat(np.repeat(mask_HW, factor, axis=0), factor, axis=1)
    return enlarged


def polygon_mask(polygon_xy: Sequence[tuple[float, float]], size_hw: tuple[int, int], factor: int) -> Mask:
    """The inside of a polygon (x, y in pixels of a picture of that size) as a mask of the picture's enlargement.

    Raises:
        UnsupportedScan: for fewer than three corners, or corners that are not two finite numbers.
    """
    if len(polygon_xy) < 3 or not all(len(corner) == 2 and np.isfinite(corner).all() for corner in polygon_xy):
        raise UnsupportedScan("a polygon has three or more corners of two finite numbers", f"{polygon_xy}", "mend it")
    corners = np.clip(np.asarray(polygon_xy, np.float64) * factor, -_FARTHEST, _FARTHEST) + (_RIM - 0.5)
    canvas = np.zeros((size_hw[0] * factor + 2 * _RIM, size_hw[1] * factor + 2 * _RIM), np.uint8)
    fixed = np.rint(corners * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    filled = cv2.fillPoly(canvas, [fixed], 1, shift=_SUBPIXEL_BITS)
    return filled[_RIM:-_RIM, _RIM:-_RIM].astype(np.bool_)


def lay_over(canvas_HW3: NDArray[np.uint8], mask_HW: Mask, colour: Colour, line: int) -> None:
    """Tint the masked pixels of a canvas; around them, never on them, draw a line in the colour and a dark one."""
    rows, columns = (np.flatnonzero(mask_HW.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return
    margin = 2 * line
    window = (_reach(rows, margin), _reach(columns, margin))
    part, inside = canvas_HW3[window], mask_HW[window]
    bright, dark = _grown(inside, line), _grown(inside, margin)
    part[inside] = np.rint(part[inside] * (1 - TINT) + TINT * np.array(colour)).astype(np.uint8)
    part[dark & ~bright] = DARK
    part[bright & ~inside] = colour


def _reach(indices: NDArray[np.intp], margin: int) -> slice:
    return slice(max(int(indices[0]) - margin, 0), int(indices[-1]) + margin + 1)


def _grown(mask: Mask, by: int) -> Mask:
    side = 2 * by + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)).astype(np.bool_)
