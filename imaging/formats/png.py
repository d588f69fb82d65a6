"""PNG: 1 to 16 bit, grey, colour and palette."""

from __future__ import annotations

import logging
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import imagecodecs

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import MOST_DEFLATE, Picture, ReadLimits, check_expansion, truncated
from imaging.formats.rearrange import channels_first
from imaging.scan import Pixels

# What it logs about odd but readable files would land on the operator's terminal.
logging.getLogger("imagecodecs").addHandler(logging.NullHandler())

_SIGNATURE_BYTES = 8
_HEADER_BYTES = 13
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type -> samples a pixel
_PALETTE, _PALETTE_SAMPLES = 3, 3
# Of an interlaced picture: first column and row, steps between columns and rows.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # x, y, steps


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    bits: int
    colour_type: int
    interlaced: bool

    def decoded_bytes_per_pixel(self) -> int:
        samples = _PALETTE_SAMPLES if self.colour_type == _PALETTE else _SAMPLES[self.colour_type]
        return samples * (2 if self.bits == 16 else 1)

    def row_bytes(self) -> int:
        """Bytes of all filtered rows: each row of each pass has one byte more, its filter."""
        passes = _PASSES if self.interlaced else ((0, 0, 1, 1),)
        sizes = ((_steps(self.width, x, dx), _steps(self.height, y, dy)) for x, y, dx, dy in passes)
        bits_per_pixel = self.bits * _SAMPLES[self.colour_type]
        return sum(rows * (1 + math.ceil(columns * bits_per_pixel / 8)) for columns, rows in sizes if columns)


def decode_png(content: Content, limits: ReadLimits) -> Picture:
    """Decode a PNG after its header, its checksums and its end have been checked.

    Planes are CHW, uint8 (palettes and 1, 2, 4 bits, which are spread over 0 to 255) or uint16. Gamma, colour profile
    and transparency are not applied; of an animation the default picture is read.

    Source: W3C PNG specification, third edition: 5 (chunks), 8 (interlacing), 10 (compression), 11.2 (critical chunks).

    Raises:
        UnreadableScan: truncated, damaged or malformed.
        UnsupportedScan: a critical chunk that the standard does not know.
        ScanTooLarge: the header passes the limits.
    """
    chunks = _chunks(content)
    header = _header(*next(chunks, (b"", memoryview(b""))))
    limits.check(header.height, header.width, header.decoded_bytes_per_pixel())
    check_expansion(header.row_bytes(), len(content), MOST_DEFLATE)
    kept: dict[bytes, list[memoryview]] = {b"IDAT": [], b"PLTE": [], b"IEND": []}
    for kind, inside in chunks:
        if kind in kept:
            kept[kind].append(inside)
        elif kind[:1].isupper():
            raise UnsupportedScan("critical PNG chunks are those of the standard", f"{kind!r}", "export the file again")
    if not kept[b"IEND"]:
        raise truncated("a PNG without its end marker")
    beginning = bytes(content[: _SIGNATURE_BYTES + 12 + _HEADER_BYTES])
    pixels = _pixels(header, beginning, kept[b"PLTE"], b"".join(kept[b"IDAT"]))
    if pixels.ndim == 2:
        return Picture(pixels[None], colour=False)
    colour = pixels.shape[2] > 2
    return Picture(channels_first(pixels)[: 3 if colour else 1], colour)


def _pixels(header: _Header, beginning: bytes, palettes: list[memoryview], packed: bytes) -> Pixels:
    """Unpack the rows to exactly what the header says, and have libpng undo their filters.

    libpng alone would go on unpacking behind the last row for as long as there is data, at a gigabyte for each
    megabyte; and its zlib is half as fast as the one here. It gets the rows stored without compression.
    """
    try:
        rows = imagecodecs.deflate_decode(packed, out=header.row_bytes())
        if len(rows) != header.row_bytes():
            raise truncated(f"{len(rows)} of {header.row_bytes()} bytes of PNG rows")
        stored = bytes(imagecodecs.zlibng_encode(rows, level=0))
        parts = [*((b"PLTE", bytes(palette)) for palette in palettes), (b"IDAT", stored), (b"IEND", b"")]
        pixels: Pixels = imagecodecs.png_decode(b"".join([beginning, *(_chunk(*part) for part in parts)]))
    except (RuntimeError, ValueError) as error:  # its own error types, and one where its message is no UTF-8
        raise UnreadableScan("a PNG is whole and undamaged", str(error), "copy or export the file again") from error
    return pixels


def _header(kind: bytes, inside: memoryview) -> _Header:
    if kind != b"IHDR" or len(inside) != _HEADER_BYTES:
        raise UnreadableScan("a PNG begins with its header", f"chunk {kind!r}", "export the file again")
    width, height, bits, colour_type, _, _, interlace = struct.unpack(">IIBBBBB", inside)
    if colour_type not in _SAMPLES or bits not in (1, 2, 4, 8, 16) or interlace > 1:
        raise UnreadableScan(
            "a PNG has 1 to 16 bits, one of five colour types, and is interlaced or not",
            f"{bits} bits, colour type {colour_type}, interlace {interlace}",
            "export the file again",
        )
    return _Header(width, height, bits, colour_type, interlace == 1)


def _chunks(content: Content) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and content of each chunk, up to IEND or the end of the bytes; a wrong checksum is refused."""
    view, position, kind = memoryview(content), _SIGNATURE_BYTES, b""
    while position + 12 <= len(content) and kind != b"IEND":
        length = struct.unpack_from(">I", content, position)[0]
        end = position + 12 + length
        if end > len(content):
            raise truncated(f"a PNG that stops {end - len(content)} bytes early")
        kind = bytes(content[position + 4 : position + 8])
        if zlib.crc32(view[position + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            raise UnreadableScan("every PNG chunk fits its checksum", f"a damaged {kind!r}", "copy the file again")
        yield kind, view[position + 8 : end - 4]
        position = end


def _chunk(kind: bytes, inside: bytes) -> bytes:
    checksum = imagecodecs.deflate_crc32(kind + inside)  # 8 times as fast as zlib's, which alone takes views
    return b"".join([struct.pack(">I", len(inside)), kind, inside, struct.pack(">I", checksum)])


def _steps(length: int, first: int, step: int) -> int:
    return max(0, math.ceil((length - first) / step))
