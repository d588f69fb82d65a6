"""Pictures to plant in: crops of simulated cargo, each of a size of its own, and text burnt into them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.pool import read_pool
from datasets.sandbox import KINDS, Order, Rates, generate

Picture = NDArray[np.uint8] | NDArray[np.uint16]
_SCANS = 12
_LEAST_WIDTH, _HEIGHT = 340, 230
_TRIES = 12
_TEXTS = ("2024-03-17 08:41:09", "MSKU 482133-7", "OPR J. HALVORSEN", "DE-KX 4821", "LANE 3 SITE BREMERHAVEN")
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_PLAIN)


@dataclass(frozen=True)
class Burnt:
    """A picture with a line of text in it, and where its strokes are."""

    picture_HW: Picture
    strokes_HW: NDArray[np.bool_]


def backgrounds(count: int, seed: int, height: int = _HEIGHT) -> Iterator[NDArray[np.uint16]]:
    """Crops of `height` rows, each a column wider than the one before: a file can be known again by its width."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        pictures = _simulated(Path(folder) / "pool", seed)
    for number in range(count):
        picture = pictures[number % len(pictures)]
        width = _LEAST_WIDTH + number
        wide = picture if picture.shape[1] >= width + 8 else np.tile(picture, (1, 1 + (width + 8) // picture.shape[1]))
        top, left = (int(rng.integers(0, 1 + most)) for most in (wide.shape[0] - height, wide.shape[1] - width))
        yield np.ascontiguousarray(wide[top : top + height, left : left + width])


def burn(picture_HW: Picture, rng: np.random.Generator) -> Burnt:
    """Text of a device: dark or bright, upright or turned by 90 degrees, in one of four founts, 9 to 20 pixels high.

    It stands where it can be read, as a device's template would have it.
    """
    turned = bool(rng.integers(2))
    canvas = np.ascontiguousarray(np.rot90(picture_HW)) if turned else picture_HW.copy()
    strokes = max((_strokes(canvas.shape, rng) for _ in range(_TRIES)), key=lambda one: _contrast(canvas, one)[0])
    canvas[strokes] = _contrast(canvas, strokes)[1]
    drawn, mask = (np.rot90(one, -1) if turned else one for one in (canvas, strokes))
    return Burnt(np.ascontiguousarray(drawn), np.ascontiguousarray(mask))


def _strokes(shape_HW: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.bool_]:
    font, text = _FONTS[rng.integers(len(_FONTS))], _TEXTS[rng.integers(len(_TEXTS))]
    scale = cv2.getFontScaleFromHeight(font, int(rng.integers(9, 21)))
    (wide, high), _ = cv2.getTextSize(text, font, scale, 1)
    while wide > shape_HW[1] - 12:
        scale *= 0.9
        (wide, high), _ = cv2.getTextSize(text, font, scale, 1)
    at = int(rng.integers(4, shape_HW[1] - wide - 4)), int(rng.integers(high + 4, shape_HW[0] - 6))
    return np.asarray(cv2.putText(np.zeros(shape_HW, np.uint8), text, at, font, scale, 255, 1, cv2.LINE_8)) > 0


def _contrast(picture_HW: Picture, strokes_HW: NDArray[np.bool_]) -> tuple[float, int]:
    """Share of the range by which nearly all strokes stand out, as black or as white; and which of the two it is."""
    under, most = picture_HW[strokes_HW], int(np.iinfo(picture_HW.dtype).max)
    return max((float(np.quantile(np.abs(level - under.astype(float)), 0.05)) / most, level) for level in (0, most))


def _simulated(folder: Path, seed: int) -> list[NDArray[np.uint16]]:
    kind = KINDS["cargo"]
    order = Order("cargo", seed, Rates(0.2, 0.2, 0.1), kind.read_scanner(kind.scanner), kind.carriers)
    generate(folder, order, scans=_SCANS, site="planted", workers=1, progress=lambda: None)
    pool = read_pool(folder)
    pictures = (np.asarray(pool.read_scan(scan).views[0].pixels[0], np.uint16) for scan in pool.scans)
    return [picture for picture in pictures if picture.shape[0] >= _HEIGHT + 8]
