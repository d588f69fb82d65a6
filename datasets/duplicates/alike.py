"""How alike two prints are once one was laid over the other: the measure that decides."""

from __future__ import annotations

import cv2
import numpy as np

from datasets.duplicates.laying import UNMOVED, laid_over, start_by_profiles
from datasets.duplicates.noise import two_exposures
from datasets.duplicates.prints import Image, holds_noise, thumbnail_of

SAME = 0.88
"""Likeness from which two views count as the same.

Set on 1,248 real scans of four scanners: re-compressed, cropped, brightened and scaled copies reach 0.92; trays with
laptops of one model, the hardest of what differs, stay below 0.86 (`tests/datasets/duplicates/test_real.py`). Empty
containers and boxes of one model reach 1: their noise tells them apart, and where a file has no more than 8 bits, so
that nobody knows whether its noise was compressed away, they count as the same.
"""
_PROMISING = 0.5
"""Likeness from which two prints with noise are laid over a second time, from another start."""


def likeness(one: bytes, other: bytes, *, mirrored: bool = False) -> float:
    """Correlation of the details of two prints, -1 to 1, the other one shifted and scaled to fit.

    0 if nothing fits, or if their noise tells that they are two exposures. What is compared is the band between 1 and 4
    pixels of the print: all bags are blobs on white.

    Args:
        one: A print.
        other: Another.
        mirrored: Whether the other is mirrored left-right first.
    """
    if not one or not other:
        return 0.0
    first, second = thumbnail_of(one), thumbnail_of(other)
    second = np.ascontiguousarray(second[:, ::-1]) if mirrored else second
    noisy = holds_noise(one) and holds_noise(other)
    looks, shared = _compared(first, second, UNMOVED, noisy)
    if noisy and looks >= _PROMISING and not (shared and looks >= SAME):
        again = _compared(first, second, start_by_profiles(first, second), noisy)
        looks, shared = max((looks, shared), again, key=lambda found: (found[1], found[0]))
    return looks if shared else 0.0


def _compared(first: Image, second: Image, start: Image, noisy: bool) -> tuple[float, bool]:
    """Correlation of the details of two pictures, and whether they may be of one exposure."""
    found = laid_over(first, second, start)
    if found is None:
        return 0.0, False
    laid, covered = found
    looks = _correlation(_details(first)[covered], _details(laid)[covered])
    return looks, not (noisy and two_exposures(first, laid, covered))


def _details(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1) - cv2.GaussianBlur(image, (0, 0), 4))


def _correlation(one: Image, other: Image) -> float:
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / norm if norm > 0 else 0.0
