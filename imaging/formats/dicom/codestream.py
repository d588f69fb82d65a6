"""Size and depth that a compressed frame states about itself, read before a decoder is let near it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from imaging.errors import UnreadableScan
from imaging.formats.picture import truncated

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}  # start of frame; F7 is JPEG-LS
_SCAN = 0xDA
_J2K_START = b"\xff\x4f\xff\x51"
_JP2_BOXES = b"\x00\x00\x00\x0cjP  "
_END = b"\xff\xd9"
_PADDING = b"\x00\xff "


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What a codestream says about its picture; `says_colour` when it names its colour space itself."""

    rows: int
    columns: int
    samples: int
    bits: int
    says_colour: bool = False


def jpeg_header(frame: bytes) -> FrameHeader:
    """The frame header of a JPEG (any process) or JPEG-LS codestream.

    Source: ITU-T T.81 annex B.2.2, ITU-T T.87 annex C.2.2.

    Raises:
        UnreadableScan: when there is none, or the codestream has no end.
    """
    _check_end(frame)
    if frame[:2] != b"\xff\xd8":
        raise _no_header(frame)
    position, says_colour = 2, False
    while position + 4 <= len(frame) and frame[position] == 0xFF:
        marker = frame[position + 1]
        if marker == 0xFF:  # fill
            position += 1
            continue
        length = struct.unpack_from(">H", frame, position + 2)[0]
        if marker in _JPEG_FRAMES and position + 10 <= len(frame):
            bits, rows, columns, samples = struct.unpack_from(">BHHB", frame, position + 4)
            return FrameHeader(rows, columns, samples, bits, says_colour)
        if marker == _SCAN:
            break
        says_colour |= frame[position + 4 : position + 9] in (b"JFIF\0", b"Adobe")
        position += 2 + max(length, 2)
    raise _no_header(frame)


def jpeg_2000_codestream(frame: bytes) -> bytes:
    """The bare codestream of a JPEG 2000 frame: some writers leave the boxes of a file around it.

    Source: ISO/IEC 15444-1 annex I.4 (boxes).

    Raises:
        UnreadableScan: when there is none.
    """
    position = 0
    while frame.startswith(_JP2_BOXES) and position + 8 <= len(frame):
        length, kind = struct.unpack_from(">I4s", frame, position)
        if kind == b"jp2c":
            return frame[position + 8 :]
        position += max(length, 8)
    if not frame.startswith(_J2K_START):
        raise _no_header(frame)
    return frame


def jpeg_2000_header(codestream: bytes) -> FrameHeader:
    """The SIZ segment of a JPEG 2000 or HTJ2K codestream. Source: ISO/IEC 15444-1 annex A.5.1.

    Raises:
        UnreadableScan: when there is none, or the codestream has no end.
    """
    _check_end(codestream)
    if not codestream.startswith(_J2K_START) or len(codestream) < 43:
        raise _no_header(codestream)
    right, bottom, left, top = struct.unpack_from(">IIII", codestream, 8)
    samples, depth = struct.unpack_from(">HB", codestream, 40)
    return FrameHeader(bottom - top, right - left, samples, (depth & 0x7F) + 1)


def _check_end(frame: bytes) -> None:
    if not frame[-64:].rstrip(_PADDING).endswith(_END):
        raise truncated("a compressed DICOM frame without its end marker")


def _no_header(frame: bytes) -> UnreadableScan:
    return UnreadableScan(
        "a compressed DICOM frame begins with its own header", f"{frame[:8]!r}", "copy or export the file again"
    )
