"""What every layout reader hands on: scans with objects, in the source's own words and numbers, nothing mended.

A reader walks a folder as it was published and yields scans one by one. It never opens an image, never clips a box and
never drops anything in silence: what points nowhere or can not be understood goes to `Dirt`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BBox = tuple[float, float, float, float]
EXAMPLES = 5
MOST_CHARACTERS = 200


@dataclass(frozen=True)
class SourceObject:
    """An object: the source's label, its box in pixels (x, y, width, height) as stated, and polygons (x, y, x, y …).

    `is_crowd`: the box stands for several of a kind. `visible_bbox` is of what stands out of noise, where it was
    measured, as a pool of ours has it.
    """

    label: str
    bbox: BBox
    segmentation: tuple[tuple[float, ...], ...] = ()
    is_crowd: bool = False
    visible_bbox: BBox | None = None
    attributes: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceView:
    """A view: its files (one, or one for each energy), the size that the source states, and what it says is in it.

    `mask`: which object a pixel belongs to, as a pool of ours has it.
    """

    view_id: str
    files: tuple[Path, ...]
    stated_hw: tuple[int, int] | None = None
    objects: tuple[SourceObject, ...] = ()
    is_annotated: bool = True
    mask: Path | None = None


@dataclass(frozen=True)
class SourceScan:
    """A scan of the source.

    Args:
        name: Unique in the source: path of its first file below the folder of images, without suffix.
        views: One, or two where the source scans from two sides.
        group: What must stay on one side of a split; the name where the source says nothing.
        scanner: What made it, in the source's words; empty where unknown.
        subset: The source's own split (`train`, `easy`, `hidden` …); empty where it has none.
        unlocated: Labels that the source says are in the scan, without saying where.
        examined_for: Source labels that were looked for in this scan; None where all of the layout's were.
    """

    name: str
    views: tuple[SourceView, ...]
    group: str
    scanner: str = ""
    subset: str = ""
    unlocated: tuple[str, ...] = ()
    examined_for: tuple[str, ...] | None = None


class Dirt:
    """What was wrong in a source, counted by a sentence that says how it was treated, with the first places."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = defaultdict(list)

    def add(self, what: str, where: str, count: int = 1) -> None:
        """Count a kind of dirt; `where` names the file or the line."""
        self.counts[what] += count
        if len(self.examples[what]) < EXAMPLES:
            self.examples[what].append(where[:MOST_CHARACTERS])


def inside(source: Path, name: str) -> Path | None:
    """The file that a source means by `name`; None where there is none, or where it lies outside of the source."""
    if not name or "\x00" in name:
        return None
    path = source / name.replace("\\", "/")
    try:
        return path if path.is_file() and path.resolve().is_relative_to(source.resolve()) else None
    except OSError:  # a name too long for the file system
        return None
