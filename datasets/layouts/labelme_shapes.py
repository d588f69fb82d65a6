"""A shape of LabelMe as an object: its box, and its outline where it was drawn as a polygon."""

from __future__ import annotations

import math
from collections.abc import Mapping

from datasets.layouts.objects import (
    MASK_LEFT,
    NO_AREA_KIND,
    NOT_NUMBERS,
    attributes_of,
    bounds,
    finite,
    label_of,
    plain,
    polygon,
)
from datasets.layouts.source import BBox, Dirt, SourceObject


def object_of(shape: object, where: str, dirt: Dirt) -> SourceObject | None:
    """The object that a shape means; None, and counted, where it has no label, no numbers or no area."""
    stated = shape if isinstance(shape, Mapping) else {}
    label = label_of(stated.get("label"), where, dirt)
    if label is None:
        return None
    numbers = _numbers(stated.get("points"))
    if numbers is None:
        dirt.add(NOT_NUMBERS, where)
        return None
    kind = plain(stated.get("shape_type")) or "polygon"
    bbox = _bbox(kind, numbers)
    if bbox is None:
        dirt.add(NO_AREA_KIND, where)
        return None
    if kind == "mask":
        dirt.add(MASK_LEFT, where)
    attributes = {name: value for name, value in _attributes(stated).items() if value is not None}
    return SourceObject(label, bbox, (numbers,) if kind == "polygon" else (), attributes=attributes)


def _numbers(points: object) -> tuple[float, ...] | None:
    """Points [[x, y], …] as x, y, x, y …; None where they are not."""
    if not isinstance(points, list) or not all(isinstance(point, list) and len(point) == 2 for point in points):
        return None
    return finite(value for point in points for value in point)


def _bbox(kind: str, numbers: tuple[float, ...]) -> BBox | None:
    if kind == "circle" and len(numbers) == 4:
        x, y, rim_x, rim_y = numbers
        radius = math.hypot(rim_x - x, rim_y - y)
        return x - radius, y - radius, 2 * radius, 2 * radius
    if (kind in {"rectangle", "mask"} and len(numbers) >= 4) or (kind == "polygon" and polygon(numbers)):
        return bounds((numbers,))
    return None


def _attributes(stated: Mapping[str, object]) -> dict[str, str | int | float | bool | None]:
    return attributes_of(stated.get("attributes")) | attributes_of({"group_id": stated.get("group_id")})
