"""Pictures made in blocks of rows, so that a scan of any size fits into memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from imaging.material.density import crop
from imaging.palettes import NO_DATA
from imaging.scan import View

Picture = NDArray[np.uint8]

_BLOCK_PX = 1 << 18  # pixels worked on at once: their float32 planes stay in the processor's cache


def by_rows(view: View, halo_px: int, paint: Callable[[View], Picture]) -> Picture:
    """The picture, uint8 HW3, that `paint` makes of a CHW view, asked for some rows at a time.

    `paint` is given each block with `halo_px` more rows on either side, as far as there are any, which its filters
    need; those rows are cut off. Pixels without data (not valid, or no number) are shown in one colour of their own.
    """
    height, width = view.size_hw
    picture = np.empty((height, width, 3), np.uint8)
    step = max(1, 4 * halo_px, _BLOCK_PX // max(width, 1))
    for start in range(0, height, step):
        stop = min(start + step, height)
        top = max(start - halo_px, 0)
        block = crop(view, slice(top, stop + halo_px), slice(None))
        picture[start:stop] = paint(block)[start - top : stop - top]
        silent = _silent(crop(view, slice(start, stop), slice(None)))
        if silent is not None:
            picture[start:stop][silent] = NO_DATA
    return picture


def _silent(view: View) -> NDArray[np.bool_] | None:
    """Pixels without data, or None where every pixel has some."""
    silent = None if view.valid is None else ~view.valid
    if view.pixels.dtype.kind == "f":
        broken = np.asarray(~np.isfinite(view.pixels).all(axis=0))
        silent = broken if silent is None else silent | broken
    return silent
