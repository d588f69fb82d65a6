"""Where a TIFF holds bytes among its pixels that no reader shows, and the same pixels written anew without them."""

from __future__ import annotations

import lzma
from collections.abc import Callable

import imagecodecs

from imaging.anonymisation.deflated import only_rows
from imaging.anonymisation.tiff_page import Page
from imaging.errors import UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.formats.tiff import COMPRESSIONS, decode_tiff
from imaging.writing.write import tiff_bytes

_REPEATED_BYTE, _CHECKSUM = 1, 4  # a type of zstd blocks; a bit of what describes a frame
_END_OF_LZW = 3  # bytes that the code of the end may reach into, and filling


def hidden_in(view: memoryview, page: Page) -> str | None:
    """What of a page that can be decoded no reader shows; None for nothing."""
    if page.samples_shown != page.samples:
        return "TIFF alpha"
    if page.overhangs:
        return "TIFF padding of tiles and rows"
    holds_more = _HOLD_MORE.get(COMPRESSIONS[page.compression])
    if holds_more and any(holds_more(view[one.begin : one.begin + one.size], one.unpacked) for one in page.strips):
        return "TIFF bytes behind coded rows"
    return None


def written_anew(content: Content) -> bytes:
    """A file of ours with all pixels of another.

    Raises:
        UnreadableScan: when it cannot be read.
        UnsupportedScan: when it would be read as something else.
    """
    picture = decode_tiff(content, DEFAULT_LIMITS)
    anew = tiff_bytes(picture.planes)
    again = decode_tiff(anew, DEFAULT_LIMITS)
    if again.colour != picture.colour or again.planes.tobytes() != picture.planes.tobytes():
        raise UnsupportedScan("three planes of a TIFF with alpha or padding are colour", "grey ones", "export PNG")
    return anew


def _deflate_holds_more(coded: memoryview, unpacked: int) -> bool:
    return only_rows(bytes(coded), unpacked) is None


def _lzw_holds_more(coded: memoryview, unpacked: int) -> bool:
    """Nothing says where a decoder stopped: one that gets the same without the last bytes did so before them."""
    return len(imagecodecs.lzw_decode(bytes(coded[:-_END_OF_LZW]), out=unpacked)) == unpacked


def _lzma_holds_more(coded: memoryview, unpacked: int) -> bool:
    unpacking = lzma.LZMADecompressor()
    rows = unpacking.decompress(coded, unpacked + 1)
    return len(rows) > unpacked or not unpacking.eof or bool(unpacking.unused_data)


def _zstd_holds_more(coded: memoryview, _unpacked: int) -> bool:
    """Whether something follows the first frame, such as one that decoders skip. Source: RFC 8878, 3.1.1."""
    described = coded[4]
    alone = described >> 5 & 1
    sizes = ((1 if alone else 0), 2, 4, 8)
    position = 6 - alone + (0, 1, 2, 4)[described & 3] + sizes[described >> 6]
    last = False
    while not last:
        block = int.from_bytes(coded[position : position + 3], "little")
        last = bool(block & 1)
        position += 3 + (1 if block >> 1 & 3 == _REPEATED_BYTE else block >> 3)
    return position + (4 if described & _CHECKSUM else 0) != len(coded)


# PackBits is not among them: a reader refuses it with more or less than the rows.
_HOLD_MORE: dict[str, Callable[[memoryview, int], bool]] = {
    "deflate": _deflate_holds_more,
    "LZW": _lzw_holds_more,
    "LZMA": _lzma_holds_more,
    "zstd": _zstd_holds_more,
}
