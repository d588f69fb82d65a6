"""The laws by which scanners write a beam into numbers, and what undoes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.errors import UnsupportedScan

Levels = tuple[float, ...] | NDArray[np.floating]
"""One value per channel, or an array that fits CHW: (C, 1, 1), (C, H, 1) per row, (C, 1, W) per column, (C, H, W)."""


@dataclass(frozen=True, eq=False, slots=True)
class Law:
    """How stored numbers stand to the beam.

    COUNTS and TRANSMISSION: T = ((stored - dark) / (air - dark)) ** gamma. A scanner that writes transmission to the
    power 1 / g times full scale has gamma g and the full scale as air. ATTENUATION: -ln T = (stored - air) / scale,
    `scale` in stored units for each factor e of the beam: 1000 where -1000 ln T is written, 1000 / ln 10 where
    -1000 log10 T is, negative where the logarithm of the counts themselves is written and air is bright.

    Attributes:
        dark: What the detector writes without a beam, in stored units, per channel as `View.air` is; None for 0.
        gamma: Exponent from stored value to beam, > 0.
        scale: Stored units for each unit of -ln T, not 0.
    """

    dark: Levels | None = None
    gamma: float = 1.0
    scale: float = 1.0


LINEAR = Law()


def beam_from_linear(stored: NDArray[np.generic], air: Levels, law: Law) -> NDArray[np.float32]:
    """Transmission of stored values that are a power of the beam; float32, shape of `stored`, air = 1, not clipped.

    Values under the dark level (noise) come out negative, by the same power, so that no two levels become one.
    """
    working = working_type(stored)
    value, full = stored.astype(working), fitted(air, stored.ndim, working)
    if law.dark is not None:
        dark = fitted(law.dark, stored.ndim, working)
        value, full = np.subtract(value, dark, out=value), full - dark
    transmission = np.divide(value, full, out=value)
    if law.gamma != 1:
        transmission = np.copysign(np.abs(transmission) ** working(law.gamma), transmission)
    beam: NDArray[np.float32] = transmission.astype(np.float32, copy=False)
    return beam


def beam_from_log(stored: NDArray[np.generic], air: Levels, law: Law) -> NDArray[np.float32]:
    """Transmission of stored values that are a logarithm of the beam; float32, shape of `stored`, air = 1."""
    working = working_type(stored)
    value = stored.astype(working)
    np.subtract(value, fitted(air, stored.ndim, working), out=value)
    np.multiply(value, working(-1 / law.scale), out=value)
    return np.exp(value, out=value).astype(np.float32, copy=False)


def fitted(levels: Levels, dimensions: int, working: type[np.floating]) -> NDArray[np.floating]:
    """Levels as an array that broadcasts to pixels of that many dimensions, first axis the channels."""
    values = np.asarray(levels, working)
    return values.reshape((-1,) + (1,) * (dimensions - 1)) if values.ndim == 1 else values


def check_levels(name: str, levels: Levels, shape: tuple[int, ...]) -> None:
    """Refuse levels that do not fit the pixels.

    Raises:
        UnsupportedScan: when they are neither one per channel nor an array that broadcasts to CHW.
    """
    found = np.shape(levels)
    if len(found) == 1 and found[0] == shape[0]:
        return
    if len(found) == len(shape) == 3 and found[0] == shape[0]:
        if all(one in (1, whole) for one, whole in zip(found[1:], shape[1:], strict=True)):
            return
        what = f"{name} levels of shape {found} for pixels of shape {shape}"
    else:
        what = f"{found[0] if len(found) == 1 else found} {name} values for {shape[0]} channels"
    raise UnsupportedScan(
        f"{name} is given per channel, or per channel and detector row or column",
        what,
        f"state one {name} value for each channel in the scanner profile",
    )


def working_type(stored: NDArray[np.generic]) -> type[np.floating]:
    """float32 where it holds every stored level exactly, else float64."""
    exact = stored.dtype.itemsize <= 2 or stored.dtype == np.float32
    return np.float32 if exact else np.float64
