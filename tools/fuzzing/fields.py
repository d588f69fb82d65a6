"""Where the header fields of a file stand: (offset, bytes, byte order), for mutations that know the format."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

Field = tuple[int, int, str]

_DICOM_TAGS = (
    ((0x0028, element) for element in (0x0002, 0x0008, 0x0010, 0x0011, 0x0100, 0x0101, 0x0102, 0x0103, 0x0006)),
    ((0x7FE0, 0x0010), (0x0020, 0x0013), (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0x4010, 0x1033), (0x0040, 0xA730)),
)
_TAGS = tuple(tag for group in _DICOM_TAGS for tag in group)


def fields_of(format_name: str, content: bytes) -> list[Field]:
    """Fields of a whole, undamaged file of this format; empty for a format without such knowledge."""
    finder = _FINDERS.get(format_name)
    return [] if finder is None else [field for field in finder(content) if field[0] + field[1] <= len(content)]


def _png(content: bytes) -> Iterator[Field]:
    yield from ((16, 4, ">"), (20, 4, ">"), *((offset, 1, ">") for offset in range(24, 29)))
    position = 8
    while position + 12 <= len(content):
        yield position, 4, ">"
        position += 12 + int(struct.unpack_from(">I", content, position)[0])


def _jpeg(content: bytes) -> Iterator[Field]:
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF and content[position + 1] != 0xDA:
        yield position + 2, 2, ">"
        if content[position + 1] in (0xC0, 0xC1, 0xC2):  # bits, rows, columns, components and their sampling
            yield from ((position + 4, 1, ">"), (position + 5, 2, ">"), (position + 7, 2, ">"))
            yield from ((position + offset, 1, ">") for offset in range(9, 19))
        position += 2 + int(struct.unpack_from(">H", content, position + 2)[0])
    yield from ((position + offset, 1, ">") for offset in range(2, 14))


def _tiff(content: bytes) -> Iterator[Field]:
    order = "<" if content[:2] == b"II" else ">"
    big = struct.unpack_from(f"{order}H", content, 2)[0] == 43
    wide, entry_bytes, counted = (8, 20, 8) if big else (4, 12, 2)
    place = 8 if big else 4
    yield place, wide, order
    start = int(struct.unpack_from(f"{order}{'Q' if big else 'I'}", content, place)[0])
    entries = int(struct.unpack_from(f"{order}{'Q' if big else 'H'}", content, start)[0])
    yield start, counted, order
    for entry in range(start + counted, start + counted + entries * entry_bytes, entry_bytes):
        yield from ((entry, 2, order), (entry + 2, 2, order), (entry + 4, wide, order))
        yield from ((entry + 4 + wide, 2, order), (entry + 4 + wide, 4, order))
    yield start + counted + entries * entry_bytes, wide, order  # where the next page stands


def _dicom(content: bytes) -> Iterator[Field]:
    """Lengths and values behind the tags that size the picture, in either byte order and with or without a VR."""
    for order in "<>":
        for tag in _TAGS:
            position = content.find(struct.pack(f"{order}HH", *tag))
            while position >= 0:
                yield from ((position + 4, 4, order), (position + 6, 2, order), (position + 8, 2, order))
                yield from ((position + 8, 4, order), (position + 4, 2, order))
                position = content.find(struct.pack(f"{order}HH", *tag), position + 4)


_FINDERS: dict[str, Callable[[bytes], Iterator[Field]]] = {
    "png": _png,
    "jpeg": _jpeg,
    "tiff": _tiff,
    "dicom": _dicom,
    "dicos": _dicom,
    "series": _dicom,
    "tdr": _dicom,
}
