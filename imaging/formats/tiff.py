"""TIFF: one or several channels of 8 or 16 bit or floating point, planar, interleaved or one a page."""

from __future__ import annotations

import io
import logging
import math
from typing import Any

import numpy as np
import tifffile

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.picture import Picture, ReadLimits, truncated
from imaging.scan import Pixels

# What it logs about damaged files we find ourselves and raise; without a handler it would land on the terminal.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

# Bounded by the size of the strip. The others carry a picture header of their own, which could ask for any size.
_COMPRESSIONS = {1: "none", 5: "LZW", 8: "deflate", 32946: "deflate", 32773: "PackBits", 34925: "LZMA", 50000: "zstd"}
_MIN_IS_BLACK, _RGB = 1, 2
_ALPHA = (1, 2)
_MAX_PAGES = 16


def decode_tiff(content: bytes, limits: ReadLimits) -> Picture:
    """Decode a TIFF after each page's header and the place of each of its strips have been checked.

    Raises:
        UnreadableScan: truncated, damaged, or with strips missing (a decoder would fill them with zeros).
        UnsupportedScan: a layout, photometry, compression or dtype that is not read.
        ScanTooLarge: the header passes the limits.
    """
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        pages = _pages(file)
        for page in pages:
            _check_page(page, len(content), len(pages), limits)
        if len({(page.shape, page.dtype, page.photometric) for page in pages}) != 1:
            raise UnsupportedScan("the pages of one TIFF agree in size and type", "they differ", "write one file each")
        planes = np.concatenate([_planes(page) for page in pages])
        colour = pages[0].photometric == _RGB
    if colour and planes.shape[0] != 3:
        raise UnsupportedScan("a colour TIFF has one page", f"{len(pages)} pages", "write one file each")
    return Picture(planes, colour)


def _pages(file: Any) -> list[Any]:
    pages, offsets = [], set()
    for index in range(_MAX_PAGES + 1):
        try:
            page = file.pages[index]
        except IndexError:
            break
        if page.offset in offsets:
            raise UnreadableScan("pages of a TIFF follow one another", "a page twice", "export the file again")
        offsets.add(page.offset)
        if not page.is_reduced:
            pages.append(page)
    if not pages:
        raise UnreadableScan("a TIFF has a full-size page", "none", "export the file again")
    if len(pages) > _MAX_PAGES:
        raise UnsupportedScan(f"a TIFF has at most {_MAX_PAGES} pages", "more", "write one file for each view")
    return pages


def _check_page(page: Any, file_bytes: int, pages: int, limits: ReadLimits) -> None:
    dtype = page.dtype
    if dtype is None or not (dtype in (np.uint8, np.uint16) or np.issubdtype(dtype, np.floating)):
        raise UnsupportedScan("TIFF samples are uint8, uint16 or floating point", f"{dtype}", "convert the file")
    if page.imagedepth != 1 or page.photometric not in (_MIN_IS_BLACK, _RGB):
        raise UnsupportedScan(
            "a TIFF page is a flat picture, black at zero, or RGB",
            f"photometry {page.photometric!s}, depth {page.imagedepth}",
            "convert the file",
        )
    if int(page.compression) not in _COMPRESSIONS:
        raise UnsupportedScan(
            f"TIFF compression is one of {sorted(set(_COMPRESSIONS.values()))}",
            f"{page.compression!s}",
            "write the file with zstd or deflate",
        )
    bytes_per_pixel = dtype.itemsize * page.samplesperpixel
    limits.check(page.imagelength, page.imagewidth, bytes_per_pixel, pages)
    limits.check(math.prod(page.chunks), 1, dtype.itemsize)  # one padded tile may be larger than the picture
    _check_strips(page, file_bytes)


def _check_strips(page: Any, file_bytes: int) -> None:
    strips = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    if len(strips) != math.prod(page.chunked):
        raise truncated(f"{len(strips)} of {math.prod(page.chunked)} TIFF strips")
    if any(count < 1 or offset < 1 or offset + count > file_bytes for offset, count in strips):
        raise truncated("TIFF strips that lie outside the file or are empty")


def _planes(page: Any) -> Pixels:
    """Planes of one page, CHW in native byte order, alpha dropped."""
    pixels: Pixels = page.asarray()
    if pixels.ndim == 2:
        pixels = pixels[None]
    elif int(page.planarconfig) == 1:
        pixels = pixels.transpose(2, 0, 1)
    wanted = 3 if page.photometric == _RGB else pixels.shape[0] - sum(int(kind) in _ALPHA for kind in page.extrasamples)
    return np.ascontiguousarray(pixels[:wanted], dtype=pixels.dtype.newbyteorder("="))
