"""JPEG: 8 bit, grey or colour, baseline and progressive."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

import simplejpeg

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import Picture, ReadLimits, check_expansion, truncated
from imaging.formats.rearrange import channels_first

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # start-of-frame markers; the three are tables
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_SCAN, _END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")  # stuffed zeros, fill, TEM and restarts begin no segment
_MAX_SCANS = 64  # genuine progressive files have about ten; thousands only burn time
_MOST_PIXELS = 64 * 8 * 16  # of one byte: an 8x8 block takes a bit, and may stand for 4x4 blocks of pixels


@dataclass(frozen=True, slots=True)
class _Frame:
    bits: int
    height: int
    width: int
    components: int
    progressive: bool


def decode_jpeg(content: Content, limits: ReadLimits) -> Picture:
    """Decode a JPEG after its frame header and its end marker have been checked; planes are CHW uint8.

    Damage between header and end marker is refused where libjpeg meets it (data that end early or do not line up at
    a marker); a single changed bit mostly decodes to other pixels, which nothing in the format can tell.

    Source: ITU-T T.81, annex B (markers and headers).

    Raises:
        UnreadableScan: truncated, damaged or malformed (most decoders would fill the rest with grey).
        UnsupportedScan: more than 8 bits, neither grey nor colour, or an absurd number of scans.
        ScanTooLarge: the header passes the limits.
    """
    frame = _frame(content, limits)
    if frame.bits != 8 or frame.components not in (1, 3):
        raise UnsupportedScan(
            "JPEG is read with 8 bits a sample, grey or colour",
            f"{frame.bits} bits, {frame.components} components",
            "export PNG or TIFF",
        )
    try:
        if simplejpeg.decode_jpeg_header(content)[:2] != (frame.height, frame.width):
            raise truncated("two headers that differ")
        pixels = simplejpeg.decode_jpeg(content, "GRAY" if frame.components == 1 else "RGB", strict=True)
    except ValueError as error:
        raise UnreadableScan("a JPEG is whole and undamaged", str(error), "copy or export the file again") from error
    return Picture(channels_first(pixels), colour=frame.components == 3)


def _frame(content: Content, limits: ReadLimits) -> _Frame:
    """The frame header, checked against the limits, once the walk over all segments has reached the end marker."""
    frame, scans, position = None, 0, 2
    while (match := _MARKER.search(content, position)) is not None:
        marker, position = match[1][0], match.end()
        if marker == _END:
            if frame is None or scans == 0:
                raise truncated("a JPEG that ends before its picture")
            return frame
        if position + 2 > len(content):
            break
        length = struct.unpack_from(">H", content, position)[0]
        if marker in _FRAMES and position + 8 <= len(content):
            bits, height, width, components = struct.unpack_from(">BHHB", content, position + 2)
            frame = _Frame(bits, height, width, components, marker in _PROGRESSIVE)
            _check(frame, len(content), limits)
        scans += marker == _SCAN
        if scans > _MAX_SCANS:
            raise UnsupportedScan(f"a JPEG has at most {_MAX_SCANS} scans", "more", "export the file again")
        position += max(length, 2)
    raise truncated("a JPEG without its end marker")


def _check(frame: _Frame, file_bytes: int, limits: ReadLimits) -> None:
    """A progressive decoder holds two bytes a coefficient beside the pixels."""
    limits.check(frame.height, frame.width, max(frame.components, 1) * (3 if frame.progressive else 1))
    check_expansion(frame.height * frame.width, file_bytes, _MOST_PIXELS)
