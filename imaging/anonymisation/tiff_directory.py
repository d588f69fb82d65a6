"""Directories of a TIFF or BigTIFF: their numbers read within bounds, and written in one form."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from imaging.errors import UnreadableScan
from imaging.formats.picture import DEFAULT_LIMITS, truncated

Numbers = tuple[int, ...]

_TYPES = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}  # whole numbers without a sign, and offsets
_ASCII, _SHORT, _LONG, _LONG8 = 2, 3, 4, 16
_BYTES_OF_TYPES = {_ASCII: 1, _SHORT: 2, _LONG: 4, _LONG8: 8}
_MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class Form:
    """Byte order (`<` or `>`), and whether offsets have 64 bits. Source: TIFF 6.0 section 2; BigTIFF design."""

    order: Literal["<", ">"]
    big: bool

    @property
    def header_bytes(self) -> int:
        """Bytes before the first directory may begin."""
        return 16 if self.big else 8

    @property
    def offset(self) -> str:
        """Struct code of an offset, and of the count of values."""
        return "Q" if self.big else "I"

    def header(self) -> bytes:
        """The first bytes of a file whose first directory follows at once."""
        mark = b"II" if self.order == "<" else b"MM"
        if self.big:
            return mark + struct.pack(f"{self.order}HHHQ", 43, 8, 0, 16)
        return mark + struct.pack(f"{self.order}HI", 42, 8)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory: its type, how many values it has, and where they lie."""

    kind: int
    count: int
    begin: int


def form_of(view: memoryview) -> Form:
    """The form of a file that begins as a TIFF."""
    order: Literal["<", ">"] = "<" if bytes(view[:2]) == b"II" else ">"
    return Form(order, struct.unpack_from(f"{order}H", view, 2)[0] == 43)


def directories(view: memoryview, form: Form) -> Iterator[dict[int, Entry]]:
    """The entries of each directory by tag, the first of a tag where it stands there twice.

    Raises:
        UnreadableScan: when a directory leaves the file, stands there twice, or when there are too many.
    """
    seen: set[int] = set()
    (position,) = struct.unpack_from(f"{form.order}{form.offset}", view, form.header_bytes // 2)
    while position:
        if position in seen or len(seen) > DEFAULT_LIMITS.max_frames:
            raise UnreadableScan("pages of a TIFF follow one another", "a page twice", "export the file again")
        seen.add(position)
        entries, position = _directory(view, position, form)
        yield entries


def _directory(view: memoryview, position: int, form: Form) -> tuple[dict[int, Entry], int]:
    count_code, entry_bytes = ("Q", 20) if form.big else ("H", 12)
    start = position + struct.calcsize(f"={count_code}")
    if start > len(view):
        raise truncated("a TIFF directory that lies outside the file")
    (count,) = struct.unpack_from(f"{form.order}{count_code}", view, position)
    end = start + count * entry_bytes
    if count > _MOST_ENTRIES or end + struct.calcsize(f"={form.offset}") > len(view):
        raise truncated("a TIFF directory that does not fit its file")
    found: dict[int, Entry] = {}
    for at in range(start, end, entry_bytes):
        tag, kind, values = struct.unpack_from(f"{form.order}HH{form.offset}", view, at)
        inside = at + 4 + struct.calcsize(f"={form.offset}")
        item_bytes = _BYTES_OF_TYPES.get(kind) or np.dtype(_TYPES.get(kind, "u1")).itemsize
        if values * item_bytes > struct.calcsize(f"={form.offset}"):
            (inside,) = struct.unpack_from(f"{form.order}{form.offset}", view, inside)
        found.setdefault(tag, Entry(kind, values, inside))
    return found, int(struct.unpack_from(f"{form.order}{form.offset}", view, end)[0])


def numbers(view: memoryview, entry: Entry, form: Form) -> Numbers:
    """The values of an entry that holds whole numbers.

    Raises:
        UnreadableScan: when it holds something else, or its values leave the file.
    """
    dtype = _TYPES.get(entry.kind)
    if dtype is None or entry.begin + entry.count * np.dtype(dtype).itemsize > len(view):
        raise truncated("TIFF numbers that are none or lie outside the file")
    values = np.frombuffer(view, np.dtype(dtype).newbyteorder(form.order), entry.count, entry.begin)
    return tuple(values.tolist())


def text(view: memoryview, entry: Entry) -> str:
    """The text of an entry up to its first zero; empty where it lies outside the file or is of another type."""
    if entry.kind != _ASCII:
        return ""
    return bytes(view[entry.begin : entry.begin + entry.count]).split(b"\0")[0].decode("latin-1").strip()


def written(pages: Sequence[Mapping[int, Numbers | str]], form: Form) -> bytes:
    """Header and directories one behind the other, tags in order, values behind each directory.

    A number takes the smallest of SHORT and LONG that holds all values of its tag (offsets and counts: always the size
    of the file's offsets), so that sizes do not depend on what the offsets turn out to be.
    """
    parts = [form.header()]
    position = form.header_bytes
    for index, page in enumerate(pages):
        directory = _packed(page, position, form, last=index == len(pages) - 1)
        parts.append(directory)
        position += len(directory)
    return b"".join(parts)


def _packed(page: Mapping[int, Numbers | str], position: int, form: Form, *, last: bool) -> bytes:
    offset_bytes = struct.calcsize(f"={form.offset}")
    count_code, entry_bytes = ("Q", 20) if form.big else ("H", 12)
    behind = position + struct.calcsize(f"={count_code}") + len(page) * entry_bytes + offset_bytes
    entries, values = [], []
    for tag in sorted(page):
        kind, packed = _value(tag, page[tag], form)
        count = len(packed) // _BYTES_OF_TYPES[kind]
        inside = packed.ljust(offset_bytes, b"\0")
        if len(packed) > offset_bytes:
            inside = struct.pack(f"{form.order}{form.offset}", behind)
            values.append(packed + bytes(-len(packed) % 8))
            behind += len(values[-1])
        entries.append(struct.pack(f"{form.order}HH{form.offset}", tag, kind, count) + inside)
    behind += -behind % 8
    link = struct.pack(f"{form.order}{form.offset}", 0 if last else behind)
    directory = b"".join((struct.pack(f"{form.order}{count_code}", len(page)), *entries, link, *values))
    return directory.ljust(behind - position, b"\0")


OFFSETS_AND_COUNTS = frozenset((273, 279, 324, 325))


def _value(tag: int, value: Numbers | str, form: Form) -> tuple[int, bytes]:
    if isinstance(value, str):
        return _ASCII, value.encode("ascii") + b"\0"
    kind = _SHORT if max(value, default=0) <= 0xFFFF else _LONG
    if tag in OFFSETS_AND_COUNTS:
        kind = _LONG8 if form.big else _LONG
    return kind, np.array(value, np.dtype(_TYPES[kind]).newbyteorder(form.order)).tobytes()
