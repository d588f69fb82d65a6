"""Heads on shoulders among cargo: an outline of a head, a neck and shoulders that stands out of what is around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.water_depth import GRID_MM
from imaging.scan import FloatImage

_LEVELS_G_CM2 = (3.0, 5.0, 7.0, 9.0, 12.0, 15.0, 19.0)
_LEAST_LEVELS = 2  # texture makes an outline at one level, a thing at several
_LEAST = np.ones((2, 2), np.uint8)  # squares
_SAME = 4  # squares
_WIDER = 51  # squares, a metre: what is as wide is cargo, floor or wall
_HEAD_MM, _SHOULDERS_MM = (130.0, 300.0), 850.0
_NECK_MM, _LEAST_NECK_MM = (160.0, 360.0), 60.0  # below the top of the head; its breadth
_NARROWER, _BROADER = 0.85, 1.15  # neck and shoulders, of the head
_TRUNK_MM = 420.0
_HEAD_G_CM2, _TRUNK_G_CM2 = (5.0, 32.0), (8.0, 90.0)  # 15 to 18 and 20 to 40 for one person who stands free
_AROUND, _ABOVE = 0.25, 0.3  # of the head's depth, at most, beside it and over it
_BESIDE = 4  # squares

Run = tuple[int, int]


def find_heads(depth_HW: FloatImage) -> NDArray[np.float64]:
    """Places N2 (x, y) of the grid at the tops of what look like heads, float64.

    What is broader than a metre at a height is taken off first: floor, walls, stacks. Of the rest, outlines at several
    depths are followed downwards from every top. They are those of a person who stands, sits or crouches upright and
    is seen from the front or the side, with less beside than within: not of one who lies, nor of one before or behind
    cargo that is about as dense, nor of one whom the edge of the picture cuts.

    Args:
        depth_HW: water depth in g/cm2 on squares of 20 mm.
    """
    own_HW = _without_broad(depth_HW)
    found: set[tuple[float, int]] = set()
    levels_HW = np.zeros(depth_HW.shape, np.uint8)  # how many show a head near by
    for threshold in _LEVELS_G_CM2:
        mask = cv2.erode((own_HW > threshold).astype(np.uint8), _LEAST)
        mask = cv2.dilate(mask, _LEAST, anchor=(0, 0))  # OpenCV's opening by an even square moves what it leaves
        heads = list(_heads(np.asarray(mask, np.bool_), own_HW))
        near_HW = np.zeros(depth_HW.shape, np.uint8)
        for x, y in heads:
            near_HW[max(y - _SAME, 0) : y + _SAME + 1, max(round(x) - _SAME, 0) : round(x) + _SAME + 1] = 1
        levels_HW += near_HW
        found.update(heads)
    places = sorted((x, y) for x, y in found if levels_HW[y, round(x)] >= _LEAST_LEVELS)
    return np.array(places, np.float64).reshape(-1, 2)


def _without_broad(depth_HW: FloatImage) -> FloatImage:
    edge = _WIDER // 2 + 1
    framed = cv2.copyMakeBorder(depth_HW, 0, 0, edge, edge, cv2.BORDER_REPLICATE)
    broad = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((1, _WIDER), np.uint8))[:, edge:-edge]
    return np.ascontiguousarray(depth_HW - broad, np.float32)


def _heads(mask_HW: NDArray[np.bool_], own_HW: FloatImage) -> Iterator[tuple[float, int]]:
    runs = [_runs(row) for row in mask_HW]
    most = int(_HEAD_MM[1] / GRID_MM)
    for top, row in enumerate(runs):
        above = runs[top - 1] if top else []
        for run in row:
            if run[1] - run[0] <= most and not any(_touch(run, other) for other in above):
                outline = _followed(runs, top, run)
                neck = _neck(outline)
                if neck and _is_free(outline[:neck], own_HW, top) and _is_dense(outline, neck, own_HW, top):
                    yield float(np.mean(outline[2:neck])), top


def _followed(runs: Sequence[Sequence[Run]], top: int, run: Run) -> list[Run]:
    """The outline from its top downwards, as far as it hangs together and a person reaches."""
    outline = [run]
    for row in runs[top + 1 : top + int((_NECK_MM[1] + _TRUNK_MM) / GRID_MM)]:
        below = [other for other in row if _meets(outline[-1], other)]
        if not below:
            break
        outline.append(max(below, key=lambda other: min(other[1], outline[-1][1]) - max(other[0], outline[-1][0])))
    return outline


def _neck(outline: Sequence[Run]) -> int:
    """How many rows below the top the neck is; 0 where the outline is not that of a head on shoulders."""
    widths_mm = np.array([end - start for start, end in outline]) * GRID_MM
    first, last = int(_NECK_MM[0] / GRID_MM), int(_NECK_MM[1] / GRID_MM)
    if len(widths_mm) < last + 2:
        return 0
    neck = first + int(np.argmin(widths_mm[first:last]))
    head, narrow = float(widths_mm[2:neck].max()), float(widths_mm[neck])
    shoulders = float(widths_mm[neck + 1 : neck + 1 + int(_TRUNK_MM / GRID_MM)].max())
    is_head = _HEAD_MM[0] <= head <= _HEAD_MM[1] and _LEAST_NECK_MM <= narrow <= _NARROWER * head
    return neck if is_head and _BROADER * head <= shoulders <= _SHOULDERS_MM else 0


def _is_free(head: Sequence[Run], own_HW: FloatImage, top: int) -> bool:
    """Whether there is much less on both sides of a head, and over it."""
    depth = _median(head, own_HW, top)
    left = [own_HW[top + k, max(start - 1 - _BESIDE, 0) : max(start - 1, 0)] for k, (start, _) in enumerate(head)]
    right = [own_HW[top + k, end + 1 : end + 1 + _BESIDE] for k, (_, end) in enumerate(head)]
    over = own_HW[max(top - 1 - _BESIDE, 0) : max(top - 1, 0), slice(*head[3])]
    beside = max(_mean(np.concatenate(left[1:])), _mean(np.concatenate(right[1:])))
    return beside <= _AROUND * depth and _mean(over.ravel()) <= _ABOVE * depth


def _is_dense(outline: Sequence[Run], neck: int, own_HW: FloatImage, top: int) -> bool:
    head = _median(outline[:neck], own_HW, top)
    trunk = _median(outline[neck + 1 :], own_HW, top + neck + 1)
    return _HEAD_G_CM2[0] <= head <= _HEAD_G_CM2[1] and _TRUNK_G_CM2[0] <= trunk <= _TRUNK_G_CM2[1]


def _median(outline: Sequence[Run], own_HW: FloatImage, top: int) -> float:
    return float(np.median(np.concatenate([own_HW[top + k, start:end] for k, (start, end) in enumerate(outline)])))


def _mean(values: FloatImage) -> float:
    return float(values.mean()) if values.size else 0.0


def _runs(row_W: NDArray[np.bool_]) -> list[Run]:
    steps = np.diff(row_W.astype(np.int8), prepend=0, append=0)
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def _meets(run: Run, other: Run) -> bool:
    return run[0] < other[1] and other[0] < run[1]


def _touch(run: Run, other: Run) -> bool:
    """Whether two runs of neighbouring rows meet, at corners as well."""
    return run[0] <= other[1] and other[0] <= run[1]
