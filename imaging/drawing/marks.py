"""Findings on a picture for an operator: boxes that differ in colour and line, labels beside them, a banner above."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.drawing.labels import Rectangle, place_labels
from imaging.drawing.masks import enlarged_mask, lay_over, polygon_mask
from imaging.drawing.scale_bar import with_scale_bar
from imaging.drawing.strips import under_strips
from imaging.drawing.text import line_height, printable, shortened, text_width, write_text
from imaging.errors import UnsupportedScan
from imaging.palettes import BRIGHT, DARK, MARKS, Colour, MarkStyle

Canvas = NDArray[np.uint8]
Kind = Literal["alarm", "finding", "mismatch"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A box (xyxy, half-open, pixels of the picture) with its text: `alarm`, `finding` under it, or `mismatch`.

    The object's own shape, where it is known, is `mask_HW`, bool of the size of the picture, or else `polygon_xy`,
    its corners in pixels of the picture.
    """

    box_xyxy: tuple[float, float, float, float]
    text: str
    kind: Kind
    mask_HW: NDArray[np.bool_] | None = field(default=None, compare=False)
    polygon_xy: tuple[tuple[float, float], ...] | None = None


_DRAWN_FIRST = ("finding", "mismatch", "alarm")
_SHORT_SIDE, _LONG_SIDE, _NARROWEST = 360, 1600, 360  # pixels: what text needs, and where enlarging stops


def draw_marks(
    picture_HW3: Canvas,
    marks: Sequence[Mark],
    banner: str | None,
    spacing_mm: tuple[float, float] | None = None,
) -> Canvas:
    """Draw marks and a banner on a copy of an RGB picture, uint8 HW3; a scale bar under it where `spacing_mm` is given.

    Small pictures are enlarged by a whole factor so that text can be read, narrow ones get a margin on the right, and
    the banner stands in strips above the picture. Labels never cover their own object and never leave the picture;
    where there is no room beside an object, its label goes into a strip above. Boxes are clipped to the picture.
    Shapes are tinted, and outlined from outside, under the boxes. `spacing_mm` is the (row, column)
    pitch of the given picture.

    Raises:
        UnsupportedScan: for another picture, a box that is not four finite numbers, a mask of another size, a
            polygon that is none, or a pitch that is not positive.
    """
    if picture_HW3.dtype != np.uint8 or picture_HW3.ndim != 3 or picture_HW3.shape[2] != 3 or picture_HW3.size == 0:
        raise UnsupportedScan("marks are drawn on uint8 HW3", f"{picture_HW3.dtype} {picture_HW3.shape}", "colour it")
    factor = _enlargement(*picture_HW3.shape[:2])
    canvas = _enlarged(picture_HW3, factor)
    height, width = picture_HW3.shape[0] * factor, picture_HW3.shape[1] * factor
    size_px = int(np.clip(0.022 * math.sqrt(height * width), 15, 72))
    line = max(1, round(size_px / 11))
    ordered = sorted(marks, key=lambda mark: -_DRAWN_FIRST.index(mark.kind))  # alarms choose their label's place first
    boxes = [_on_canvas(mark.box_xyxy, factor, width, height) for mark in ordered]
    for mark in reversed(ordered):
        shape = _shape(mark, picture_HW3.shape[:2], factor)
        if shape is not None:
            lay_over(canvas[:height, :width], shape, MARKS[mark.kind].colour, line)
    for mark, box in reversed([*zip(ordered, boxes, strict=True)]):
        _outline(canvas[:height, :width], box, MARKS[mark.kind], line)
    left_over = _labels(canvas, ordered, [_grown(box, 4 * line) for box in boxes], size_px)
    if spacing_mm is not None:
        canvas = with_scale_bar(canvas, (spacing_mm[0] / factor, spacing_mm[1] / factor), width, size_px)
    notes = [(mark.text, MARKS[mark.kind].colour) for mark in left_over]
    return under_strips(canvas, banner, notes, size_px)


