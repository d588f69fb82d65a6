"""Small whole files of the plain formats: every colour type, compression and layout that is read."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import tifffile
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import Image

from tools.fuzzing.png_chunks import png_file

Named = tuple[str, bytes]
_SIDES = (16, 24)
_TIFF_COMPRESSIONS = ("none", "lzw", "zlib", "zstd", "lzma", "packbits")


def small_picture() -> NDArray[np.uint16]:
    """16x24 of 16 bits: a slope in both directions, with noise."""
    rows, columns = np.mgrid[: _SIDES[0], : _SIDES[1]]
    noise = np.random.default_rng(0).integers(0, 300, _SIDES)
    picture: NDArray[np.uint16] = (20_000 + 900 * rows + 700 * columns + noise).astype(np.uint16)
    return picture


def png_seeds() -> Iterator[Named]:
    """Grey, colour, alpha and palette of 1 to 16 bits, and one interlaced."""
    grey = small_picture()
    byte = (grey >> 8).astype(np.uint8)
    yield "grey8", _encoded(".png", byte)
    yield "grey16", _encoded(".png", grey)
    yield "colour8", _encoded(".png", cv2.merge([byte, byte // 2, 255 - byte]))
    yield "colour16", _encoded(".png", cv2.merge([grey, grey // 2, grey // 3]))
    yield "alpha16", _encoded(".png", cv2.merge([grey, grey // 2, grey // 3, grey]))
    yield "palette", _saved(Image.fromarray(byte).convert("P"))
    yield "bits1", _saved(Image.fromarray(byte).convert("1"))
    yield "grey_alpha8", _saved(Image.fromarray(byte).convert("LA"))
    yield "transparent_level", _saved(Image.fromarray(byte), transparency=3)
    passes = bytes([0, 10]) + bytes([0, 20]) + bytes([0, 30, 40])  # of the seven only 1, 6 and 7 touch a 2x2 picture
    yield "interlaced", png_file(2, 2, 8, 0, zlib.compress(passes), interlaced=True)


def jpeg_seeds() -> Iterator[Named]:
    """Grey and colour, baseline, progressive, with restart markers."""
    byte = (small_picture() >> 8).astype(np.uint8)
    colour = cv2.merge([byte, byte // 2, 255 - byte])
    yield "grey", _encoded(".jpg", byte)
    yield "baseline", _encoded(".jpg", colour)
    yield "progressive", _encoded(".jpg", colour, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    yield "restarts", _encoded(".jpg", colour, cv2.IMWRITE_JPEG_RST_INTERVAL, 1)


def tiff_seeds() -> Iterator[Named]:
    """Every compression, predictors, tiles, BigTIFF, both byte orders, floats, planes, pages."""
    grey = small_picture()
    for name in _TIFF_COMPRESSIONS:
        yield name, tiff_bytes(grey, compression=None if name == "none" else name, rowsperstrip=5)
    yield "big", tiff_bytes(grey, bigtiff=True)
    yield "big_endian", tiff_bytes(grey, byteorder=">", compression="zlib", predictor=True)
    yield "tiled", tiff_bytes(grey, tile=(16, 16), compression="zstd")
    yield "float32", tiff_bytes(grey.astype(np.float32) / 65_535, compression="zlib")
    yield "float64", tiff_bytes(grey.astype(np.float64))
    yield "int16", tiff_bytes(grey.astype(np.int16))
    yield "uint32", tiff_bytes(grey.astype(np.uint32), compression="zstd")
    yield "planar", tiff_bytes(np.stack([grey, grey]), photometric="minisblack", planarconfig="separate")
    yield "pages", tiff_bytes(np.stack([grey, grey]), photometric="minisblack")
    yield "volume", tiff_bytes(np.stack([grey] * 3), imagej=True, photometric="minisblack", metadata={"axes": "ZYX"})
    yield "colour", tiff_bytes(cv2.merge([(grey >> 8).astype(np.uint8)] * 3), photometric="rgb")


def tiff_bytes(pixels: NDArray[np.generic], **options: Any) -> bytes:
    """A TIFF written by tifffile, without metadata unless they are asked for."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **{"metadata": None, "software": False} | options)
    return buffer.getvalue()


def _encoded(suffix: str, pixels: MatLike, *options: int) -> bytes:
    _, content = cv2.imencode(suffix, pixels, list(options))
    return bytes(content.tobytes())


def _saved(picture: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()
