"""A bar of a round length under a picture, where the size of a pixel is known."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from imaging.drawing.text import line_height, text_width, write_text
from imaging.errors import UnsupportedScan
from imaging.palettes import BRIGHT, DARK

Canvas = NDArray[np.uint8]

_SHARE = 0.25  # of the picture's width: the longest that a bar may be
_ALIKE = 0.01  # relative difference under which rows and columns are equally far apart


def round_length_mm(most_mm: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not longer than `most_mm` (positive)."""
    power = 10.0 ** math.floor(math.log10(most_mm))
    return max(step * power for step in (1, 2, 5) if step * power <= most_mm * (1 + 1e-9))


def length_text(length_mm: float) -> str:
    """A length in the unit that an officer would say: mm, cm or m."""
    for unit, size_mm in (("m", 1000), ("cm", 10)):
        if length_mm >= size_mm:
            return f"{length_mm / size_mm:g} {unit}"
    return f"{length_mm:g} mm"


def with_scale_bar(picture_HW3: Canvas, spacing_mm: tuple[float, float], shown_width: int, size_px: int) -> Canvas:
    """The picture, uint8 HW3, with a strip under it that holds a bar of a round length.

    The bar lies along the rows: its length is right across the picture, within a pixel. Where rows and columns are
    not equally far apart, the strip says so.

    Args:
        picture_HW3: what the strip is added to; unchanged otherwise.
        spacing_mm: (row, column) pitch of the pixels of this picture, in millimetres.
        shown_width: columns of the picture that the scan fills.
        size_px: height of the text.

    Raises:
        UnsupportedScan: when a pitch is not a positive finite number.
    """
    if not all(math.isfinite(pitch) and pitch > 0 for pitch in spacing_mm):
        raise UnsupportedScan("pixels lie a positive distance apart", f"{spacing_mm} mm", "mend `spacing_mm`")
    row_mm, column_mm = spacing_mm
    length_mm = round_length_mm(max(_SHARE * shown_width, 1.0) * column_mm)
    text = length_text(length_mm)
    if abs(row_mm - column_mm) > _ALIKE * column_mm:
        text += f" across; pixels are {row_mm:.3g} mm high, {column_mm:.3g} mm wide"
    pad = size_px // 2
    strip = np.full((line_height(size_px) + pad, picture_HW3.shape[1], 3), DARK, np.uint8)
    length_px = max(1, round(length_mm / column_mm))
    thick = max(2, size_px // 6)
    middle = strip.shape[0] // 2
    strip[middle - thick // 2 : middle - thick // 2 + thick, pad : pad + length_px] = BRIGHT
    for end in (pad, pad + length_px - thick):
        strip[middle - size_px // 3 : middle + size_px // 3, max(end, 0) : max(end, 0) + thick] = BRIGHT
    start = 2 * pad + length_px
    if start + text_width(text, size_px) > strip.shape[1]:
        text = length_text(length_mm)
    write_text(strip, text, (start, pad // 2), size_px, BRIGHT)
    return np.concatenate([picture_HW3, strip])
