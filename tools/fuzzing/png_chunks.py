"""PNG chunks taken apart and written."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_file(width: int, height: int, bits: int, colour_type: int, packed: bytes, interlaced: bool = False) -> bytes:
    """A whole PNG around the zlib stream of its filtered rows."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, interlaced)
    return SIGNATURE + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


def png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and content of each chunk of a whole PNG."""
    chunks, position = [], len(SIGNATURE)
    while position < len(content):
        end = position + 8 + int(struct.unpack_from(">I", content, position)[0])
        chunks.append((content[position + 4 : position + 8], content[position + 8 : end]))
        position = end + 4
    return chunks
