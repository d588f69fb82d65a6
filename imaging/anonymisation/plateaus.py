"""Where pixels are of one value to the last bit: what is drawn into a picture is, what is measured hardly ever."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.contrast import Picture
from imaging.scan import Pixels

_LEAST_ALIKE = 2  # neighbours of a pixel, with which it is at least a bend of a stroke
_LEAST_STROKE_PX = 8  # noise of few levels has spots of some pixels
_WIDEST_STROKE_PX = 17
_TOWARDS = ((0, 1), (1, -1), (1, 0), (1, 1))  # rows and columns to half of the neighbours: the others see these


def plateaus_of(image_CHW: Pixels) -> Picture | None:
    """Strokes of one value, white on black, uint8 HW3: letters of any contrast on any background; None for none.

    Left out are areas wider than a stroke (saturated air, a frame, where there are no data), and strokes where they
    touch strokes of another value, as in what a lossy format left nearly flat. Letters that such a format has touched
    are of many values, and so are the edges of letters drawn smoothly: of these the cores are found, where they are
    two pixels wide.

    Args:
        image_CHW: channels of any real type; all of them count.
    """
    everywhere_HW = np.ones(image_CHW.shape[1:], bool)
    alike_HW, unlike_HW = _neighbours(image_CHW, everywhere_HW)
    strokes_HW = (alike_HW >= _LEAST_ALIKE) & ~_wide(unlike_HW == 0)
    strokes_HW &= _neighbours(image_CHW, strokes_HW)[1] == 0
    _, parts_HW, stats_N5, _ = cv2.connectedComponentsWithStats(strokes_HW.astype(np.uint8), connectivity=8)
    large_N = stats_N5[:, cv2.CC_STAT_AREA] >= _LEAST_STROKE_PX
    large_N[0] = False  # what is no stroke
    if not large_N.any():
        return None
    return np.repeat(np.where(large_N[parts_HW], 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def _wide(inner_HW: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Areas of one value wider than a stroke, to their edges; `inner_HW`: pixels that are as all their neighbours."""
    square = np.ones((_WIDEST_STROKE_PX - 2,) * 2, np.uint8)
    opened_HW = cv2.morphologyEx(inner_HW.astype(np.uint8), cv2.MORPH_OPEN, square)
    return cv2.dilate(opened_HW, np.ones((3, 3), np.uint8)) > 0


def _neighbours(image_CHW: Pixels, among_HW: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Of the neighbours of a pixel, both `among_HW`, how many are what it is in all channels, and how many are not."""
    height, width = among_HW.shape
    counts_2HW = np.zeros((2, height, width), np.uint8)
    for down, right in _TOWARDS:
        here = slice(0, height - down), slice(max(0, -right), width - max(0, right))
        there = slice(down, height), slice(max(0, right), width + min(0, right))
        both_HW = among_HW[here] & among_HW[there]
        same_HW = (image_CHW[:, *here] == image_CHW[:, *there]).all(axis=0)
        for counts_HW, which_HW in zip(counts_2HW, (both_HW & same_HW, both_HW & ~same_HW), strict=True):
            counts_HW[here] += which_HW
            counts_HW[there] += which_HW
    return counts_2HW[0], counts_2HW[1]
