"""Stored colour to red, green and blue planes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from imaging.errors import UnreadableScan
from imaging.formats.dicom.layout import PALETTE, Layout
from imaging.formats.dicom.values import shorts
from imaging.formats.rearrange import channels_first
from imaging.scan import Pixels

_NAMES = ("Red", "Green", "Blue")

Palette = tuple[int, NDArray[np.generic]]  # first stored value, and its colours: 3 x entries, uint8 or uint16


def palette_of(dataset: Dataset, layout: Layout, *, little_endian: bool) -> Palette | None:
    """The palette of a PALETTE COLOR picture; None for any other. Call it inside `quiet()`.

    Source: DICOM PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6.

    Raises:
        UnreadableScan: when a table is missing, shorter than it says, or in segments.
    """
    if layout.photometric != PALETTE:
        return None
    firsts, tables = zip(*(_table(dataset, name, little_endian) for name in _NAMES), strict=True)
    if len(set(firsts)) != 1 or len({(table.size, table.dtype) for table in tables}) != 1:
        raise _no_palette("tables of one size")
    return firsts[0], np.stack(tables)


def _table(dataset: Dataset, name: str, little_endian: bool) -> tuple[int, NDArray[np.generic]]:
    """First stored value and entries of one table; 8-bit entries are packed, or stand one in a word."""
    descriptor = shorts(dataset, f"{name}PaletteColorLookupTableDescriptor", little_endian=little_endian)
    keyword = f"{name}PaletteColorLookupTableData"
    words = shorts(dataset, keyword, little_endian=little_endian)
    if descriptor is None or len(descriptor) != 3 or descriptor[2] not in (8, 16) or words is None:
        raise _no_palette(f"table of {name.lower()}")
    entries, first, bits = int(descriptor[0]) or 65_536, int(descriptor[1]), int(descriptor[2])
    if bits == 8 and words.size < entries:
        words = np.frombuffer(words.astype("<u2" if little_endian else ">u2").tobytes(), np.uint8)
    if words.size < entries:
        raise _no_palette(f"table of {name.lower()}")
    return first, words[:entries].astype(np.uint8 if bits == 8 else np.uint16)


def _no_palette(found: str) -> UnreadableScan:
    return UnreadableScan(
        "a palette picture brings red, green and blue tables of 8 or 16 bits", f"no {found}", "export RGB"
    )


def rgb_planes(samples: Pixels, layout: Layout, palette: Palette | None) -> Pixels:
    """One frame of stored colour, rows x columns (x samples), to contiguous planes CHW: red, green, blue.

    Values outside a palette take its first or last colour. Luminance and colour become RGB by DICOM PS3.3
    C.7.6.3.1.2 (the full-range matrix of ITU-R BT.601), rounded to uint8.
    """
    if palette is not None:
        first, colours = palette
        index = np.clip(samples.astype(np.int64) - first, 0, colours.shape[1] - 1)
        return np.ascontiguousarray(colours[:, index])
    if samples.shape[-1] == 4:  # two luminances and the colour that they share
        samples = np.stack([samples[..., :2], samples[..., 2:3].repeat(2, -1), samples[..., 3:].repeat(2, -1)], -1)
        samples = samples.reshape(layout.rows, layout.columns, 3)
    return channels_first(samples)


def from_luminance(planes: Pixels) -> NDArray[np.uint8]:
    """Planes of luminance, blueness and redness, CHW uint8, to red, green and blue."""
    light, blueness, redness = planes.astype(np.float32)
    blueness, redness = blueness - 128, redness - 128
    colours = [
        light + 1.402 * redness,
        light - 0.114 * 1.772 / 0.587 * blueness - 0.299 * 1.402 / 0.587 * redness,
        light + 1.772 * blueness,
    ]
    return np.stack([np.clip(np.rint(plane), 0, 255).astype(np.uint8) for plane in colours])
