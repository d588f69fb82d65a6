"""One small picture laid over another: shifted, scaled and sheared until they fit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.duplicates.prints import THUMBNAIL, Image

UNMOVED = np.eye(2, 3, dtype=np.float32)
_LEAST_OVERLAP = 0.6
_MOST_SCALING = 1.2
"""How much a print may be scaled along any axis to fit, which crops need; an empty box stretched far fits any other."""
_SMOOTHING = (15, 5)
"""Sizes of the filter, coarse before fine: fine detail alone finds the nearest fit, not the best one."""
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
_SCALES, _SHIFTS = (
    axis.ravel() for axis in np.meshgrid(np.arange(0.88, 1.13, 0.02), np.arange(-12.0, 13.0), indexing="ij")
)
"""What cutting off up to a tenth does to one axis, about the middle of the picture, in both directions."""
_MIDDLE = (THUMBNAIL - 1) / 2
_PLACES = _SCALES[:, None] * (np.arange(THUMBNAIL) - _MIDDLE) + _SHIFTS[:, None] + _MIDDLE
_INSIDE = (_PLACES >= 0) & (_PLACES <= THUMBNAIL - 1)


def laid_over(first: Image, second: Image, start: Image) -> tuple[Image, NDArray[np.bool_]] | None:
    """The second picture as it lies on the first, and where it has pixels; None if none fits.

    It is laid over by maximising the enhanced correlation coefficient over affine maps (Evangelidis and Psarakis,
    PAMI 30, 2008).

    Args:
        first: A picture from a print.
        second: Another.
        start: Map (2, 3) from which the search goes.
    """
    fit, everywhere = start.copy(), np.ones(first.shape, np.uint8)
    try:
        for smoothing in _SMOOTHING if start is UNMOVED else _SMOOTHING[-1:]:
            cv2.findTransformECC(first, second, fit, cv2.MOTION_AFFINE, _STOP, everywhere, smoothing)  # in place
    except cv2.error:  # no map was found under which they correlate
        return None
    least, most = sorted(np.linalg.svd(fit[:, :2], compute_uv=False))
    if least < 1 / _MOST_SCALING or most > _MOST_SCALING:
        return None
    size, nearest = (THUMBNAIL, THUMBNAIL), cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    covered = cv2.warpAffine(np.ones_like(second), fit, size, flags=nearest) > 0
    if covered.mean() < _LEAST_OVERLAP:
        return None
    linear = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = np.asarray(cv2.warpAffine(second, fit, size, flags=linear, borderMode=cv2.BORDER_REPLICATE), np.float32)
    return laid, covered


def start_by_profiles(first: Image, second: Image) -> Image:
    """Map (2, 3) under which their mean rows and columns fit: beams that repeat lead a search from nearby astray."""
    start = UNMOVED.copy()
    for axis in (0, 1):
        scale, shift = _fit(_profile(first, axis), _profile(second, axis))
        start[axis, axis], start[axis, 2] = scale, shift + _MIDDLE * (1 - scale)
    return start


def _profile(image: Image, axis: int) -> Image:
    line = image.mean(axis=axis)[None]
    return np.asarray(cv2.GaussianBlur(line, (0, 0), 1) - cv2.GaussianBlur(line, (0, 0), 6)).ravel()


def _fit(one: Image, other: Image) -> tuple[float, float]:
    """Scale and shift of the other line under which the two correlate best where they overlap."""
    moved = np.where(_INSIDE, np.interp(_PLACES, np.arange(THUMBNAIL), other), np.nan)
    still = np.where(_INSIDE, one, np.nan)
    moved, still = (lines - np.nanmean(lines, axis=1, keepdims=True) for lines in (moved, still))
    norms = np.sqrt(np.nansum(moved**2, axis=1) * np.nansum(still**2, axis=1))
    best = int(np.argmax(np.nansum(moved * still, axis=1) / np.maximum(norms, 1e-6)))
    return float(_SCALES[best]), float(_SHIFTS[best])
