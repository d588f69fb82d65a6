"""Whether two pictures are two exposures: a copy shares the noise of its original, another exposure has its own.

Two empty containers of one type show the same to the last beam, and only their noise tells them apart. The same idea
ties a photograph to its camera by the noise of the sensor (Lukas, Fridrich and Goljan, IEEE TIFS 1, 2006); here it is
the quanta, which are never the same again.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.duplicates.prints import NOISE_STEP, THUMBNAIL, Image

SHARED = 0.15
"""Correlation of noise from which it is shared.

Set on 320 simulated scans, 30 % of them empty (`sandbox.py`, seeds 101 and 102): of 186 pairs of different scans that
look the same 3 are not told apart (rows of machines, stacks of one kind, bare pallets); of 192 copies without loss, 2
are missed. Two exposures of one thing are no copies either: what a pool says of units and consignments ties those.
"""
_WINDOW = 8
"""Side of a window in pixels of a print; it divides the print's side."""
_QUIETEST = 0.4
"""Share of the windows that is asked: where little is shown, what is left is noise."""
_FEWEST = 16
"""Windows below which chance could speak."""


def two_exposures(first: Image, second: Image, covered: NDArray[np.bool_]) -> bool:
    """Whether the noise of two pictures that lie on one another is not shared; False where it can not be told.

    Args:
        first: Picture from a print with noise.
        second: Another, laid over the first.
        covered: Where the second has pixels.
    """
    saturated = np.minimum(first, second) <= NOISE_STEP  # such as by a gain, which cuts off the noise there
    asked = _windows(covered & ~saturated).all(axis=(1, 2))
    one, other = _noise(first)[asked], _noise(second)[asked]
    power, other_power = (one**2).mean(axis=(1, 2)), (other**2).mean(axis=(1, 2))
    heard = np.minimum(power, other_power) > NOISE_STEP**2
    strength = np.sqrt(power * other_power)[heard]
    quietest = np.argsort(strength, kind="stable")[: int(_QUIETEST * strength.size)]
    if quietest.size < _FEWEST:
        return False
    correlation = (one * other).mean(axis=(1, 2))[heard][quietest] / strength[quietest]
    return float(np.median(correlation)) < SHARED


def _noise(image: Image) -> Image:
    """Finest detail in windows, rows and columns levelled: walls, beams and rims are lines along them."""
    fine = _windows(image - cv2.GaussianBlur(image, (0, 0), 1))
    level = fine.mean(axis=1, keepdims=True) + fine.mean(axis=2, keepdims=True)
    return np.asarray(fine - level + fine.mean(axis=(1, 2), keepdims=True))


def _windows(image: NDArray[np.generic]) -> NDArray[np.generic]:
    count = THUMBNAIL // _WINDOW
    return image.reshape(count, _WINDOW, count, _WINDOW).swapaxes(1, 2).reshape(-1, _WINDOW, _WINDOW)
