"""Where label plates go: beside their object, never over it, never off the picture. Rectangles are xyxy, half-open."""

from __future__ import annotations

from collections.abc import Sequence

Rectangle = tuple[int, int, int, int]

_MOST_COVERED = 0.1  # share of another object that a plate may cover where there is no better place


def place_labels(
    objects: Sequence[Rectangle], sizes_wh: Sequence[tuple[int, int]], area_wh: tuple[int, int]
) -> list[Rectangle | None]:
    """A place for each object's plate, in order; None where there is none on the picture.

    Plates stay inside the area, off their own object and off one another; other objects are covered least.
    """
    places: list[Rectangle | None] = []
    for index, (own, size) in enumerate(zip(objects, sizes_wh, strict=True)):
        taken = [place for place in places if place is not None]
        others = [other for number, other in enumerate(objects) if number != index]
        free = [
            candidate
            for candidate in _candidates(own, size, area_wh)
            if not overlap(candidate, own) and not any(overlap(candidate, place) for place in taken)
        ]
        costs = [max((overlap(candidate, other) / _area(other) for other in others), default=0.0) for candidate in free]
        best = min(range(len(free)), key=costs.__getitem__, default=None)
        places.append(free[best] if best is not None and costs[best] <= _MOST_COVERED else None)
    return places


def overlap(first: Rectangle, second: Rectangle) -> int:
    """Pixels that two rectangles share."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(width, 0) * max(height, 0)


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


def _area(rectangle: Rectangle) -> int:
    return max((rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1]), 1)
