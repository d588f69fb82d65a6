"""Bar codes and codes of squares, which carry names as text does: those that a reader reads, and bars that look so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.contrast import Picture
from imaging.anonymisation.extra import from_extra

_SCALES = (1.0, 2.0)  # the finder of bars sees those of two pixels best; wider ones it takes for ribs and slats
_LEAST_PX = 16
_TILE_PX, _OVERLAP_PX = 4096, 1024
_MARGIN = 0.2  # of the larger side: finders return the outermost bars that they are sure of
_READ_MARGIN = 0.05  # a reader knows where a code ends, but for a pixel of rounding or two
_STRAIGHT = 0.95  # of the variance is the same in every row across true bars
_FEWEST_EDGES = 15  # the shortest codes in use have twice as many
_LONG_PX, _HIGH_PX, _SURROUNDINGS_PX = 200, 40, 31


def find_codes(picture_HW3: Picture) -> NDArray[np.float64]:
    """Boxes N4 (x0, y0, x1, y1) in pixels about codes, dark on bright or bright on dark.

    Whatever can be read is found: bar codes in use, QR, Data Matrix, Aztec, PDF417, of any size. A code need
    not be readable here, what is damaged for this reader may be whole for another: QR codes are found by their corners,
    and stripes of up to 2 px count as bars where they run straight through and are many. Bar codes of broader bars that
    cannot be read are not found (state them in the profile): ribs and slats look the same.

    Raises:
        ScanError: when the extra `ocr` is not installed.
    """
    grey_HW = np.asarray(cv2.cvtColor(picture_HW3, cv2.COLOR_RGB2GRAY), np.uint8)
    if min(grey_HW.shape) < _LEAST_PX:  # no room for a code
        return np.zeros((0, 4))
    boxes = [
        box_4 + np.array([x0, y0, x0, y0])
        for y0 in _tiles(grey_HW.shape[0])
        for x0 in _tiles(grey_HW.shape[1])
        for box_4 in _boxes_in(grey_HW[y0 : y0 + _TILE_PX, x0 : x0 + _TILE_PX])
    ]
    return np.array(boxes).reshape(-1, 4)


def check_code_reader() -> None:
    """Load the reader, so that a long run does not end at its first picture.

    Raises:
        ScanError: when the extra `ocr` is not installed.
    """
    from_extra("zxingcpp")


def _boxes_in(grey_HW: NDArray[np.uint8]) -> Iterator[NDArray[np.float64]]:
    yield from (_box(corners_42, _READ_MARGIN) for corners_42 in _read(grey_HW))
    for scale in _SCALES:
        yield from (_box(corners_42, _MARGIN) / scale for corners_42 in _corners(_scaled(grey_HW, scale)))


def _read(grey_HW: NDArray[np.uint8]) -> Iterator[NDArray[np.float32]]:
    """Corners of every code that a reader reads: what it says fits its checksum."""
    read_barcodes = from_extra("zxingcpp").read_barcodes
    for plane_HW in (grey_HW, 255 - grey_HW):
        for code in read_barcodes(np.ascontiguousarray(plane_HW)):
            at = code.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            yield np.array([(corner.x, corner.y) for corner in corners], np.float32)


def _tiles(length: int) -> range:
    """Where tiles begin that overlap by what a code may take: the finders need 50 bytes for a pixel."""
    return range(0, max(length - _OVERLAP_PX, 1), _TILE_PX - _OVERLAP_PX)


def _scaled(grey_HW: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(grey_HW, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR), np.uint8)


def _corners(grey_HW: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    squares = [cv2.QRCodeDetectorAruco().detectMulti(plane_HW)[1] for plane_HW in (grey_HW, 255 - grey_HW)]
    stripes = _quadrangles(cv2.barcode.BarcodeDetector().detectMulti(grey_HW)[1])
    bars = [corners_42 for corners_42 in stripes if _has_bars(grey_HW, corners_42)]
    return [corners_42 for found in squares for corners_42 in _quadrangles(found)] + bars


def _quadrangles(found: Any) -> list[NDArray[np.float32]]:
    """Corners that a finder returned, some of them of float64, or None where it found nothing."""
    return [] if found is None else list(np.asarray(found, np.float32).reshape(-1, 4, 2))


def _has_bars(grey_HW: NDArray[np.uint8], corners_42: NDArray[np.float32]) -> bool:
    """Whether many stripes cross an area, whichever way they run."""
    return any(_crossed(grey_HW, np.roll(corners_42, turn, axis=0)) for turn in (0, 1))


def _crossed(grey_HW: NDArray[np.uint8], corners_42: NDArray[np.float32]) -> bool:
    upright = np.array([[0, 0], [_LONG_PX, 0], [_LONG_PX, _HIGH_PX], [0, _HIGH_PX]], np.float32)
    turned = cv2.getPerspectiveTransform(corners_42, upright)
    area = cv2.warpPerspective(grey_HW, turned, (_LONG_PX, _HIGH_PX)).astype(np.float32)[4:-4]
    profile = area.mean(axis=0, keepdims=True)
    straight = float((area - profile).var()) <= (1 - _STRAIGHT) * float(area.var())
    above = (profile > cv2.blur(profile, (_SURROUNDINGS_PX, 1)))[0]
    return straight and int(np.count_nonzero(above[1:] != above[:-1])) >= _FEWEST_EDGES


def _box(corners_42: NDArray[np.float32], margin: float) -> NDArray[np.float64]:
    low, high = corners_42.min(axis=0).astype(np.float64), corners_42.max(axis=0).astype(np.float64)
    margin *= float((high - low).max())
    return np.concatenate([low - margin, high + margin])
