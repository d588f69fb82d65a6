"""Lines of a YOLO label file as objects: `class x y width height`, or `class x y x y …` for an outline, in 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from datasets.layouts.objects import NOT_NUMBERS, bounds, box_of_size, finite, label_of
from datasets.layouts.source import Dirt, SourceObject
from datasets.layouts.words import lines_of

NO_LINE = "lines that are not a class and four numbers, or three corners and more: left out"
NO_NAME = "objects of classes without a name: left out"


def objects_of(
    path: Path, size_hw: tuple[int, int], names: Mapping[int, str], where: str, dirt: Dirt
) -> Iterator[SourceObject]:
    """Objects of an image of this size, in pixels.

    Raises:
        PoolError: when the file can not be read.
    """
    for number, words in lines_of(path):
        one = _object(words, size_hw, names, f"{where}, line {number}", dirt)
        if one is not None:
            yield one


def _object(
    words: Sequence[str], size_hw: tuple[int, int], names: Mapping[int, str], where: str, dirt: Dirt
) -> SourceObject | None:
    if len(words) != 5 and (len(words) < 7 or len(words) % 2 == 0):
        dirt.add(NO_LINE, where)
        return None
    numbers = finite(words)
    if numbers is None:
        dirt.add(NOT_NUMBERS, where)
        return None
    kind, *values = numbers
    if kind not in names:
        dirt.add(NO_NAME, where)
        return None
    label = label_of(names[int(kind)], where, dirt)
    if label is None:
        return None
    height, width = size_hw
    outline = tuple(value * (height if place % 2 else width) for place, value in enumerate(values))
    if len(values) > 4:
        return SourceObject(label, bounds((outline,)), (outline,))
    x, y, box_width, box_height = outline
    bbox = box_of_size((x - box_width / 2, y - box_height / 2, box_width, box_height), where, dirt)
    return None if bbox is None else SourceObject(label, bbox)
