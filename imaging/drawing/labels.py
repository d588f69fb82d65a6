"""Where label plates go: beside their object, never over it, never off the picture. Rectangles are xyxy, half-open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rectangle = tuple[int, int, int, int]

_MOST_COVERED = 0.1  # share of another object that a plate may cover where there is no better place


def place_labels(
    objects: Sequence[Rectangle], sizes_wh: Sequence[tuple[int, int]], area_wh: tuple[int, int]
) -> list[Rectangle | None]:
    """A place for each object's plate, in order; None where there is none on the picture.

    Plates stay inside the area, off their own object and off one another; other objects are covered least.
    """
    objects_N4 = np.array(objects, np.int64).reshape(-1, 4)
    areas_N = np.maximum((objects_N4[:, 2:] - objects_N4[:, :2]).prod(axis=1), 1)
    taken_N4 = np.zeros_like(objects_N4)
    places: list[Rectangle | None] = []
    for index, (own, size) in enumerate(zip(objects, sizes_wh, strict=True)):
        candidates = _candidates(own, size, area_wh)
        candidates_K4 = np.array(candidates, np.int64).reshape(-1, 4)
        covered_KN = _overlaps(candidates_K4, objects_N4)
        free_K = (covered_KN[:, index] == 0) & ~_overlaps(candidates_K4, taken_N4[:index]).any(axis=1)
        cost_K = np.where(free_K, (covered_KN / areas_N).max(axis=1), np.inf)
        best = int(cost_K.argmin()) if candidates else -1
        place = candidates[best] if candidates and cost_K[best] <= _MOST_COVERED else None
        taken_N4[index] = (0, 0, 0, 0) if place is None else place
        places.append(place)
    return places


def _candidates(own: Rectangle, size_wh: tuple[int, int], area_wh: tuple[int, int]) -> list[Rectangle]:
    """Above, below and to the sides, the best first; each slid along its side until it is on the picture."""
    x0, y0, x1, y1 = own
    width, height = size_wh
    middle_x, middle_y = (x0 + x1 - width) // 2, (y0 + y1 - height) // 2
    corners = [
        *((x, y0 - height) for x in (x0, x1 - width, middle_x)),
        *((x, y1) for x in (x0, x1 - width, middle_x)),
        *((x1, y) for y in (y0, middle_y, y1 - height)),
        *((x0 - width, y) for y in (y0, middle_y, y1 - height)),
        (x1, y0 - height), (x1, y1), (x0 - width, y0 - height), (x0 - width, y1),
    ]  # fmt: skip
    if width > area_wh[0] or height > area_wh[1]:
        return []
    slid = [(min(max(x, 0), area_wh[0] - width), min(max(y, 0), area_wh[1] - height)) for x, y in corners]
    return [(x, y, x + width, y + height) for x, y in dict.fromkeys(slid)]


def _overlaps(first_K4: NDArray[np.int64], second_N4: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pixels (K, N) that each of the first rectangles shares with each of the second."""
    least = np.maximum(first_K4[:, None, :2], second_N4[None, :, :2])
    most = np.minimum(first_K4[:, None, 2:], second_N4[None, :, 2:])
    shared: NDArray[np.int64] = np.maximum(most - least, 0).prod(axis=2)
    return shared
