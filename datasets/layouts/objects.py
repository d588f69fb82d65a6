"""What reading an object takes in every layout: numbers, corners, labels, outlines, duplicates, each treated one way.

Only what shows without pixels is treated here. A box that leaves its image, or has no area, is handed on as stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from datasets.layouts.source import BBox, Dirt, SourceObject

NOT_NUMBERS = "objects whose coordinates are not numbers: left out"
INVERTED = "boxes with inverted corners: set right"
TWICE = "objects given twice, with the same label and box: kept once"
NO_LABEL = 'objects without a label, or labelled "None": left out'
NO_AREA_KIND = "points, lines and other shapes without an area: left out"
BAD_OUTLINE = "outlines that are no polygon: left out, the box kept"
MASK_LEFT = "masks in run-length form: left out, the box kept"

MOST_PIXELS = 1e9
_NO_LABELS = frozenset({"", "none", "null", "nan"})


def finite(values: Iterable[object]) -> tuple[float, ...] | None:
    """Numbers, or texts of numbers, as floats; None where one of them is no number, or too large for a pixel."""
    found = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        if not abs(number) <= MOST_PIXELS:
            return None
        found.append(number)
    return tuple(found)


def box_of_size(xywh: Sequence[object], where: str, dirt: Dirt) -> BBox | None:
    """A box from left, top, width and height; a negative size is set right. None, and counted, without four numbers."""
    numbers = finite(xywh)
    if numbers is None or len(numbers) != 4:
        dirt.add(NOT_NUMBERS, where)
        return None
    x, y, width, height = numbers
    if width < 0 or height < 0:
        dirt.add(INVERTED, where)
    return min(x, x + width), min(y, y + height), abs(width), abs(height)


def box_of_corners(xyxy: Sequence[object], where: str, dirt: Dirt) -> BBox | None:
    """A box from left, top, right and bottom; swapped ones are set right. None, and counted, without four numbers."""
    numbers = finite(xyxy)
    if numbers is None or len(numbers) != 4:
        dirt.add(NOT_NUMBERS, where)
        return None
    left, top, right, bottom = numbers
    return box_of_size((left, top, right - left, bottom - top), where, dirt)


def bounds(outlines: Iterable[Sequence[float]]) -> BBox:
    """The box around polygons (x, y, x, y …), of which there is one at least."""
    points = [value for outline in outlines for value in zip(outline[::2], outline[1::2], strict=True)]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    return left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top


def polygon(values: Iterable[object]) -> tuple[float, ...] | None:
    """A polygon (x, y, x, y …); None where it has fewer than three corners, or one that is no pair of numbers."""
    numbers = finite(values)
    return numbers if numbers is not None and len(numbers) >= 6 and len(numbers) % 2 == 0 else None


def label_of(value: object, where: str, dirt: Dirt) -> str | None:
    """A label as text; None, and counted, where there is none or the source wrote a word for none."""
    label = plain(value)
    if label.casefold() in _NO_LABELS:
        dirt.add(NO_LABEL, where)
        return None
    return label


def plain(value: object) -> str:
    """A text or number of the source as text that UTF-8 can hold, on one line; empty for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    whole = text.encode("utf-8", "backslashreplace").decode()
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole).split())


def attributes_of(values: object) -> dict[str, str | int | float | bool | None]:
    """The plain values among an object's attributes, by name."""
    if not isinstance(values, Mapping):
        return {}
    return {
        plain(name): plain(value) if isinstance(value, str) else value
        for name, value in sorted(values.items())
        if value is None or isinstance(value, str) or (isinstance(value, int | float) and abs(value) < math.inf)
    }


def once(objects: Iterable[SourceObject], where: str, dirt: Dirt) -> tuple[SourceObject, ...]:
    """The objects without those whose label and box were there before, which are counted."""
    kept: dict[tuple[str, BBox], SourceObject] = {}
    for one in objects:
        if (one.label, one.bbox) in kept:
            dirt.add(TWICE, where)
        else:
            kept[one.label, one.bbox] = one
    return tuple(kept.values())


def size_of(height: object, width: object) -> tuple[int, int] | None:
    """A stated size; None where it is no size."""
    numbers = finite((height, width))
    if numbers is None or not all(number >= 1 and number.is_integer() for number in numbers):
        return None
    return int(numbers[0]), int(numbers[1])
