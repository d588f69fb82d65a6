"""Samples that lie side by side in a file to planes."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.scan import Pixels

_MOST_CHANNELS = 64  # of OpenCV: some 500
_SAME_SIZE = {1: np.uint8, 2: np.uint16, 4: np.int32, 8: np.float64}  # bits are moved, whatever they mean


def channels_first(pixels_HWC: Pixels) -> Pixels:
    """Contiguous planes CHW of interleaved pixels; the dtype, byte order included, stays.

    A view where they lie by plane already. Else OpenCV moves them, four to ten times as fast as NumPy.
    """
    turned = pixels_HWC.transpose(2, 0, 1)
    if turned.flags.c_contiguous or len(turned) > _MOST_CHANNELS:
        return np.ascontiguousarray(turned)
    planes = np.empty(turned.shape, turned.dtype)
    alike = _SAME_SIZE[planes.dtype.itemsize]
    cv2.split(np.ascontiguousarray(pixels_HWC).view(alike), list(planes.view(alike)))
    return planes
