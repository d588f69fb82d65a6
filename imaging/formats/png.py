"""PNG: 8 and 16 bit, grey, colour and palette."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from imaging.errors import UnreadableScan
from imaging.formats.cv import imdecode
from imaging.formats.picture import Picture, ReadLimits, truncated

_SIGNATURE_BYTES = 8
_HEADER_BYTES = 13
_SAMPLES = {0: 1, 2: 3, 3: 4, 4: 4, 6: 4}  # colour type -> samples a pixel once decoded (palettes and alpha expanded)
_GREY, _GREY_ALPHA = 0, 4


def decode_png(content: bytes, limits: ReadLimits) -> Picture:
    """Decode a PNG after its header, its checksums and its end have been checked.

    Raises:
        UnreadableScan: truncated, damaged or malformed.
        ScanTooLarge: the header passes the limits.
    """
    chunks = _chunks(content)
    kind, header = next(chunks, (b"", b""))
    if kind != b"IHDR" or len(header) != _HEADER_BYTES:
        raise UnreadableScan("a PNG begins with its header", f"chunk {kind!r}", "export the file again")
    width, height, bits, colour_type = struct.unpack(">IIBB", header[:10])
    limits.check(height, width, _SAMPLES.get(colour_type, 4) * (2 if bits == 16 else 1))
    kinds = {kind for kind, _ in chunks}
    if b"IEND" not in kinds:
        raise truncated("a PNG without its end marker")
    pixels = imdecode(content)
    if pixels.ndim == 2:
        return Picture(pixels[None], colour=False)
    if colour_type in (_GREY, _GREY_ALPHA):  # alpha made the decoder repeat the grey plane
        return Picture(np.ascontiguousarray(pixels[None, :, :, 0]), colour=False)
    return Picture(np.ascontiguousarray(pixels[:, :, 2::-1].transpose(2, 0, 1)), colour=True)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk, up to IEND or the end of the bytes; a wrong checksum is refused."""
    view, position, kind = memoryview(content), _SIGNATURE_BYTES, b""
    while position + 12 <= len(content) and kind != b"IEND":
        length = struct.unpack_from(">I", content, position)[0]
        end = position + 12 + length
        if end > len(content):
            raise truncated(f"a PNG that stops {end - len(content)} bytes early")
        kind = content[position + 4 : position + 8]
        if zlib.crc32(view[position + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            raise UnreadableScan("every PNG chunk fits its checksum", f"a damaged {kind!r}", "copy the file again")
        yield kind, content[position + 8 : end - 4] if kind == b"IHDR" else b""
        position = end
