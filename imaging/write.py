"""Pictures to files: whole or not at all, and the same pixels give the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from imaging.errors import UnsupportedScan
from imaging.scan import Pixels


def write_png(path: Path, picture: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    """Write a picture, HW (grey) or HW3 (RGB), uint8 or uint16, without times or other metadata.

    Raises:
        UnsupportedScan: for another shape or dtype.
    """
    if picture.dtype not in (np.uint8, np.uint16) or not (picture.ndim == 2 or picture.shape[2:] == (3,)):
        raise UnsupportedScan(
            "a PNG is HW or HW3 of uint8 or uint16", f"{picture.dtype} {picture.shape}", "convert the picture first"
        )
    stored = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".png", stored)
    _write_whole(path, encoded.tobytes())


def write_tiff(path: Path, pixels_CHW: Pixels, compression: str | None = "zstd") -> None:
    """Write all channels of a view into one planar TIFF, uint8, uint16 or floating point, without dates.

    Three channels are written as RGB. `compression` is what tifffile calls it (`zstd`, `deflate`); None for raw.

    Raises:
        UnsupportedScan: for another shape or dtype.
    """
    channels = pixels_CHW.shape[0] if pixels_CHW.ndim == 3 else 0
    known = pixels_CHW.dtype in (np.uint8, np.uint16) or np.issubdtype(pixels_CHW.dtype, np.floating)
    if not known or channels not in (1, 2, 3) or pixels_CHW.size == 0:
        raise UnsupportedScan(
            "a TIFF holds one to three channels CHW of uint8, uint16 or floating point",
            f"{pixels_CHW.dtype} {pixels_CHW.shape}",
            "convert the pixels first",
        )
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        pixels_CHW if channels > 1 else pixels_CHW[0],
        photometric="rgb" if channels == 3 else "minisblack",
        planarconfig="separate" if channels > 1 else None,
        extrasamples=("unspecified",) if channels == 2 else None,
        compression=compression,
        metadata=None,
        software=False,
    )
    _write_whole(path, buffer.getvalue())


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename: a reader, or a run after a crash, never meets half a file."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    temporary.replace(path)
