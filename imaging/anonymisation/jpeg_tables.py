"""Tables of a JPEG that some scan uses; the others could be anything, and no decoder looks at them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from imaging.anonymisation.cleaned import Tally
from imaging.formats.content import Content

QUANTISATION, HUFFMAN, SCAN, RESTARTS, PRESETS = 0xDB, 0xC4, 0xDA, 0xDD, 0xF8
_OF_ALL_SCANS = frozenset(((RESTARTS, 0), (PRESETS, 0)))  # an interval, and parameters of JPEG-LS
_Place = tuple[int, int]  # which segment, and which table of it
_HEAD_BYTES = 4  # of a segment: marker and length


def without_unused_tables(
    segments: Sequence[tuple[int, Content]], frames: frozenset[int], tally: Tally
) -> list[Content]:
    """Segments without the tables that are defined again before a scan, or that no scan asks for.

    Args:
        segments: Marker of each, and its bytes from the marker on; each as long as its kind has to be.
        frames: Markers of frames.
        tally: Learns how many tables are gone.
    """
    used = _used(segments, frames)
    parts: list[Content] = []
    for number, (marker, segment) in enumerate(segments):
        tables = list(_tables(marker, segment))
        left = [table for place, (_, table) in enumerate(tables) if (number, place) in used]
        if len(left) == len(tables):
            parts.append(segment)
            continue
        tally["JPEG unused table", "removed"] += len(tables) - len(left)
        if left:
            parts.append(struct.pack(">BBH", 0xFF, marker, 2 + sum(map(len, left))) + b"".join(left))
    return parts


def _used(segments: Sequence[tuple[int, Content]], frames: frozenset[int]) -> set[_Place]:
    """The tables that are in force when a scan asks for them. Source: ITU-T T.81 B.2.2 to B.2.4."""
    in_force: dict[tuple[int, int], _Place] = {}
    quantisation: set[int] = set()
    used: set[_Place] = set()
    for number, (marker, segment) in enumerate(segments):
        in_force |= {(marker, name): (number, place) for place, (name, _) in enumerate(_tables(marker, segment))}
        value = bytes(segment[_HEAD_BYTES : _HEAD_BYTES + 3 * 256])
        if marker in frames:
            quantisation = set(value[8::3])
        if marker == SCAN:
            asked = _OF_ALL_SCANS | {(QUANTISATION, name) for name in quantisation}
            for tables in value[2 : 1 + 2 * value[0] : 2]:
                asked |= {(HUFFMAN, tables >> 4), (HUFFMAN, 0x10 | tables & 0xF)}
            used |= {in_force[each] for each in asked & in_force.keys()}
    return used


def _tables(marker: int, segment: Content) -> Iterator[tuple[int, bytes]]:
    """Name and bytes of each table of a segment; a Huffman table's name has its class in the upper four bits."""
    value = bytes(segment[_HEAD_BYTES:]) if marker in (QUANTISATION, HUFFMAN, RESTARTS, PRESETS) else b""
    while value:
        name, size = 0, len(value)
        if marker == QUANTISATION:
            name, size = value[0] & 0xF, 129 if value[0] >> 4 else 65
        elif marker == HUFFMAN:
            name, size = value[0], 17 + sum(value[1:17])
        yield name, value[:size]
        value = value[size:]
