"""What differs between two versions of a pool, found by going through both side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from pydantic import BaseModel

from datasets.pool.stream import PoolEntry, PoolStream

Entry = TypeVar("Entry")
_KINDS: Mapping[str, Callable[[PoolEntry], object]] = {
    "pixels": lambda entry: [[file.sha256 for file in view.files] for view in entry.scan.views],
    "views": lambda entry: [_without(view, "files") for view in entry.scan.views],
    "files": lambda entry: [[(file.path, file.channels) for file in view.files] for view in entry.scan.views],
    "annotations": lambda entry: None if entry.annotated is None else [_said(one) for one in entry.annotated],
    "masks": lambda entry: [(one.view_id, one.mask) for one in entry.annotated or () if one.mask],
    "rights": lambda entry: entry.scan.rights,
    "group": lambda entry: entry.scan.group,
    "split": lambda entry: entry.scan.split,
    "declared": lambda entry: entry.scan.units,
    "examined for": lambda entry: (sorted(entry.scan.examined_for), entry.scan.exam_basis),
    "origin": lambda entry: (entry.scan.site, entry.scan.scanner, entry.scan.captured),
}
"""What can change in a scan, and the part of its record that says so; together they are the whole record."""


@dataclass(frozen=True)
class Difference:
    """A record that was added, removed or changed; `kinds` says what changed in a scan."""

    record: str
    name: str
    change: str
    kinds: tuple[str, ...] = ()


def differences(before: PoolStream, after: PoolStream) -> Iterator[Difference]:
    """All differences: of the pools' heads, then of scans, declarations and truth, each by rising name."""
    yield from _heads(before.info, after.info)
    by_name = attrgetter("scan.scan_id")
    for name, old, new in _side_by_side(before.entries(), after.entries(), by_name):
        if old is None or new is None:
            yield Difference("scan", name, "added" if old is None else "removed")
        elif kinds := _changed(old, new):
            yield Difference("scan", name, "changed", kinds)
    yield from _lines("declaration", before.declarations(), after.declarations(), "declaration_id")
    yield from _lines("truth", before.truth(), after.truth(), "unit_id")


def _heads(old: BaseModel, new: BaseModel) -> Iterator[Difference]:
    """Fields of pool.json; the hashes follow from what is in the other files."""
    for field in sorted(set(type(old).model_fields) - {"content_hash", "truth_hash"}):
        if getattr(old, field) != getattr(new, field):
            yield Difference("pool", field, "changed")


def _changed(old: PoolEntry, new: PoolEntry) -> tuple[str, ...]:
    return tuple(kind for kind, part in _KINDS.items() if part(old) != part(new))


def _lines(record: str, old: Iterable[BaseModel], new: Iterable[BaseModel], key: str) -> Iterator[Difference]:
    for name, one, other in _side_by_side(old, new, attrgetter(key)):
        if one is None or other is None:
            yield Difference(record, name, "added" if one is None else "removed")
        elif one != other:
            yield Difference(record, name, "changed")


def _side_by_side(
    old: Iterable[Entry], new: Iterable[Entry], name_of: Callable[[Entry], str]
) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    """Entries of both under each name, rising; None where one of them has none."""
    left, right = iter(old), iter(new)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        names = [name_of(entry) for entry in (one, other) if entry is not None]
        name = min(names)
        mine = one if one is not None and name_of(one) == name else None
        theirs = other if other is not None and name_of(other) == name else None
        yield name, mine, theirs
        one = one if mine is None else next(left, None)
        other = other if theirs is None else next(right, None)


def _without(record: BaseModel, field: str) -> dict[str, object]:
    return record.model_dump(exclude={field})


def _said(objects: BaseModel) -> dict[str, object]:
    return _without(objects, "mask")
