"""TIFF and BigTIFF: pages of numbers, checked before they are decoded.

Levels are kept as they stand: the scale of WhiteIsZero files is not turned round, since it tells a printer how to show
the numbers, not what they are (TIFF 6.0, PhotometricInterpretation); a scanner profile says what they mean.
"""

from __future__ import annotations

import logging
import math
from typing import Any

import numpy as np
import tifffile

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import MOST_DEFLATE, Picture, ReadLimits, check_expansion, truncated
from imaging.formats.stream import stream_of
from imaging.formats.tiff_axes import arranged
from imaging.formats.tiff_pixels import page_planes

# What it logs about damaged files we find ourselves and raise; without a handler it would land on the terminal.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

# Bounded by the size of the strip. The others carry a picture header of their own, which could ask for any size.
COMPRESSIONS = {1: "none", 5: "LZW", 8: "deflate", 32946: "deflate", 32773: "PackBits", 34925: "LZMA", 50000: "zstd"}
# Most bytes that one stored byte unpacks to: a PackBits run is 128 of 2; a full LZW table, 4,094 growing strings in
# 12-bit codes; a zstd block 128 KiB of 4; LZMA matches of 273 at a fraction of a bit, measured 7,000, and room.
_MOST_UNPACKED = {"none": 1, "PackBits": 64, "LZW": 1400, "deflate": MOST_DEFLATE, "LZMA": 20_000, "zstd": 32_768}
_PREDICTORS = (1, 2, 3)  # none, horizontal differences, floating point
_PHOTOMETRIES = (0, 1, 2)  # white is zero, black is zero, RGB
_RGB, _UNPACKED = 2, 1
DTYPES = frozenset(map(np.dtype, ("u1", "u2", "u4", "i2", "i4", "f2", "f4", "f8")))
_TAGS_OF_ONE_PAGE, _TAGS_OF_MANY = 4096, 64  # parsing tags takes time: overlapping directories could hold billions


def decode_tiff(content: Content, limits: ReadLimits) -> Picture:
    """Decode a TIFF after each page's header and the place of each of its strips have been checked.

    Samples are uint8, uint16, uint32, int16, int32, float16, float32 or float64. Pages of one plane follow each other
    as planes, CHW, unless the file says that they are slices (ImageJ, OME or tifffile axes): then the volume is CDHW.
    Uncompressed pixels are a read-only view of `content` where byte order and alignment allow.

    Raises:
        UnreadableScan: truncated, damaged, or with strips missing (a decoder would fill them with zeros).
        UnsupportedScan: a layout, photometry, compression or dtype that is not read.
        ScanTooLarge: the header passes the limits.
    """
    with stream_of(content) as stream, tifffile.TiffFile(stream) as file:
        pages = _pages(file, limits)
        for page in pages:
            _check_page(page, len(content), len(pages), limits)
        first = pages[0]
        if len({(page.shape, page.dtype, page.photometric, page.planarconfig) for page in pages}) != 1:
            raise UnsupportedScan("the pages of one TIFF agree in size and type", "they differ", "write one file each")
        colour = first.photometric == _RGB
        if colour and len(pages) > 1:
            raise UnsupportedScan("a colour TIFF has one page", f"{len(pages)} pages", "write one file each")
        planes = page_planes(pages, content)
        return Picture(planes if colour else arranged(planes, len(pages), first.description), colour)


def _pages(file: Any, limits: ReadLimits) -> list[Any]:
    pages: list[Any] = []
    offsets: set[int] = set()
    tags = 0
    for index in range(limits.max_frames + 1):
        try:
            page = file.pages[index]
        except IndexError:
            break
        tags += len(page.tags)
        if tags > _TAGS_OF_ONE_PAGE + _TAGS_OF_MANY * index:
            raise UnsupportedScan(f"a TIFF page has about {_TAGS_OF_MANY} tags", f"{tags} in all", "export it again")
        if page.offset in offsets:
            raise UnreadableScan("pages of a TIFF follow one another", "a page twice", "export the file again")
        offsets.add(page.offset)
        if not page.is_reduced:
            pages.append(page)
    if not pages:
        raise UnreadableScan("a TIFF has a full-size page", "none", "export the file again")
    return pages


def _check_page(page: Any, file_bytes: int, pages: int, limits: ReadLimits) -> None:
    if page.dtype is None or np.dtype(page.dtype) not in DTYPES:
        names = ", ".join(sorted(dtype.name for dtype in DTYPES))
        raise UnsupportedScan(f"TIFF samples are {names}", f"{page.dtype}", "convert the file")
    if page.imagedepth != 1 or page.photometric not in _PHOTOMETRIES or page.predictor not in _PREDICTORS:
        raise UnsupportedScan(
            "a TIFF page is a flat picture of grey levels or RGB, its predictor none, horizontal or floating point",
            f"photometry {page.photometric!s}, depth {page.imagedepth}, predictor {page.predictor!s}",
            "convert the file",
        )
    if int(page.compression) not in COMPRESSIONS:
        raise UnsupportedScan(
            f"TIFF compression is one of {sorted(set(COMPRESSIONS.values()))}",
            f"{page.compression!s}",
            "write the file with zstd or deflate",
        )
    if int(page.compression) == _UNPACKED and page.predictor != 1:
        raise UnsupportedScan(
            "a predictor goes with compression (TIFF 6.0, section 14); without, some readers apply it and some do not",
            f"predictor {page.predictor!s} without compression",
            "write the file with zstd or deflate",
        )
    limits.check(page.imagelength, page.imagewidth, page.dtype.itemsize * page.samplesperpixel, pages)
    limits.check(math.prod(page.chunks), 1, page.dtype.itemsize)  # one padded tile may be larger than the picture
    _check_strips(page, file_bytes)
    decoded_bytes = page.imagelength * page.imagewidth * page.samplesperpixel * min(page.bitspersample, 64) / 8
    check_expansion(decoded_bytes, sum(page.databytecounts), _MOST_UNPACKED[COMPRESSIONS[int(page.compression)]])


def _check_strips(page: Any, file_bytes: int) -> None:
    strips = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    if len(strips) != math.prod(page.chunked):
        raise truncated(f"{len(strips)} of {math.prod(page.chunked)} TIFF strips")
    if any(count < 1 or offset < 1 or offset + count > file_bytes for offset, count in strips):
        raise truncated("TIFF strips that lie outside the file or are empty")
