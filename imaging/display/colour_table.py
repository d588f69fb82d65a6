"""Colours of materials at every lightness, worked out once and then looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from imaging.display.tone import ATTENUATION, STEPS, displayed, exact_value, luminance_of, step_of
from imaging.palettes import Palette
from imaging.scan import FloatImage

Cuts = tuple[float, float]

_PLACES = 64
_WAY = 1025  # samples of the way from black to white
_BLEND = 0.1  # of the way from organic to metal: half the width in which one colour goes over into the next
_THIN = (0.02, 0.35)  # attenuation between which colour fades in: less has no colour of its own
_THICK = (1.2, 0.3)  # attenuation under opaque between which it fades out: the low energy has met its floor
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709
_PALE = 0.72  # display value above which everything lies that a view takes away


@dataclass(frozen=True, slots=True)
class Look:
    """What a table is made from.

    `cuts` are the places (0 organic, 1 metal) where organic ends and metal begins; `shown` the kinds that keep
    colour and darkness, the others go pale; `opaque` the attenuation without information.
    """

    palette: Palette
    cuts: Cuts
    shown: tuple[bool, bool, bool]
    opaque: float
    cargo: bool


def look_up(look: Look, place_HW: FloatImage, attenuation_HW: FloatImage) -> NDArray[np.uint8]:
    """The picture, uint8 HW3, of pixels at a place between organic and metal and of an attenuation."""
    row = np.clip(place_HW * np.float32(_PLACES - 1) + np.float32(0.5), 0, _PLACES - 1).astype(np.int32)
    row *= STEPS
    row += step_of(attenuation_HW)
    picture: NDArray[np.uint8] = np.take(_table(look), row, axis=0)
    return picture


@lru_cache(maxsize=16)
def _table(look: Look) -> NDArray[np.uint8]:
    """Colours (places x attenuations, 3). At one attenuation all of them have the same luminance, but for pale ones."""
    palette = look.palette
    kinds_P3 = _kinds(np.linspace(0, 1, _PLACES), look.cuts)
    thin = np.interp(ATTENUATION, _THIN, (0, 1))
    thick = np.interp(ATTENUATION, (look.opaque - _THICK[0], look.opaque - _THICK[1]), (1, 0))
    taken_P = 1 - kinds_P3 @ np.array(look.shown, np.float64)
    value = exact_value(ATTENUATION, cargo=look.cargo)
    pale_PA = taken_P[:, None] * thick  # what is not known is not taken away
    luminance_PA = luminance_of(value + pale_PA * (_PALE + (1 - _PALE) * value - value))
    saturation_PA = (1 - taken_P)[:, None] * thin * thick
    colours_P3 = displayed(kinds_P3 @ luminance_of(np.array([palette.organic, palette.mixed, palette.metal]) / 255))
    full = np.stack([_at_luminance(colour, line) for colour, line in zip(colours_P3, luminance_PA, strict=True)])
    grey = luminance_PA[..., None]
    shown = displayed(grey + saturation_PA[..., None] * (luminance_of(full) - grey))
    table: NDArray[np.uint8] = np.rint(255 * shown).astype(np.uint8).reshape(-1, 3)
    table.setflags(write=False)
    return table


def _kinds(place_P: NDArray[np.float64], cuts: Cuts) -> NDArray[np.float64]:
    """Shares (P, 3) of the colours of organic, mixed and metal."""
    first, second = cuts
    half = min(_BLEND, first, (second - first) / 2, 1 - second)
    beyond_organic = np.interp(place_P, (first - half, first + half), (0, 1))
    metal = np.interp(place_P, (second - half, second + half), (0, 1))
    return np.stack([1 - beyond_organic, beyond_organic - metal, metal], axis=1)


def _at_luminance(colour_3: NDArray[np.float64], luminance_A: NDArray[np.float64]) -> NDArray[np.float64]:
    """A colour (display values) at each luminance (A, 3): on the way from black through the colour to white."""
    way_T1 = np.linspace(0, 2, _WAY)[:, None]
    ramp_T3 = np.where(way_T1 <= 1, colour_3 * way_T1, 1 - (1 - colour_3) * (2 - way_T1))
    luminance_T = luminance_of(ramp_T3) @ _LUMA
    return np.stack([np.interp(luminance_A, luminance_T, ramp_T3[:, channel]) for channel in range(3)], axis=-1)
