"""What every layout reader hands on: images with boxes, in the source's own words, dirt counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SourceBox:
    """A box in pixels (x, y, width, height) with the source's label, as the source wrote it."""

    label: str
    bbox: tuple[float, float, float, float]


@dataclass(frozen=True)
class SourceImage:
    """An image of the source. `group` says what must stay on one side of a split, `scanner` what made it."""

    file: Path
    group: str
    scanner: str
    stated_hw: tuple[int, int] | None
    boxes: tuple[SourceBox, ...]


@dataclass(frozen=True)
class SourceSet:
    """A source, read. `dirt` counts what was wrong and how it was treated, by a sentence each."""

    images: tuple[SourceImage, ...]
    dirt: dict[str, int] = field(default_factory=dict)
