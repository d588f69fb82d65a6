"""Where a number is a bound only: the detector was full, or nothing got through."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.errors import UnsupportedScan
from imaging.quality.verdict import OPAQUE_TRANSMISSION
from imaging.scan import FloatImage, Pixels, Quantity, View

_LEAST_PILE = 16  # values
_LEAST_PILE_SHARE = 1e-4
_PILE_HEIGHT = 4.0  # times the mean of the eight levels below
_LEVELS_BELOW = 8


def saturation_mask(view: View, full_scale: float | None = None) -> NDArray[np.bool_]:
    """Bool mask, shape of `pixels`, of values at the top of the scale: the true signal may be higher.

    The top is `full_scale` where it is stated, else the largest value of an integer type, and any lower level at which
    a channel's own largest values pile up: 12 or 14 bits in 16-bit samples, or air that the scanner cut. A level is a
    pile when it holds 16 values, 0.01 % of the channel, and four times the mean of the eight levels below it: a
    distribution that ends by itself thins out towards its end. Noise-free air piles up too.

    Raises:
        UnsupportedScan: for DISPLAY and ATTENUATION, whose largest value says nothing about the detector.
    """
    if view.quantity in (Quantity.DISPLAY, Quantity.ATTENUATION):
        raise UnsupportedScan(
            "a detector's scale ends where its signal does",
            f"view {view.view_id!r} of {view.quantity.value}",
            "look at the counts of the scan",
        )
    tops = [_top(plane) if full_scale is None else full_scale for plane in view.pixels]
    return np.stack([np.greater_equal(plane, top) for plane, top in zip(view.pixels, tops, strict=True)])


def no_penetration_mask(
    view: View,
    *,
    opaque_transmission: float | None = None,
    floor_sigma: FloatImage | float = 0.0,
    sigmas: float = 3.0,
) -> NDArray[np.bool_]:
    """Bool mask, shape of `pixels`, of values that cannot be told from no beam at all: thickness is a lower bound.

    Args:
        view: anything that has a transmission.
        opaque_transmission: level at and under which the scanner cannot tell more cargo from less; a profile states it.
        floor_sigma: standard deviation of the transmission without a beam, a number or an array that broadcasts to the
            pixels: `dark_noise_CE / swing_CE()` of a reference, one column per element.
        sigmas: how many of them a value must rise above nothing.

    Raises:
        NoPhysics: when the view has no transmission.
    """
    level = OPAQUE_TRANSMISSION if opaque_transmission is None else opaque_transmission
    least = np.maximum(np.asarray(floor_sigma, np.float32) * np.float32(sigmas), np.float32(level))
    through: NDArray[np.bool_] = view.transmission() > least
    return ~through  # a value that is no number did not get through either


def _top(plane: Pixels) -> float:
    """The level from which on a plane is full; infinite where it is not."""
    finite: NDArray[Any] = plane[np.isfinite(plane)] if np.issubdtype(plane.dtype, np.floating) else plane.ravel()
    if finite.size == 0:
        return np.inf
    largest = finite.max()
    limit = np.iinfo(str(plane.dtype)).max if np.issubdtype(plane.dtype, np.integer) else np.inf
    if float(largest) >= limit:
        return float(limit)
    pile = int((finite == largest).sum())
    step = 1.0 if np.issubdtype(plane.dtype, np.integer) else abs(float(largest)) / 65535
    below = int((finite >= float(largest) - _LEVELS_BELOW * step).sum()) - pile
    wanted = max(_LEAST_PILE, _LEAST_PILE_SHARE * finite.size, _PILE_HEIGHT * below / _LEVELS_BELOW)
    return float(largest) if pile >= wanted else np.inf
