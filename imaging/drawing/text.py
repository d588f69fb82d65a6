"""Text on pictures, in OpenCV's built-in scalable font: no font files, the same pixels everywhere."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.palettes import Colour

_WEIGHT = 500  # medium: thin strokes drown in a busy picture
_LINE_HEIGHT = 1.3  # of the font size: room for accents and descenders
_ELLIPSIS = "…"


def line_height(size_px: int) -> int:
    """Rows that one line of text takes."""
    return math.ceil(_LINE_HEIGHT * size_px)


def printable(text: str) -> str:
    """The text on one line, with anything that cannot be printed shown as a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))


def text_width(text: str, size_px: int) -> int:
    """Columns that a line of text takes."""
    if not text:
        return 0
    x, _, width, _ = cv2.getTextSize((1 << 15, 1 << 10), text, (0, 0), cv2.FontFace("sans"), size_px, _WEIGHT)
    return max(int(x) + int(width), 1) + 1


def shortened(text: str, size_px: int, width: int) -> str:
    """The text, cut with an ellipsis so that it fits into `width` columns."""
    if text_width(text, size_px) <= width:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if text_width(text[:middle].rstrip() + _ELLIPSIS, size_px) <= width:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + _ELLIPSIS


def wrapped(text: str, size_px: int, width: int) -> list[str]:
    """The text in lines of at most `width` columns, broken between words."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size_px) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened(line, size_px, width) for line in lines]


def write_text(canvas: NDArray[np.uint8], text: str, corner_xy: tuple[int, int], size_px: int, colour: Colour) -> None:
    """Write one line into the canvas, its upper left corner at `corner_xy`."""
    baseline = corner_xy[1] + round(0.98 * size_px)
    cv2.putText(canvas, text, (corner_xy[0], baseline), colour, cv2.FontFace("sans"), size_px, _WEIGHT)
