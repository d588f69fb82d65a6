"""Strips above a picture: its banner, and the labels for which there was no room on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imaging.drawing.text import line_height, printable, shortened, text_width, wrapped, write_text
from imaging.palettes import BRIGHT, DARK, LANES, Colour

Canvas = NDArray[np.uint8]
Note = tuple[str, Colour | None]

_MOST_ROWS = 6  # of labels; the picture comes first


def under_strips(canvas_HW3: Canvas, banner: str | None, notes: Sequence[Note], size_px: int) -> Canvas:
    """The canvas under strips, uint8 HW3: the banner in lines of its own, notes (text, colour) side by side.

    The banner has the colour of the lane that it begins with. Notes that fill more than six rows are counted instead.
    """
    width, pad = canvas_HW3.shape[1], size_px // 2
    rows = [[line] for line in _banner_lines(banner, size_px, width - 3 * pad)] + _note_rows(notes, size_px, width)
    if not rows:
        return canvas_HW3
    height = line_height(size_px) + pad // 2
    strip = np.full((height * len(rows) + pad // 2, width, 3), DARK, np.uint8)
    for index, row in enumerate(rows):
        top, left = pad // 4 + index * height, 0
        for text, colour in row:
            if colour is not None:
                strip[top : top + height, left : left + pad] = colour
            write_text(strip, text, (left + 2 * pad, top + pad // 4), size_px, BRIGHT)
            left += _width(text, size_px)
    return np.concatenate([strip, canvas_HW3])


def _banner_lines(banner: str | None, size_px: int, width: int) -> list[Note]:
    if not banner:
        return []
    text = printable(banner)
    lane = LANES.get(text.split(" ")[0].strip(":,.;|").lower())
    return [(line, lane) for line in wrapped(text, size_px, width)]


def _note_rows(notes: Sequence[Note], size_px: int, width: int) -> list[list[Note]]:
    rows: list[list[Note]] = []
    room = 0
    for number, (text, colour) in enumerate(notes):
        short = shortened(printable(text), size_px, width - 3 * (size_px // 2))
        needed = _width(short, size_px)
        if needed > room:
            if len(rows) == _MOST_ROWS:
                return [*rows, [(f"and {len(notes) - number} more labels without room", None)]]
            rows.append([])
            room = width
        rows[-1].append((short, colour))
        room -= needed
    return rows


def _width(text: str, size_px: int) -> int:
    """Columns of a note: its colour, its text, and the room about it."""
    return text_width(text, size_px) + 3 * (size_px // 2)
