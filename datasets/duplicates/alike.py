"""How alike two prints are once one was laid over the other: the measure that decides."""

from __future__ import annotations

import cv2
import numpy as np

from datasets.duplicates.prints import THUMBNAIL, Image, thumbnail_of

SAME = 0.88
"""Likeness from which two views count as the same.

Set on 1,248 real scans of four scanners: re-compressed, cropped, brightened and scaled copies reach 0.92; trays with
laptops of one model, the hardest of what differs, stay below 0.86 (`tests/datasets/duplicates/test_real.py`). Empty
containers and boxes of one model show the same, and count as the same.
"""
_LEAST_OVERLAP = 0.6
_MOST_SCALING = 1.2
"""How much a print may be scaled along any axis to fit, which crops need; an empty box stretched far fits any other."""
_SMOOTHING = (15, 5)
"""Sizes of the filter, coarse before fine: fine detail alone finds the nearest fit, not the best one."""
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)


def likeness(one: bytes, other: bytes, *, mirrored: bool = False) -> float:
    """Correlation of the details of two prints, -1 to 1, the other one shifted and scaled to fit; 0 if none fits.

    It is laid over by maximising the enhanced correlation coefficient over affine maps (Evangelidis and Psarakis,
    PAMI 30, 2008). What is compared is the band between 1 and 4 pixels of the print: all bags are blobs on white.

    Args:
        one: A print.
        other: Another.
        mirrored: Whether the other is mirrored left-right first.
    """
    if not one or not other:
        return 0.0
    first, second = thumbnail_of(one), thumbnail_of(other)
    return _laid_over(first, np.ascontiguousarray(second[:, ::-1]) if mirrored else second)


def _laid_over(first: Image, second: Image) -> float:
    fit, everywhere = np.eye(2, 3, dtype=np.float32), np.ones(first.shape, np.uint8)
    try:
        for smoothing in _SMOOTHING:
            cv2.findTransformECC(first, second, fit, cv2.MOTION_AFFINE, _STOP, everywhere, smoothing)  # in place
    except cv2.error:  # no map was found under which they correlate
        return 0.0
    least, most = sorted(np.linalg.svd(fit[:, :2], compute_uv=False))
    if least < 1 / _MOST_SCALING or most > _MOST_SCALING:
        return 0.0
    size, nearest = (THUMBNAIL, THUMBNAIL), cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    covered = cv2.warpAffine(np.ones_like(second), fit, size, flags=nearest) > 0
    if covered.mean() < _LEAST_OVERLAP:
        return 0.0
    linear = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = np.asarray(cv2.warpAffine(second, fit, size, flags=linear, borderMode=cv2.BORDER_REPLICATE), np.float32)
    return _correlation(_details(first)[covered], _details(laid)[covered])


def _details(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1) - cv2.GaussianBlur(image, (0, 0), 4))


def _correlation(one: Image, other: Image) -> float:
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / norm if norm > 0 else 0.0
