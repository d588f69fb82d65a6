"""How light a pixel is shown: darker where less gets through."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.quality.verdict import OPAQUE_TRANSMISSION
from imaging.scan import FloatImage

Floats = NDArray[np.float64]

# Attenuation in tables, which end beyond opaque: a power and an exponential of each pixel would take most of the time.
STEP, STEPS = 0.001, 8192
ATTENUATION: Floats = np.arange(STEPS, dtype=np.float64) * STEP

_GAMMA = 0.8  # spreads the thin parts of a bag, where most of it lies
_BAGGAGE_DARKENING, _CARGO_DARKENING = 0.60, 0.38
_OPAQUE, _OPAQUE_VALUE = -math.log(OPAQUE_TRANSMISSION) - 1e-3, 0.02
_KNEE = 0.04045  # IEC 61966-2-1 (sRGB): under it the curve is a straight line


def value_of(attenuation: FloatImage, *, cargo: bool) -> FloatImage:
    """Display value, float32 from 1 (white: nothing in the beam) to 0.02 (opaque), falling with attenuation.

    `cargo` is for megavolt beams, whose pictures are spread over more attenuation.
    """
    return np.take(_general(cargo), step_of(attenuation))


def on_curve(attenuation: FloatImage, points: tuple[tuple[float, float], ...]) -> FloatImage:
    """Display value, float32, on straight lines through points (attenuation, value), held beyond both ends."""
    return np.take(_through(points), step_of(attenuation))


def step_of(attenuation: FloatImage) -> NDArray[np.int32]:
    """Number of the step of a table, 0 to `STEPS` - 1, that an attenuation is nearest to."""
    scaled = attenuation * np.float32(1 / STEP)
    scaled += np.float32(0.5)
    return np.clip(scaled, 0, STEPS - 1, out=scaled).astype(np.int32)


@lru_cache(maxsize=2)
def _general(cargo: bool) -> FloatImage:
    return _kept(exact_value(ATTENUATION, cargo=cargo))


@lru_cache(maxsize=32)
def _through(points: tuple[tuple[float, float], ...]) -> FloatImage:
    places, values = (np.array(column) for column in zip(*points, strict=True))
    return _kept(np.interp(ATTENUATION, places, values))


def _kept(curve: Floats) -> FloatImage:
    table = curve.astype(np.float32)
    table.setflags(write=False)  # shared by everyone who asks for the same
    return table


def exact_value(attenuation: Floats, *, cargo: bool) -> Floats:
    """`value_of`, worked out and not looked up."""
    darkening = _CARGO_DARKENING if cargo else _BAGGAGE_DARKENING
    value = np.exp(-darkening * np.maximum(attenuation, 0) ** _GAMMA)
    return np.where(attenuation >= _OPAQUE, _OPAQUE_VALUE, value)


def luminance_of(value: Floats) -> Floats:
    """Linear light, 0 to 1, of a display value (IEC 61966-2-1)."""
    return np.where(value <= _KNEE, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def displayed(luminance: Floats) -> Floats:
    """Display value, 0 to 1, of linear light: the inverse of `luminance_of`."""
    light = np.clip(luminance, 0, 1)
    return np.where(light <= _KNEE / 12.92, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def grey_picture(value_HW: FloatImage) -> NDArray[np.uint8]:
    """Display values from 0 to 1 as an RGB picture, uint8 HW3."""
    plane = np.rint(np.float32(255) * value_HW).astype(np.uint8)
    picture: NDArray[np.uint8] = cv2.cvtColor(plane, cv2.COLOR_GRAY2RGB).astype(np.uint8, copy=False)
    return picture
