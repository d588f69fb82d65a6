"""Where pixels are of one value to the last bit: what is drawn into a picture is, what is measured hardly ever."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.contrast import Picture
from imaging.anonymisation.lines import Line
from imaging.scan import Pixels

_LEAST_ALIKE = 2  # neighbours of a pixel, with which it is at least a bend of a stroke
_LEAST_STROKE_PX = 8  # noise of few levels has spots of some pixels
_WIDEST_STROKE_PX = 17
_LEAST_SHARE = 0.5  # of the strokes in a line, for their value to be that of its letters
_MOST_BESIDE = 0.1  # of their pixels, on both sides of a line: else it is what letters stand on
_FARTHEST = 20.0  # heights to which letters are followed
_TOWARDS = ((0, 1), (1, -1), (1, 0), (1, 1))  # rows and columns to half of the neighbours: the others see these


def plateaus_of(image_CHW: Pixels) -> Picture | None:
    """Strokes of one value, white on black, uint8 HW3: letters of any contrast on any background; None for none.

    Left out are areas wider than a stroke (saturated air, a frame, where there are no data), and strokes where they
    touch strokes of another value, as in what a lossy format left nearly flat. Letters that such a format has touched
    are of many values, and so are the edges of letters drawn smoothly: of these the cores are found, where they are
    two pixels wide.

    Args:
        image_CHW: channels of any real type; all of them count.
    """
    strokes_HW = strokes_of(image_CHW)
    strokes_HW &= _neighbours(image_CHW, strokes_HW)[1] == 0
    _, parts_HW, stats_N5, _ = cv2.connectedComponentsWithStats(strokes_HW.astype(np.uint8), connectivity=8)
    large_N = stats_N5[:, cv2.CC_STAT_AREA] >= _LEAST_STROKE_PX
    large_N[0] = False  # what is no stroke
    if not large_N.any():
        return None
    return np.repeat(np.where(large_N[parts_HW], 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def strokes_of(image_CHW: Pixels) -> NDArray[np.bool_]:
    """Pixels HW that are what some beside them are, in all channels, but for areas wider than a stroke."""
    alike_HW, unlike_HW = _neighbours(image_CHW, np.ones(image_CHW.shape[1:], bool))
    return np.asarray((alike_HW >= _LEAST_ALIKE) & ~_wide(unlike_HW == 0), bool)


def whole_line(line: Line, image_CHW: Pixels, strokes_HW: NDArray[np.bool_]) -> Line:
    """A line of text with the letters before and behind it, as far as they are of the value that its letters have.

    Args:
        line: Of which some letters were read; itself where its letters are not of one value.
        image_CHW: The picture that it stands in.
        strokes_HW: `strokes_of` it.
    """
    x0, y0, x1, y1 = line.box(along=_FARTHEST, across=0.5).astype(int)
    rows, columns = slice(max(y0, 0), max(y1 + 1, 0)), slice(max(x0, 0), max(x1 + 1, 0))
    y_N, x_N = np.nonzero(strokes_HW[rows, columns])
    values_NC = image_CHW[:, rows, columns][:, y_N, x_N].T
    along_N, across_N = line.along_and_across(x_N + columns.start, y_N + rows.start)
    is_in_band_N, is_between_N = np.abs(across_N) <= line.height / 2, np.abs(along_N) <= line.length / 2
    values_MC, counts_M = np.unique(values_NC[is_in_band_N & is_between_N], axis=0, return_counts=True)
    if not counts_M.size or counts_M.max() < max(_LEAST_STROKE_PX, _LEAST_SHARE * counts_M.sum()):
        return line
    is_alike_N = (values_NC == values_MC[counts_M.argmax()]).all(axis=1)
    if np.count_nonzero(is_alike_N & is_between_N & ~is_in_band_N) > _MOST_BESIDE * counts_M.max():
        return line
    begin, end = (_reached(sign * along_N[is_alike_N & is_in_band_N], line) for sign in (-1, 1))
    return line.stretched(begin, end)


def _reached(along_N: NDArray[np.float64], line: Line) -> float:
    """How far behind its end a line goes on, where no gap is wider than the line is high."""
    end = line.length / 2
    for place in np.sort(along_N[along_N > end]).tolist():
        if place - end > line.height:
            break
        end = place
    return end - line.length / 2


def _wide(inner_HW: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Areas of one value wider than a stroke, to their edges; `inner_HW`: pixels that are as all their neighbours."""
    square = np.ones((_WIDEST_STROKE_PX - 2,) * 2, np.uint8)
    opened_HW = cv2.morphologyEx(inner_HW.astype(np.uint8), cv2.MORPH_OPEN, square)
    return cv2.dilate(opened_HW, np.ones((3, 3), np.uint8)) > 0


def _neighbours(image_CHW: Pixels, among_HW: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Of the neighbours of a pixel, both `among_HW`, how many are what it is in all channels, and how many are not."""
    height, width = among_HW.shape
    counts_2HW = np.zeros((2, height, width), np.uint8)
    for down, right in _TOWARDS:
        here = slice(0, height - down), slice(max(0, -right), width - max(0, right))
        there = slice(down, height), slice(max(0, right), width + min(0, right))
        both_HW = among_HW[here] & among_HW[there]
        same_HW = (image_CHW[:, *here] == image_CHW[:, *there]).all(axis=0)
        for counts_HW, which_HW in zip(counts_2HW, (both_HW & same_HW, both_HW & ~same_HW), strict=True):
            counts_HW[here] += which_HW
            counts_HW[there] += which_HW
    return counts_2HW[0], counts_2HW[1]
