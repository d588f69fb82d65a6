"""Room that goods make for a hidden object: a few spaces that close in on its boxes, none inside another.

A rifle's bounds are mostly air, which goods and wrapping fill; so bounds are cut in two, and again, wherever that frees
enough of them. What is as good as a block keeps one space.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.shapes import Box, Space, bounds, cavities

CLEARANCE_MM = 5.0
_DEPTH = 5  # so often is a space cut in two
_CUTS = 12  # places tried along each axis
_WORTH_SHARE, _WORTH_MM3 = 0.08, 1e5  # what a cut has to free

Edges = NDArray[np.float64]


def clearings(boxes: Sequence[Box]) -> tuple[Space, ...]:
    """Spaces that cover boxes, of which there is at least one, with a clearance around them as a whole."""
    low_N3 = np.array([(box.x0, box.y0, box.z0) for box in boxes])
    high_N3 = np.array([(box.x1, box.y1, box.z1) for box in boxes])
    start, stop = low_N3.min(axis=0) - CLEARANCE_MM, high_N3.max(axis=0) + CLEARANCE_MM
    return tuple(_closed_in(low_N3, high_N3, start, stop, _DEPTH))


def cleared(boxes: Iterable[Box], clear: Sequence[Space]) -> tuple[Box, ...]:
    """Boxes of negative density that take out of `boxes` what lies in spaces which do not overlap."""
    if not clear:
        return ()
    around = around_all(clear)
    near = [
        box
        for box in boxes
        if box.x0 < around.x1 and box.x1 > around.x0 and box.y0 < around.y1 and box.y1 > around.y0
        and box.z0 < around.z1 and box.z1 > around.z0
    ]  # fmt: skip
    return tuple(cut for space in clear for cut in cavities(near, space))


def clear_of(boxes: Iterable[Box]) -> Space:
    """Bounds of boxes with the clearance around them."""
    around, c = bounds(boxes), CLEARANCE_MM
    return Space(around.x0 - c, around.x1 + c, around.y0 - c, around.y1 + c, around.z0 - c, around.z1 + c)


def around_all(spaces: Sequence[Space]) -> Space:
    """Bounds of one space or more."""
    return Space(
        min(space.x0 for space in spaces), max(space.x1 for space in spaces),
        min(space.y0 for space in spaces), max(space.y1 for space in spaces),
        min(space.z0 for space in spaces), max(space.z1 for space in spaces),
    )  # fmt: skip


def _closed_in(low_N3: Edges, high_N3: Edges, start_3: Edges, stop_3: Edges, depth: int) -> list[Space]:
    """Spaces that cover the boxes between `start_3` and `stop_3`, which they do not leave."""
    first, last = low_N3.min(axis=0), high_N3.max(axis=0)
    best = max((_best_cut(low_N3, high_N3, axis) for axis in range(3)), key=lambda found: found[0])
    freed, axis, at = best
    if not depth or freed < max(_WORTH_MM3, _WORTH_SHARE * float((last - first).prod())):
        (x0, y0, z0), (x1, y1, z1) = (
            np.maximum(first - CLEARANCE_MM, start_3).tolist(), np.minimum(last + CLEARANCE_MM, stop_3).tolist()
        )  # fmt: skip
        return [Space(x0, x1, y0, y1, z0, z1)]
    middle = np.arange(3) == axis
    below, above = low_N3[:, axis] < at, high_N3[:, axis] > at
    under = np.where(middle, np.minimum(high_N3[below], at), high_N3[below])
    over = np.where(middle, np.maximum(low_N3[above], at), low_N3[above])
    return [
        *_closed_in(low_N3[below], under, start_3, np.where(middle, at, stop_3), depth - 1),
        *_closed_in(over, high_N3[above], np.where(middle, at, start_3), stop_3, depth - 1),
    ]


def _best_cut(low_N3: Edges, high_N3: Edges, axis: int) -> tuple[float, int, float]:
    """What the best cut across an axis frees of the bounds (mm3), the axis, and where the cut is."""
    first, last = low_N3.min(axis=0), high_N3.max(axis=0)
    edges = np.unique(np.concatenate((low_N3[:, axis], high_N3[:, axis])))[1:-1]
    if not edges.size:
        return 0.0, axis, 0.0
    tried_K = edges[np.unique(np.linspace(0, edges.size - 1, _CUTS).round().astype(int))]
    at_K11, middle = tried_K[:, None, None], np.arange(3) == axis
    below_KN1, above_KN1 = low_N3[None, :, axis, None] < at_K11, high_N3[None, :, axis, None] > at_K11
    under = np.where(middle, np.minimum(high_N3, at_K11), high_N3)
    over = np.where(middle, np.maximum(low_N3, at_K11), low_N3)
    volume_K = _volume(low_N3, under, below_KN1) + _volume(over, high_N3, above_KN1)
    best = int(volume_K.argmin())
    return float((last - first).prod() - volume_K[best]), axis, float(tried_K[best])


def _volume(low_N3: Edges, high_N3: Edges, counts_KN1: NDArray[np.bool_]) -> Edges:
    """Volume of the bounds of those boxes that count, shape (K,)."""
    first = np.where(counts_KN1, low_N3, np.inf).min(axis=1)
    last = np.where(counts_KN1, high_N3, -np.inf).max(axis=1)
    return np.asarray((last - first).prod(axis=1), np.float64)
