"""Pairs of pictures that show the same scan, found on small thumbnails of attenuation or darkness."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging import View

THUMBNAIL = 32
SAME_CORRELATION = 0.93
"""Correlation of two thumbnails from which they count as one scan.

On 460 real subway bags, nine in ten of the pairs above it that the source did not put in one group are neighbours in
its numbering (one bag scanned twice); no two of 288 different metro bags reach 0.9 (`tests/datasets/
test_near_duplicates.py`).
"""


def thumbnail(view: View) -> NDArray[np.float32]:
    """What a view absorbs, averaged down to a 32x32 picture of mean 0 and norm 1, flattened to float32 (1024,).

    A picture without any contrast gives zeros, which resemble nothing.
    """
    absorbed = 1 - np.clip(view.signal(), 0, 1).mean(axis=0)
    small = cv2.resize(absorbed, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).ravel()
    centred = small - small.mean()
    norm = float(np.linalg.norm(centred))
    return (centred / norm if norm > 1e-6 else np.zeros_like(centred)).astype(np.float32)


def near_duplicates(
    thumbnails: Mapping[str, NDArray[np.float32]], *, correlation: float = SAME_CORRELATION
) -> list[tuple[str, str]]:
    """Pairs of names whose thumbnails correlate at least that much, also mirrored left-right; sorted."""
    names = sorted(thumbnails)
    if not names:
        return []
    stack = np.stack([thumbnails[name] for name in names])
    mirrored = stack.reshape(-1, THUMBNAIL, THUMBNAIL)[:, :, ::-1].reshape(len(names), -1)
    alike = np.maximum(stack @ stack.T, stack @ mirrored.T) >= correlation
    return [(names[one], names[other]) for one, other in zip(*np.nonzero(np.triu(alike, k=1)), strict=True)]
