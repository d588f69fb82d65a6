"""Where a PNG holds bytes among its pixels that no reader shows, and the same pixels written anew without them."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np

from imaging.anonymisation.deflated import only_rows
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.formats.png import decode_png
from imaging.writing.write import png_bytes

_SAMPLES = {0: 1, 2: 3, 3: 1}  # a pixel, by colour type, without alpha
_CODES = np.array([1 << 16, 1 << 8, 1])  # of red, green, blue


def hidden_in(header: bytes, packed: bytes) -> str | None:
    """What of a PNG no reader shows; None for nothing that could be told apart.

    Args:
        header: What its IHDR holds.
        packed: What its IDAT chunks hold.

    Raises:
        UnreadableScan: when the rows cannot be unpacked.
        ScanTooLarge: when they pass the limits.
    """
    width, height, bits, colour_type, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if colour_type not in _SAMPLES:
        return "PNG alpha"
    if interlaced:  # seven small pictures, each with ends of its own
        return "PNG interlacing"
    row_bits = width * bits * _SAMPLES[colour_type]
    row_bytes = 1 + -(-row_bits // 8)
    DEFAULT_LIMITS.check(height, width, bits * _SAMPLES[colour_type] / 8)
    rows = only_rows(packed, height * row_bytes)
    if rows is None:
        return "PNG bytes behind the last row"
    if row_bits % 8 and _hides_bits(rows, row_bytes, -row_bits % 8):
        return "PNG bits behind the last column"
    return None


def _hides_bits(rows: bytes | bytearray, row_bytes: int, unused: int) -> bool:
    """Whether the last bits of a row are other than zero, or filtered, so that nobody can tell."""
    rows_HB = np.frombuffer(rows, np.uint8).reshape(-1, row_bytes)
    return bool(rows_HB[:, 0].any() or (rows_HB[:, -1] & ((1 << unused) - 1)).any())


def written_anew(content: bytes) -> bytes:
    """The picture that readers of ours see, written anew without loss.

    Raises:
        UnreadableScan: when it cannot be read.
    """
    planes_CHW = decode_png(content, DEFAULT_LIMITS).planes
    return png_bytes(planes_CHW[0] if len(planes_CHW) == 1 else np.ascontiguousarray(planes_CHW.transpose(1, 2, 0)))


def palette_left(content: bytes, palette: bytes) -> bytes | None:
    """A file with black in the place of each colour of its palette that no pixel has; None where all are black or used.

    Raises:
        UnreadableScan: when it cannot be read.
    """
    planes_CHW = decode_png(content, DEFAULT_LIMITS).planes
    colours_N3 = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    used_N = np.isin(colours_N3 @ _CODES, np.tensordot(_CODES, planes_CHW.astype(np.int64), 1))
    if not colours_N3[~used_N].any():
        return None
    blanked = b"PLTE" + np.where(used_N[:, None], colours_N3, 0).astype(np.uint8).tobytes()
    checksum = struct.pack(">I", imagecodecs.deflate_crc32(blanked))
    begin = content.index(b"PLTE" + palette)
    return b"".join((content[:begin], blanked, checksum, content[begin + len(blanked) + 4 :]))
