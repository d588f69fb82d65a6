"""Linking by the hash of decoded pixels: works where pixels were kept, whatever became of the file around them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from datasets.attack.seen import Seen
from imaging.formats import Picture

WAY = "pixel hash"


def marks(seen: Seen) -> Iterator[str]:
    """The hash of each plane."""
    yield from seen.look.planes


def hashes(picture: Picture) -> Iterator[str]:
    """A hash of each plane (channel, or slice of one) that is not one value all over.

    Values count, not their type: a plane is the same in 8 and in 16 bits.
    """
    planes = picture.planes
    for plane_HW in planes.reshape(-1, *planes.shape[-2:]):
        low, high = plane_HW.min(), plane_HW.max()
        if low != high:
            head = f"{plane_HW.shape}".encode()
            stored = np.ascontiguousarray(plane_HW, _narrowest(plane_HW.dtype, float(low), float(high)))
            yield hashlib.blake2b(head + stored.tobytes(), digest_size=16).hexdigest()


def _narrowest(dtype: np.dtype[Any], low: float, high: float) -> str:
    """The type in which values are hashed: their range decides, whatever they are stored in."""
    if np.issubdtype(dtype, np.floating):
        return "<f8"
    if low < 0 or high > 65535:
        return "<i8"
    return "<u1" if high < 256 else "<u2"
