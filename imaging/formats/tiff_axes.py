"""What the pages of a TIFF are, where the file says so: channels, slices, or both."""

from __future__ import annotations

import json
import math
import re

import numpy as np

from imaging.errors import UnreadableScan
from imaging.scan import Pixels

_MOST_CHARACTERS = 1 << 20
_IMAGEJ = re.compile(r"^(channels|slices|frames)=(\d{1,6})\r?$", re.MULTILINE)
_IMAGEJ_AXES = {"channels": "C", "slices": "Z", "frames": "T"}
_OME_PIXELS = re.compile(r"<(?:\w+:)?Pixels\s([^<>]*)>")
_OME_SIZE = re.compile(r"\bSize([CZT])=\"(\d{1,6})\"")
_OME_ORDER = re.compile(r"\bDimensionOrder=\"XY([CZT]{3})\"")


def arranged(planes_NHW: Pixels, pages: int, description: str) -> Pixels:
    """Planes in the order that the file states: CHW, or CDHW where pages are slices; as they came where it is silent.

    Read are the ImageDescription of ImageJ (channels, slices), of OME-TIFF (SizeC, SizeZ, DimensionOrder) and of
    tifffile (axes). Axes other than channel and slice count as silence.

    Raises:
        UnreadableScan: when the axes stated do not make up the pages that are there.
    """
    if pages == 1 or pages != planes_NHW.shape[0] or len(description) > _MOST_CHARACTERS:
        return planes_NHW
    axes = {name: size for name, size in stated_axes(description) if size != 1}
    if not axes or not set(axes) <= {"C", "Z"}:
        return planes_NHW
    if math.prod(axes.values()) != pages:
        raise UnreadableScan(
            "a TIFF holds the pages that its description speaks of",
            f"{pages} pages for {' x '.join(f'{name} {size}' for name, size in axes.items())}",
            "export the file again",
        )
    if "Z" not in axes:
        return planes_NHW
    volume = planes_NHW.reshape(*axes.values(), *planes_NHW.shape[1:])
    if len(axes) == 1:
        return volume[None]
    return volume if next(iter(axes)) == "C" else np.ascontiguousarray(volume.swapaxes(0, 1))


def stated_axes(description: str) -> list[tuple[str, int]]:
    """Axes with their sizes, the slowest first; empty where none are stated."""
    if description.startswith("ImageJ="):
        sizes = {_IMAGEJ_AXES[name]: int(size) for name, size in _IMAGEJ.findall(description)}
        return [(name, sizes[name]) for name in "TZC" if name in sizes]
    if description.startswith("{"):
        return _of_tifffile(description)
    pixels = _OME_PIXELS.search(description) if description.lstrip().startswith("<") else None
    order = _OME_ORDER.search(pixels[1]) if pixels else None
    if pixels is None or order is None:
        return []
    sizes = {name: int(size) for name, size in _OME_SIZE.findall(pixels[1])}
    return [(name, sizes[name]) for name in reversed(order[1]) if name in sizes]


def _of_tifffile(description: str) -> list[tuple[str, int]]:
    try:
        stated = json.loads(description)
    except (ValueError, RecursionError):
        return []
    axes, shape = stated.get("axes"), stated.get("shape")
    if not isinstance(axes, str) or not isinstance(shape, list) or len(axes) != len(shape):
        return []
    sizes = [(name, size) for name, size in zip(axes, shape, strict=True) if name not in "YX"]
    return sizes if all(type(size) is int for _, size in sizes) else []
