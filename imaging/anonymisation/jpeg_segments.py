"""Segments of a JPEG or JPEG-LS codestream: tables, frame and scans stay, applications' data and comments go."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imaging.anonymisation.cleaned import Tally
from imaging.anonymisation.jpeg_tables import HUFFMAN, PRESETS, QUANTISATION, RESTARTS, SCAN, without_unused_tables
from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import truncated

_LOSSLESS_FRAME = 0xF7  # of JPEG-LS
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {_LOSSLESS_FRAME}
_END, _COMMENT = 0xD9, 0xFE
_JFIF, _ADOBE, _TRANSFORM = 0xE0, 0xEE, 0xE8
_APPLICATIONS = range(0xE0, 0xF0)
# Stuffed zeros, fill, TEM and restarts begin no segment; JPEG-LS stuffs a bit: what begins with 0 is no marker.
_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
_LOSSLESS_MARKER = re.compile(rb"\xff([\x80-\xcf\xd8-\xfe])")
_DEFAULT_JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"  # version 1.1, square pixels of no size, no thumbnail
_COLOUR_TRANSFORMS = (b"mrfx\0", b"mrfx\1", b"mrfx\2", b"mrfx\3")  # Hewlett-Packard's of JPEG-LS
_NAMES = {
    (0xE1, b"Exif\0"): "EXIF",
    (0xE1, b"http:"): "XMP",
    (0xE2, b"ICC_P"): "colour profile",
    (0xE2, b"MPF\0"): "further pictures",
    (0xED, b"Photo"): "Photoshop",
    (_JFIF, b"JFIF\0"): "JFIF",
    (_JFIF, b"JFXX\0"): "thumbnail",
    (_ADOBE, b"Adobe"): "Adobe",
}


@dataclass(frozen=True, slots=True)
class _Segment:
    """A marker, and where its value and the coded data behind it lie."""

    marker: int
    begin: int  # of the marker; the value is four bytes behind it
    value_end: int
    end: int  # behind the coded data of a scan, else of the value


def clean_segments(content: Content, tally: Tally) -> tuple[list[Content], int]:
    """Parts of a codestream without what names anybody, and where it ends; `tally` learns what is gone.

    Coded data and the tables that they use stay as they are. JFIF becomes its default, without a thumbnail; of Adobe's
    segment only the colour transform is left. Source: ITU-T T.81 annex B, T.87 annex C, T.871 (JFIF), T.872 section
    6.5.3 (Adobe).

    Raises:
        UnreadableScan: truncated, or a segment of another length than its kind has.
        UnsupportedScan: a segment that is not known, or several frames.
    """
    view = memoryview(content)
    stays: list[tuple[int, Content]] = []
    seen: set[int] = set()  # kinds of segments that stay
    position = 2
    for segment in _segments(view):
        if bytes(view[position : segment.begin]).strip(b"\xff"):
            tally["JPEG bytes between segments", "removed"] += 1
        position = segment.end
        value = bytes(view[segment.begin + 4 : segment.value_end])
        if segment.marker == _COMMENT or segment.marker in _APPLICATIONS:
            left: Content | None = _application(segment.marker, value, seen, tally)
        else:
            _check(segment.marker, value, seen)
            left = view[segment.begin : segment.end]
        if left is not None:
            stays.append((segment.marker, left))
            seen.add(segment.marker)
    if SCAN not in seen or not seen & _FRAMES:
        raise truncated("a JPEG that ends before its picture")
    return [b"\xff\xd8", *without_unused_tables(stays, _FRAMES, tally)], position


def _segments(view: memoryview) -> Iterator[_Segment]:
    """All segments up to the end marker."""
    position, pattern = 2, _MARKER
    while (match := pattern.search(view, position)) is not None:
        marker, behind = match[1][0], match.end()
        if marker == _END:
            yield _Segment(marker, match.start(), behind, behind)
            return
        pattern = _LOSSLESS_MARKER if marker == _LOSSLESS_FRAME else pattern
        if behind + 2 > len(view):
            break
        position = value_end = behind + max(struct.unpack_from(">H", view, behind)[0], 2)
        if marker == SCAN:
            found = pattern.search(view, position)
            position = len(view) if found is None else found.start()
        if value_end > len(view):
            break
        yield _Segment(marker, match.start(), value_end, position)
    raise truncated("a JPEG without its end marker")


def _application(marker: int, value: bytes, seen: set[int], tally: Tally) -> bytes | None:
    """What is left of an application's segment or comment: what a decoder needs of it, once; None for nothing."""
    name = "comment" if marker == _COMMENT else f"APP{marker - 0xE0}"
    known = next((what for (of, begin), what in _NAMES.items() if of == marker and value.startswith(begin)), "")
    left = None if marker in seen else _needed(marker, value)
    if left is None or left[4:] != value:
        tally[f"JPEG {name} {known}".rstrip(), "removed" if left is None else "replaced"] += 1
    return left


def _needed(marker: int, value: bytes) -> bytes | None:
    if marker == _JFIF and value[:5] == b"JFIF\0":
        return _DEFAULT_JFIF
    if marker == _ADOBE and value[:5] == b"Adobe":
        return _adobe(value[11:12])
    if marker == _TRANSFORM and value in _COLOUR_TRANSFORMS:
        return b"\xff\xe8\0\x07" + value
    return None


def _adobe(transform: bytes) -> bytes:
    """Adobe's segment with a transform, or with nothing but the name where it is too short to have one."""
    if transform > b"\2":
        raise UnsupportedScan("colours of a JPEG are transformed in a known way", "another", "export the file again")
    return b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + transform if transform else b"\xff\xee\0\x07Adobe"


def _check(marker: int, value: bytes, seen: set[int]) -> None:
    """Refuse a segment that is not known, or longer or shorter than it says: bytes left over could be anything."""
    fits = _SHAPES.get(marker)
    if fits is None or (marker in _FRAMES and seen & _FRAMES):
        found = "another one" if fits is None else "several frames"
        raise UnsupportedScan("segments of a JPEG are those of one picture", found, "export the file again")
    if not fits(value):
        raise UnreadableScan("a JPEG segment is as long as it says", "one that is not", "export the file again")


def _is_frame(value: bytes) -> bool:
    return len(value) >= 6 and len(value) == 6 + 3 * value[5]


def _is_scan(value: bytes) -> bool:
    return len(value) >= 1 and len(value) == 4 + 2 * value[0]


def _are_quantisation_tables(value: bytes) -> bool:
    position = 0
    while position < len(value):
        position += 129 if value[position] >> 4 else 65
    return position == len(value)


def _are_huffman_tables(value: bytes) -> bool:
    position = 0
    while position + 17 <= len(value):
        position += 17 + sum(value[position + 1 : position + 17])
    return position == len(value)


_SHAPES: dict[int, Callable[[bytes], bool]] = {
    **dict.fromkeys(_FRAMES, _is_frame),
    SCAN: _is_scan,
    QUANTISATION: _are_quantisation_tables,
    HUFFMAN: _are_huffman_tables,
    _END: lambda value: not value,
    RESTARTS: lambda value: len(value) == 2,
    PRESETS: lambda value: len(value) == 11 and value[0] == 1,  # the only kind that is no table
}