def _shape(mark: Mark, size_hw: tuple[int, int], factor: int) -> NDArray[np.bool_] | None:
    if mark.mask_HW is not None:
        return enlarged_mask(mark.mask_HW, size_hw, factor)
    return None if mark.polygon_xy is None else polygon_mask(mark.polygon_xy, size_hw, factor)


def _enlargement(height: int, width: int) -> int:
    wanted = math.ceil(_SHORT_SIDE / min(height, width))
    return max(1, min(wanted, _LONG_SIDE // max(height, width)))


def _enlarged(picture: Canvas, factor: int) -> Canvas:
    height, width = picture.shape[0] * factor, picture.shape[1] * factor
    large = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC) if factor > 1 else picture
    canvas = np.full((height, max(width, _NARROWEST), 3), DARK, np.uint8)
    canvas[:, :width] = large
    return canvas


def _on_canvas(box_xyxy: tuple[float, float, float, float], factor: int, width: int, height: int) -> Rectangle:
    if len(box_xyxy) != 4 or not np.isfinite(box_xyxy).all():
        raise UnsupportedScan("a box is four finite numbers", f"{box_xyxy}", "mend the finding")
    x0, x1 = sorted(min(max(value * factor, 0), width) for value in box_xyxy[::2])
    y0, y1 = sorted(min(max(value * factor, 0), height) for value in box_xyxy[1::2])
    left, top = min(math.floor(x0), width - 1), min(math.floor(y0), height - 1)
    return left, top, max(math.ceil(x1), left + 1), max(math.ceil(y1), top + 1)


def _outline(canvas: Canvas, box: Rectangle, style: MarkStyle, line: int) -> None:
    """Dark, colour on white, dark: seen on any background, and drawn outside the object."""
    _frame(canvas, _grown(box, 4 * line), line, DARK)
    _frame(canvas, _grown(box, 3 * line), 2 * line, BRIGHT)
    _frame(canvas, _grown(box, 3 * line), 2 * line, style.colour, style.dash)
    _frame(canvas, _grown(box, line), line, DARK)


def _frame(canvas: Canvas, outer: Rectangle, line: int, colour: Colour, dash: tuple[int, int] = (1, 0)) -> None:
    """A rectangle's border, `line` pixels wide to the inside; what lies off the canvas is kept at its rim."""
    height, width = canvas.shape[:2]
    x0, y0 = max(outer[0], 0), max(outer[1], 0)
    x1, y1 = min(outer[2], width), min(outer[3], height)
    on, off = dash[0] * line, dash[1] * line
    across = x0 + np.flatnonzero(np.arange(x1 - x0) % (on + off) < on)
    down = y0 + np.flatnonzero(np.arange(y1 - y0) % (on + off) < on)
    canvas[y0 : y0 + line, across] = colour
    canvas[max(y1 - line, y0) : y1, across] = colour
    canvas[down, x0 : x0 + line] = colour
    canvas[down, max(x1 - line, x0) : x1] = colour


def _labels(canvas: Canvas, marks: Sequence[Mark], objects: Sequence[Rectangle], size_px: int) -> list[Mark]:
    """Draw a plate for each mark; returns the marks for which there was no room."""
    height, width = canvas.shape[:2]
    pad = size_px // 3
    texts = [shortened(printable(mark.text), size_px, min(width, 24 * size_px) - 2 * pad) for mark in marks]
    sizes = [(text_width(text, size_px) + 2 * pad, line_height(size_px)) for text in texts]
    left_over = []
    for mark, text, place in zip(marks, texts, place_labels(objects, sizes, (width, height)), strict=True):
        if place is None:
            left_over.append(mark)
        elif text:
            _plate(canvas, place, text, MARKS[mark.kind], size_px)
    return left_over


def _plate(canvas: Canvas, place: Rectangle, text: str, style: MarkStyle, size_px: int) -> None:
    x0, y0, x1, y1 = place
    canvas[y0:y1, x0:x1] = DARK
    canvas[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1] = style.colour
    write_text(canvas, text, (x0 + size_px // 3, y0 + 1), size_px, style.text)


def _grown(box: Rectangle, by: int) -> Rectangle:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
