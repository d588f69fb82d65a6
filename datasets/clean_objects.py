"""Objects of a source against the size of the picture that they are in: what leaves it is counted, by a stated rule."""

from __future__ import annotations

import math
from dataclasses import replace

from datasets.layouts.source import BBox, Dirt, SourceObject, SourceView

CLIPPED = "boxes that left the image by over half a pixel: clipped"
NO_NUMBER = "boxes with a corner that is no number: left out"
NO_AREA = "boxes without area inside the image: left out"
OTHER_SIZE = "images whose stated size is not that of the file: the file's size counts"
_NEGLIGIBLE_PX = 0.5


def clean_objects(view: SourceView, size_hw: tuple[int, int], where: str, dirt: Dirt) -> tuple[SourceObject, ...]:
    """Objects of a view inside its picture, to a hundredth of a pixel; boxes and polygons end where it ends."""
    if view.stated_hw is not None and view.stated_hw != size_hw:
        dirt.add(OTHER_SIZE, where)
    kept = (_inside(one, size_hw, where, dirt) for one in view.objects)
    return tuple(one for one in kept if one is not None)


def _inside(one: SourceObject, size_hw: tuple[int, int], where: str, dirt: Dirt) -> SourceObject | None:
    if not all(map(math.isfinite, one.bbox)):
        dirt.add(NO_NUMBER, where)
        return None
    clipped = _clipped(one.bbox, size_hw)
    if clipped is None:
        dirt.add(NO_AREA, where)
        return None
    if max(abs(after - before) for after, before in zip(clipped, one.bbox, strict=True)) > _NEGLIGIBLE_PX:
        dirt.add(CLIPPED, where)
    polygons = tuple(_held(polygon, size_hw) for polygon in one.segmentation)
    return replace(one, bbox=clipped, segmentation=polygons)


def _clipped(bbox: BBox, size_hw: tuple[int, int]) -> BBox | None:
    left, top = max(bbox[0], 0.0), max(bbox[1], 0.0)
    right, bottom = min(bbox[0] + bbox[2], float(size_hw[1])), min(bbox[1] + bbox[3], float(size_hw[0]))
    width, height = round(right - left, 2), round(bottom - top, 2)
    return (round(left, 2), round(top, 2), width, height) if width > 0 and height > 0 else None


def _held(polygon: tuple[float, ...], size_hw: tuple[int, int]) -> tuple[float, ...]:
    """Corners (x, y, x, y …) that are outside, moved to the edge."""
    return tuple(round(min(max(value, 0.0), float(size_hw[1 - place % 2])), 2) for place, value in enumerate(polygon))
