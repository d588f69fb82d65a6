"""Pictures to files: whole or not at all, and the same pixels give the same bytes."""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from imaging.errors import UnsupportedScan
from imaging.formats.tiff import DTYPES
from imaging.scan import Pixels
from imaging.writing.whole import write_whole


def write_png(path: Path, picture: NDArray[Any]) -> None:
    """Write a picture; see `png_bytes`."""
    write_whole(path, png_bytes(picture))


def png_bytes(picture: NDArray[Any]) -> bytes:
    """A picture, HW (grey) or HW3 (RGB), uint8 or uint16, without times or other metadata.

    Raises:
        UnsupportedScan: for another shape or dtype.
    """
    if picture.dtype not in (np.uint8, np.uint16) or not (picture.ndim == 2 or picture.shape[2:] == (3,)):
        raise UnsupportedScan(
            "a PNG is HW or HW3 of uint8 or uint16", f"{picture.dtype} {picture.shape}", "convert the picture first"
        )
    stored = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".png", stored)
    return encoded.tobytes()


def write_tiff(path: Path, pixels: Pixels, compression: str | None = "zstd") -> None:
    """Write all channels of a view into one TIFF; see `tiff_bytes`."""
    write_whole(path, tiff_bytes(pixels, compression))


def tiff_bytes(pixels: Pixels, compression: str | None = "zstd") -> bytes:
    """All channels of a view in one TIFF, without dates: CHW planar, or a volume of one channel by slices.

    Samples are of the types that `read_scan` reads: uint8, uint16, uint32, int16, int32, float16, float32, float64.
    Three channels are written as RGB. `compression` is what tifffile calls it (`zstd`, `deflate`); None for raw.

    Raises:
        UnsupportedScan: for another shape or dtype, and for a volume of a single slice, which would be none when read.
    """
    shape, volume = pixels.shape, pixels.ndim == 4
    fits = pixels.ndim == 3 or (volume and shape[0] == 1 and shape[1] > 1)
    if pixels.dtype not in DTYPES or not fits or pixels.size == 0:
        raise UnsupportedScan(
            f"a TIFF holds channels CHW, or a volume of one channel, of {', '.join(sorted(map(str, DTYPES)))}",
            f"{pixels.dtype} {shape}",
            "convert the pixels first",
        )
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        write = partial(writer.write, compression=compression, metadata=None, software=False)
        if volume:
            description = json.dumps({"axes": "ZYX", "shape": shape[1:]})
            for number, plane_HW in enumerate(pixels[0]):
                write(plane_HW, photometric="minisblack", description=None if number else description)
        elif shape[0] == 1:
            write(pixels[0], photometric="minisblack")
        else:
            colour = shape[0] == 3
            extra = None if colour else ("unspecified",) * (shape[0] - 1)
            write(pixels, photometric="rgb" if colour else "minisblack", planarconfig="separate", extrasamples=extra)
    return buffer.getvalue()
