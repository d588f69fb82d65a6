"""A shape of CVAT as an object: box, polygon, ellipse or mask with the attributes that were set."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element

from datasets.layouts.objects import (
    MASK_LEFT,
    NO_AREA_KIND,
    NOT_NUMBERS,
    bounds,
    box_of_corners,
    box_of_size,
    finite,
    label_of,
    plain,
    polygon,
)
from datasets.layouts.source import BBox, Dirt, SourceObject

Found = tuple[BBox, tuple[tuple[float, ...], ...]]


def object_of(shape: Element, where: str, dirt: Dirt) -> SourceObject | None:
    """The object that a shape of an image means; None, and counted, where it has no label, no numbers or no area."""
    read = _READERS.get(shape.tag)
    if read is None:
        dirt.add(NO_AREA_KIND, where)
        return None
    label = label_of(shape.get("label"), where, dirt)
    found = None if label is None else read(shape, where, dirt)
    if label is None or found is None:
        return None
    return SourceObject(label, found[0], found[1], attributes=_attributes(shape))


def _box(shape: Element, where: str, dirt: Dirt) -> Found | None:
    bbox = box_of_corners([shape.get(side) for side in ("xtl", "ytl", "xbr", "ybr")], where, dirt)
    turn = finite((shape.get("rotation", "0"),))
    if bbox is None or turn is None:
        if turn is None and bbox is not None:
            dirt.add(NOT_NUMBERS, where)
        return None
    return (bbox, ()) if turn[0] % 360 == 0 else _turned(bbox, math.radians(turn[0]))


def _turned(bbox: BBox, angle: float) -> Found:
    """Corners of a box turned clockwise about its centre, as a polygon, and their bounds."""
    x, y, width, height = bbox
    halves = ((-width, -height), (width, -height), (width, height), (-width, height))
    cos, sin = math.cos(angle), math.sin(angle)
    outline = tuple(
        value
        for dx, dy in ((dx / 2, dy / 2) for dx, dy in halves)
        for value in (x + width / 2 + dx * cos - dy * sin, y + height / 2 + dx * sin + dy * cos)
    )
    return bounds((outline,)), (outline,)


def _ellipse(shape: Element, where: str, dirt: Dirt) -> Found | None:
    numbers = finite(
        shape.get(name, "0" if name == "rotation" else "") for name in ("cx", "cy", "rx", "ry", "rotation")
    )
    if numbers is None:
        dirt.add(NOT_NUMBERS, where)
        return None
    x, y, radius_x, radius_y, turn = numbers
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    half_x, half_y = math.hypot(radius_x * cos, radius_y * sin), math.hypot(radius_x * sin, radius_y * cos)
    return (x - half_x, y - half_y, 2 * half_x, 2 * half_y), ()


def _polygon(shape: Element, where: str, dirt: Dirt) -> Found | None:
    """Points as `x,y;x,y`."""
    pairs = [pair.split(",") for pair in shape.get("points", "").split(";")]
    numbers = finite(value for pair in pairs for value in pair) if all(len(pair) == 2 for pair in pairs) else None
    if numbers is None:
        dirt.add(NOT_NUMBERS, where)
        return None
    if polygon(numbers) is None:
        dirt.add(NO_AREA_KIND, where)
        return None
    return bounds((numbers,)), (numbers,)


def _mask(shape: Element, where: str, dirt: Dirt) -> Found | None:
    bbox = box_of_size([shape.get(side) for side in ("left", "top", "width", "height")], where, dirt)
    if bbox is None:
        return None
    dirt.add(MASK_LEFT, where)
    return bbox, ()


_READERS = {"box": _box, "ellipse": _ellipse, "polygon": _polygon, "mask": _mask}


def _attributes(shape: Element) -> dict[str, str | bool]:
    """What was set by name, and `occluded` where it was ticked."""
    named = {plain(one.get("name")): plain(one.text) for one in shape.iter("attribute")}
    return {**dict(sorted(named.items())), **({"occluded": True} if shape.get("occluded") == "1" else {})}
