"""Line integrals of a slice and their transpose: one sparse matrix of exact strip areas, used for every slice.

Views lie at (k + 1/2) / V of 180 degrees, so that mirrors and quarter turns of the slice carry the first eighth of a
circle to all others: the matrix holds a quarter of the views, and is applied to four images.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
_COLUMNS_AT_ONCE = 64  # images whose gathered rows stay in the cache


def elements_of(pixels: int) -> int:
    """Detector elements that see all of a slice at every angle."""
    return 2 * int(np.ceil(pixels / np.sqrt(2) + 0.5))


def angles_of(views: int) -> Floats:
    """Angles of the views in radians, within 0 to pi."""
    return (np.arange(views) + 0.5) * np.pi / views


def project(images_NHW: Floats32, views: int) -> Floats32:
    """Sinograms N x V x B of square images: mean over each element's strip of the path integral, in pixel pitches.

    An element is as wide as a pixel, so the sum over elements is the sum over pixels in every view. Multiply by the
    pitch for millimetres.

    Raises:
        ValueError: for images that are not square, or views that are no multiple of 4.
    """
    _check(images_NHW, views)
    count, pixels = images_NHW.shape[:2]
    elements, quarter = elements_of(pixels), views // 4
    matrix = strip_matrix(pixels, views)
    sinograms = np.empty((count, views, elements), np.float32)
    for start in range(0, count, _COLUMNS_AT_ONCE // 4):
        some = images_NHW[start : start + _COLUMNS_AT_ONCE // 4]
        columns = np.stack([turned.reshape(len(some), -1) for turned in _orient(some)]).reshape(-1, pixels * pixels)
        seen = (matrix @ np.ascontiguousarray(columns.T)).T.reshape(4, len(some), quarter, elements)
        for part, place in zip(seen, _places(views), strict=True):
            sinograms[start : start + len(some), place] = part
    return sinograms


def back_project(sinograms_NVB: Floats32, pixels: int) -> Floats32:
    """Transpose of `project`: images N x pixels x pixels, each pixel the sum over views of its share of each strip.

    Raises:
        ValueError: for another number of elements than `elements_of(pixels)`.
    """
    count, views, elements = sinograms_NVB.shape
    if elements != elements_of(pixels) or views % 4:
        raise ValueError(
            f"{pixels} pixels are seen by {elements_of(pixels)} elements in a multiple of 4 views; found {elements} "
            f"elements, {views} views; project with the same numbers"
        )
    transposed = strip_matrix(pixels, views).T
    images = np.empty((count, pixels, pixels), np.float32)
    for start in range(0, count, _COLUMNS_AT_ONCE // 4):
        some = sinograms_NVB[start : start + _COLUMNS_AT_ONCE // 4]
        columns = np.stack([some[:, place].reshape(len(some), -1) for place in _places(views)])
        spread = transposed @ np.ascontiguousarray(columns.reshape(4 * len(some), -1).T)
        images[start : start + len(some)] = _unorient(spread.T.reshape(4, len(some), pixels, pixels))
    return images


@cache
def strip_matrix(pixels: int, views: int) -> csr_array:
    """Rows: elements of each view of the first eighth turn; columns: pixels. Entries: area shared with the strip.

    A square seen at an angle casts a trapezoid: the convolution of two boxes. Its integral over an element is exact.
    """
    elements, quarter = elements_of(pixels), views // 4
    places = np.arange(pixels) - (pixels - 1) / 2
    rows, columns, areas = [], [], []
    pixel = np.arange(pixels * pixels, dtype=np.int32)
    for view, angle in enumerate(angles_of(views)[:quarter]):
        centre = (places[None, :] * np.cos(angle) + places[:, None] * np.sin(angle)).ravel()
        half = (np.cos(angle) + np.sin(angle)) / 2
        first = np.floor(centre - half + elements / 2).astype(np.int32)
        for step in range(3):  # a shadow at most sqrt(2) wide touches at most three elements
            left = first + step - elements / 2 - centre
            area = _shadow(left + 1, angle) - _shadow(left, angle)
            seen = area > 1e-9
            rows.append((view * elements + first + step)[seen])
            columns.append(pixel[seen])
            areas.append(area[seen].astype(np.float32))
    shape = (quarter * elements, pixels * pixels)
    return csr_array((np.concatenate(areas), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _shadow(place: Floats, angle: float) -> Floats:
    """Area of a unit square's shadow left of a place, for 0 < angle < pi / 4: integral of a trapezoid of area 1."""
    wide, narrow = np.cos(angle), np.sin(angle)
    outer, inner = (wide + narrow) / 2, (wide - narrow) / 2
    total = np.zeros(place.shape)
    for edge, sign in ((-outer, 1), (-inner, -1), (inner, -1), (outer, 1)):
        total += sign * np.maximum(place - edge, 0.0) ** 2
    return total / (2 * wide * narrow)


def _orient(images_NHW: Floats32) -> tuple[Floats32, Floats32, Floats32, Floats32]:
    """Images whose view at angle a is the image's own at a, pi/2 - a, pi/2 + a and pi - a."""
    transposed = images_NHW.transpose(0, 2, 1)
    return images_NHW, transposed, transposed[:, ::-1], images_NHW[:, :, ::-1]


def _unorient(images_4NHW: Floats32) -> Floats32:
    same, transposed, turned, mirrored = images_4NHW
    total: Floats32 = same + transposed.transpose(0, 2, 1)
    total += turned[:, ::-1].transpose(0, 2, 1)
    total += mirrored[:, :, ::-1]
    return total


def _places(views: int) -> tuple[slice, slice, slice, slice]:
    """Views of the four orientations, each in the order of the matrix."""
    quarter, half = views // 4, views // 2
    return (
        slice(0, quarter),
        slice(half - 1, quarter - 1, -1),
        slice(half, half + quarter),
        slice(views - 1, half + quarter - 1, -1),
    )


def _check(images_NHW: Floats32, views: int) -> None:
    if images_NHW.ndim != 3 or images_NHW.shape[1] != images_NHW.shape[2] or views % 4 or views < 4:
        raise ValueError(
            f"slices N x H x W are square and views a multiple of 4; found {images_NHW.shape}, {views} views; pad them"
        )
