"""A file without what names anybody: spans of the old bytes, new ones between them, and a list of what is gone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from imaging.anonymisation.removed import Removed, Treatment
from imaging.formats.content import Content

Tally = Counter[tuple[str, Treatment]]
"""How often something was done at a place."""


@dataclass(frozen=True, eq=False, slots=True)
class Cleaned:
    """The bytes of the new file in their order, most of them views of the old one, and what was taken out."""

    parts: tuple[Content, ...]
    removed: tuple[Removed, ...]


def told(tally: Tally) -> tuple[Removed, ...]:
    """What was taken out, sorted by place."""
    return tuple(sorted(Removed(place, treatment, count) for (place, treatment), count in tally.items() if count))
