"""JPEG 2000 codestreams, as they stand in DICOM files: what decodes the picture stays, comments and pointers go."""

from __future__ import annotations

import struct
from collections.abc import Callable

from imaging.anonymisation.cleaned import Tally
from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.dicom.codestream import jpeg_2000_codestream
from imaging.formats.picture import truncated

_TILE, _DATA, _END = 0xFF90, 0xFF93, 0xFFD9
_LENGTH_PLACE = 6  # of a tile-part, in its header
_COMMENT = 0xFF64
# Profiles, lengths of tile-parts and packets, offsets of components: decoders do without, and they may say anything.
_POINTERS = frozenset((0xFF55, 0xFF56, 0xFF57, 0xFF58, 0xFF59, 0xFF63))
_CAPABILITIES = 0xFF50
_HIGH_THROUGHPUT = b"\0\x02\0\0"  # the only one of these capabilities that is read; 16 bits on it follow
_FITS: dict[int, Callable[[bytes], bool]] = {
    _CAPABILITIES: lambda value: len(value) == 6 and value.startswith(_HIGH_THROUGHPUT),
    0xFF51: lambda value: len(value) >= 39 and len(value) == 36 + 3 * value[35],  # size
    # Coding and quantisation styles, regions, progression, packed headers: a decoder refuses others.
    **dict.fromkeys((0xFF52, 0xFF53, 0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61), lambda _: True),
}


def clean_jpeg_2000(frame: bytes, tally: Tally) -> bytes:
    """A frame without comments and pointers, without boxes around it, and without bytes behind its end.

    Source: ISO/IEC 15444-1 annex A (markers), A.4.2 (tile-parts), A.7 (pointers), A.9.2 (comment); 15444-15 (CAP).

    Raises:
        UnreadableScan: when there is no codestream, or it has no end.
        UnsupportedScan: a segment that is not known.
    """
    codestream = jpeg_2000_codestream(frame)
    header, position = _segments(codestream, 2, (_TILE, _END), tally)
    parts = [codestream[:2], header]
    while _marker(codestream, position) == _TILE:
        part, position = _tile(codestream, position, tally)
        parts.append(part)
    if _marker(codestream, position) != _END:
        raise UnreadableScan("tiles follow one another", "something between", "export the file again")
    if codestream != frame or codestream[position + 2 :].strip(b"\0"):
        tally["JPEG 2000 bytes around the codestream", "removed"] += 1
    return b"".join((*parts, codestream[position : position + 2]))


def _segments(codestream: bytes, position: int, until: tuple[int, ...], tally: Tally) -> tuple[bytes, int]:
    """The segments that stay of a header, and where it ends."""
    parts = []
    while (marker := _marker(codestream, position)) not in until:
        end = position + 2 + max(_marker(codestream, position + 2), 2)
        if marker == _COMMENT or marker in _POINTERS:
            tally[f"JPEG 2000 {'comment' if marker == _COMMENT else 'pointer'}", "removed"] += 1
        elif marker in _FITS and _FITS[marker](codestream[position + 4 : end]):
            parts.append(codestream[position:end])
        else:
            raise UnsupportedScan("segments of a JPEG 2000 codestream are known", "another", "export it again")
        position = end
    return b"".join(parts), position


def _tile(codestream: bytes, begin: int, tally: Tally) -> tuple[bytes, int]:
    """A tile-part with its length, and where it ends; the last may leave its length open."""
    behind = begin + 12
    if behind > len(codestream) or _marker(codestream, begin + 2) != 10:
        raise truncated("a JPEG 2000 tile without its header")
    length = struct.unpack_from(">I", codestream, begin + _LENGTH_PLACE)[0]
    header, data = _segments(codestream, behind, (_DATA,), tally)
    end = begin + length if length else codestream.rfind(b"\xff\xd9")
    if end < data + 2:
        raise truncated("a JPEG 2000 tile that ends before its data")
    left = 12 + len(header) + end - data if length else 0
    opening = codestream[begin : begin + _LENGTH_PLACE] + struct.pack(">I", left) + codestream[begin + 10 : behind]
    return b"".join((opening, header, codestream[data:end])), end


def _marker(codestream: bytes, position: int) -> int:
    if position + 2 > len(codestream):
        raise truncated("a JPEG 2000 codestream without its end")
    return int(struct.unpack_from(">H", codestream, position)[0])
