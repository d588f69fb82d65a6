"""Fine structure told apart from the shapes that carry it."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.scan import FloatImage


def without_detail(plane_HW: FloatImage, radius_px: int, contrast: float) -> FloatImage:
    """The plane without structure that is finer than `radius_px` and fainter than `contrast`; strong edges stay sharp.

    A guided filter with the plane as its own guide: on a square of (2 radius + 1) pixels a line is fitted whose
    steepness falls from 1 (edges) to 0 (flat parts) where the standard deviation meets `contrast`. So what is left
    over has no bright and dark seams along edges, as the difference to a plain average has.

    Source: He, Sun and Tang, Guided Image Filtering, IEEE TPAMI 35:1397, 2013.
    """
    mean = _mean(plane_HW, radius_px)
    variance = _mean(plane_HW * plane_HW, radius_px) - mean * mean
    np.maximum(variance, 0, out=variance)  # rounding may leave it under zero
    slope: FloatImage = (variance / (variance + np.float32(contrast * contrast))).astype(np.float32, copy=False)
    offset: FloatImage = mean - slope * mean
    base: FloatImage = _mean(slope, radius_px) * plane_HW + _mean(offset, radius_px)
    return base


def _mean(plane: FloatImage, radius_px: int) -> FloatImage:
    side = 2 * radius_px + 1
    return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)
