"""What a verb tells the person who ran it, and how it shows that it is at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Track(Protocol):
    """Goes through items while a bar moves."""

    def __call__(self, items: Iterable[Item], doing: str, total: int | None = None) -> Iterator[Item]:
        """Hand on the items; `doing` stands before the bar."""
        ...


def quietly(items: Iterable[Item], doing: str, total: int | None = None) -> Iterator[Item]:
    """A `Track` that shows nothing."""
    del doing, total
    yield from items


@dataclass(frozen=True)
class Outcome:
    """Tables to print (title, then rows by name) and the problems found; with any, the script ends with code 3."""

    tables: Mapping[str, Mapping[str, object]]
    problems: tuple[str, ...] = field(default=())
