"""Where a picture holds lines of text, and what they say: the models of rapidocr-onnxruntime, which are in its wheel.

Detection is the differentiable binarisation of Liao et al. (AAAI 2020), recognition a CTC network; both of PP-OCRv4
(Du et al., arXiv 2009.09941 and its successors). They run offline, on one core: files are cleaned side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.contrast import Picture
from imaging.anonymisation.extra import from_extra

_TILE_PX, _OVERLAP_PX = 640, 96  # larger tiles cost more for each pixel; the overlap holds a word
_STRIDE_PX = 32  # the network's
_FRAME_PX = 32  # around the picture, as its edge is: the network overlooks letters that begin at an edge


@dataclass(frozen=True)
class Reading:
    """What a line says, and how sure the reader is of its letters, 0 to 1."""

    text: str
    confidence: float


def check_reader() -> None:
    """Load the models, so that a long run does not end at its first picture.

    Raises:
        ScanError: when the extra `ocr` is not installed.
    """
    _engine()


def text_probability(picture_HW3: Picture, scale: float) -> NDArray[np.uint8]:
    """Probability that a pixel belongs to the core of a line of text, 0 to 255, of the picture at another scale.

    The picture is looked at in tiles that overlap: memory does not grow with its size but by this map.

    Raises:
        ScanError: when the extra `ocr` is not installed.
    """
    detect = _engine().text_det.infer
    height, width = (max(1, round(scale * side)) + 2 * _FRAME_PX for side in picture_HW3.shape[:2])
    result_HW = np.zeros((height, width), np.uint8)
    for y0, y1 in _tiles(height):
        for x0, x1 in _tiles(width):
            tile = _tile_at(picture_HW3, (x0 - _FRAME_PX, y0 - _FRAME_PX, x1 - _FRAME_PX, y1 - _FRAME_PX), scale)
            if (tile == tile[0, 0]).all():
                continue
            padded = cv2.copyMakeBorder(
                tile, 0, -(y1 - y0) % _STRIDE_PX, 0, -(x1 - x0) % _STRIDE_PX, cv2.BORDER_REPLICATE
            )
            levels_1CHW = (padded.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
            probability_HW = detect(levels_1CHW)[0][0, 0, : y1 - y0, : x1 - x0]
            part = result_HW[y0:y1, x0:x1]
            np.maximum(part, np.round(255 * probability_HW).astype(np.uint8), out=part)
    return np.ascontiguousarray(result_HW[_FRAME_PX:-_FRAME_PX, _FRAME_PX:-_FRAME_PX])


def read_lines(lines_HW3: Sequence[Picture]) -> list[Reading]:
    """What each picture of one line says, letters upright.

    Raises:
        ScanError: when the extra `ocr` is not installed.
    """
    if not lines_HW3:
        return []
    return [Reading(str(text), float(confidence)) for text, confidence in _engine().text_rec(list(lines_HW3))[0]]


def _tiles(length: int) -> Iterator[tuple[int, int]]:
    """Ends of tiles that cover a length, evenly spread."""
    more = max(0, -(-(length - _TILE_PX) // (_TILE_PX - _OVERLAP_PX)))
    for number in range(more + 1):
        start = round(number * (length - _TILE_PX) / more) if more else 0
        yield start, min(start + _TILE_PX, length)


def _tile_at(picture_HW3: Picture, box: tuple[int, int, int, int], scale: float) -> Picture:
    """Part of the scaled picture, made without the rest of it; its edge goes on outside."""
    x0, y0, x1, y1 = box
    back = 1 / scale
    shift = 0.5 * back - 0.5  # centres of pixels stay where they are
    source = np.array([[back, 0, x0 * back + shift], [0, back, y0 * back + shift]])
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR)
    warped = cv2.warpAffine(picture_HW3, source, (x1 - x0, y1 - y0), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


@cache
def _engine() -> Any:
    return from_extra("rapidocr_onnxruntime").RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
