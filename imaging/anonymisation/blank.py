"""Areas of a scan made one value, and everything else left as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.scan import Pixels
from imaging.writing import write_png, write_tiff

Boxes = NDArray[np.float64]

_RING_PX = 3


def blank(image_CHW: Pixels, boxes_N4: NDArray[np.generic]) -> Pixels:
    """A copy with boxes filled by one value a channel; all other pixels are bit for bit what they were.

    Boxes that touch are one area. Its value is the median of the pixels 3 px around it that lie in no box: the fill
    does not look like a thing, and no single number tells a letter. A picture that is covered whole becomes zero.

    Args:
        image_CHW: channels of any type, also a volume CDHW, in which the boxes go through all slices.
        boxes_N4: x0, y0, x1, y1 in pixels, made whole as by `whole_pixels`.
    """
    result = image_CHW.copy()
    height, width = image_CHW.shape[-2:]
    covered = np.zeros((height, width), np.uint8)
    for x0, y0, x1, y1 in whole_pixels(boxes_N4, (height, width)).astype(np.int64):
        covered[y0:y1, x0:x1] = 1
    _, areas, bounds, _ = cv2.connectedComponentsWithStats(covered)
    for number, (x0, y0, wide, high, _) in enumerate(bounds[1:], start=1):
        y, x = max(y0 - _RING_PX, 0), max(x0 - _RING_PX, 0)
        around = (..., slice(y, y0 + high + _RING_PX), slice(x, x0 + wide + _RING_PX))
        area = areas[around] == number
        ring = cv2.dilate(area.astype(np.uint8), np.ones((2 * _RING_PX + 1,) * 2)) > covered[around]
        for source, target in zip(image_CHW[around], result[around], strict=True):
            target[..., area] = _median(source[..., ring])
    return result


def whole_pixels(boxes: Iterable[Sequence[float] | NDArray[np.generic]], size_hw: tuple[int, int]) -> Boxes:
    """Boxes x0, y0, x1, y1 (N4, float64) of every pixel that one touches, within the picture; none that touch none.

    An end that is no number becomes that of the picture: too much is blanked rather than too little.
    """
    ends = np.array([size_hw[1], size_hw[0]] * 2, np.float64)
    boxes_N4 = np.array(list(boxes), np.float64).reshape(-1, 4)
    boxes_N4 = np.where(np.isnan(boxes_N4), ends * [0, 0, 1, 1], boxes_N4)
    whole_N4 = np.clip(np.concatenate([np.floor(boxes_N4[:, :2]), np.ceil(boxes_N4[:, 2:])], axis=1), 0, ends)
    return np.asarray(whole_N4[(whole_N4[:, 2:] > whole_N4[:, :2]).all(axis=1)], np.float64)


def write_blanked(image_CHW: Pixels, target: Path) -> Path:
    """Write a scan whose areas were blanked, losing nothing, whole or not at all: PNG by suffix, else TIFF (zstd).

    The same pixels give the same bytes, without metadata.

    Raises:
        UnsupportedScan: when the format cannot hold the pixels as they are.
        OSError: when the target cannot be written to.
    """
    if target.suffix.lower() == ".png":
        write_png(target, image_CHW[0] if len(image_CHW) == 1 else np.moveaxis(image_CHW, 0, -1))
    else:
        write_tiff(target, image_CHW)
    return target


def _median(values: Pixels) -> np.generic:
    """The middle one of the values that are there, so that it is one of them and of their type; zero of none."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return values.dtype.type(0)
    middle: np.generic = np.sort(finite, axis=None)[finite.size // 2]
    return middle
