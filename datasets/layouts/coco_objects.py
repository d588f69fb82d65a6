"""Entries of COCO's `annotations` and `categories` as objects and labels; what can not be one is counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from datasets.layouts.objects import (
    BAD_OUTLINE,
    MASK_LEFT,
    NOT_NUMBERS,
    attributes_of,
    bounds,
    box_of_size,
    label_of,
    plain,
    polygon,
)
from datasets.layouts.run_length import mask_bounds
from datasets.layouts.source import BBox, Dirt, SourceObject

NO_CATEGORY = "objects of categories that the source does not list: left out"
TWO_NAMES = "objects of categories whose number stands for two names: left out"
BOX_FROM_OUTLINE = "objects without a box but with an outline: boxed by its bounds"


def category_names(entries: Iterable[object]) -> dict[str, tuple[str, ...]]:
    """Names of each category number, as text; more than one where the source contradicts itself."""
    names: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if isinstance(entry, Mapping) and (key := plain(entry.get("id"))):
            name = plain(entry.get("name"))
            names[key] = tuple(sorted({*names.get(key, ()), name}))
    return names


def object_of(
    entry: Mapping[str, object], names: Mapping[str, tuple[str, ...]], where: str, dirt: Dirt
) -> SourceObject | None:
    """The object that an entry of `annotations` means; None, and counted, where it means none."""
    found = names.get(plain(entry.get("category_id")), ())
    if len(found) != 1:
        dirt.add(TWO_NAMES if found else NO_CATEGORY, where)
        return None
    label = label_of(found[0], where, dirt)
    if label is None:
        return None
    outlines = _outlines(entry.get("segmentation"), where, dirt)
    bbox = _bbox(entry, outlines, where, dirt)
    if bbox is None:
        return None
    return SourceObject(
        label,
        bbox,
        outlines,
        is_crowd=entry.get("iscrowd") in (1, True),
        attributes=attributes_of(entry.get("attributes")),
    )


def line_of(one: SourceObject) -> str:
    """An object as a line, to be kept on disk for a while."""
    return json.dumps([one.label, one.bbox, one.segmentation, one.is_crowd, one.attributes])


def object_of_line(line: str) -> SourceObject:
    """The object that `line_of` wrote."""
    label, bbox, segmentation, is_crowd, attributes = json.loads(line)
    outlines = tuple(map(tuple, segmentation))
    return SourceObject(label, tuple(bbox), outlines, is_crowd=is_crowd, attributes=attributes)


def _bbox(entry: Mapping[str, object], outlines: tuple[tuple[float, ...], ...], where: str, dirt: Dirt) -> BBox | None:
    """The box as stated; where none is, the bounds of the polygons or of the mask."""
    stated = entry.get("bbox")
    if stated in (None, []):
        found = bounds(outlines) if outlines else mask_bounds(entry.get("segmentation"))
        dirt.add(BOX_FROM_OUTLINE if found else NOT_NUMBERS, where)
        return found
    return box_of_size(stated if isinstance(stated, list) else (), where, dirt)


def _outlines(segmentation: object, where: str, dirt: Dirt) -> tuple[tuple[float, ...], ...]:
    if isinstance(segmentation, Mapping):
        dirt.add(MASK_LEFT, where)
        return ()
    if not segmentation:
        return ()
    parts = segmentation if isinstance(segmentation, list) else [segmentation]
    found = [polygon(part) if isinstance(part, list) else None for part in parts]
    kept = tuple(part for part in found if part is not None)
    if len(kept) < len(found):
        dirt.add(BAD_OUTLINE, where, len(found) - len(kept))
    return kept
