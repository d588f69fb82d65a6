"""JPEG: 8 bit, grey or colour, baseline and progressive."""

from __future__ import annotations

import re
import struct

import numpy as np

from imaging.errors import UnsupportedScan
from imaging.formats.cv import imdecode
from imaging.formats.picture import Picture, ReadLimits, truncated

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # start-of-frame markers; the three are tables
_SCAN, _END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")  # stuffed zeros, fill and restarts are no markers
_MAX_SCANS = 64  # genuine progressive files have about ten; thousands only burn time


def decode_jpeg(content: bytes, limits: ReadLimits) -> Picture:
    """Decode a JPEG after its frame header and its end marker have been checked.

    Raises:
        UnreadableScan: truncated (a decoder would fill the rest with grey) or malformed.
        UnsupportedScan: more than 8 bits, or an absurd number of scans.
        ScanTooLarge: the header passes the limits.
    """
    bits, height, width, components = _frame(content, limits)
    if bits != 8:
        raise UnsupportedScan("JPEG is read with 8 bits a sample", f"{bits} bits", "export PNG or TIFF for more")
    pixels = imdecode(content)
    if pixels.shape[:2] != (height, width):
        raise truncated(f"{pixels.shape[:2]} pixels under a header of {(height, width)}")
    if pixels.ndim == 2 or components == 1:
        return Picture(np.atleast_3d(pixels)[None, :, :, 0], colour=False)
    return Picture(np.ascontiguousarray(pixels[:, :, 2::-1].transpose(2, 0, 1)), colour=True)


def _frame(content: bytes, limits: ReadLimits) -> tuple[int, int, int, int]:
    """Bits, rows, columns and components of the frame, once the walk over all segments has reached the end marker."""
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
            frame = struct.unpack_from(">BHHB", content, position + 2)
            limits.check(frame[1], frame[2], max(frame[3], 3))
        scans += marker == _SCAN
        if scans > _MAX_SCANS:
            raise UnsupportedScan(f"a JPEG has at most {_MAX_SCANS} scans", "more", "export the file again")
        position += max(length, 2)
    raise truncated("a JPEG without its end marker")
