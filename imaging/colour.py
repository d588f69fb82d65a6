"""What an operator looks at: orange organic, green mixed, blue metal, darker where less gets through."""

from __future__ import annotations

import contextlib

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.curves import MEGAVOLT_KV, curve_pair, material_share
from imaging.errors import ProfileError
from imaging.profile import ScannerProfile
from imaging.quality import OPAQUE_TRANSMISSION
from imaging.scan import DUAL_ENERGY, FloatImage, Quantity, View

Picture = NDArray[np.uint8]

# Borders of the ratio low/high against the attenuation at high energy: organic | mixed, and mixed | metal. Baggage:
# read off a vendor's own renderings of 13 dual-energy bags. Cargo: midway between C, Al and Fe at 6/9 MV, narrow beam.
_BAGGAGE = ((0.15, 0.3, 0.6, 1.0, 1.6, 2.5, 4.0), (1.68, 1.52, 1.43, 1.37, 1.31, 1.25, 1.18),
            (2.40, 2.10, 1.79, 1.72, 1.60, 1.42, 1.25))  # fmt: skip
_CARGO = ((0.3, 0.9, 1.8, 3.6), (1.138, 1.143, 1.147, 1.151), (1.118, 1.1185, 1.118, 1.115))
_PLACES = (0.2, 0.4, 0.6, 0.8)  # between organic and metal, with the colour at middle lightness below
_ORANGE, _GREEN, _BLUE = (0.95, 0.55, 0.10), (0.25, 0.66, 0.24), (0.10, 0.38, 0.80)
_COLOURS = np.array([_ORANGE, _GREEN, _GREEN, _BLUE])
_THIN_GREY = 0.62
_GAMMA = 0.8  # spreads the thin parts of a bag, where most of it lies
_BAGGAGE_DARKENING, _CARGO_DARKENING = 0.60, 0.38
_THIN = (0.02, 0.12)  # attenuation between which colour fades in: less has no colour of its own
_BAGGAGE_THICK, _CARGO_THICK = (4.4, 5.2), (6.8, 7.5)  # and out again: the low energy has met its floor
_BLOCK_PX = 1 << 20


def pseudo_colour(view: View, profile: ScannerProfile | None = None) -> Picture:
    """An RGB picture, uint8 HW3, of the same size as the view (a volume is shown by its middle slice).

    Dual energy with physics is coloured by material, by the curves of `profile` where it has them; one energy and
    unexplained numbers are grey; a rendered picture is shown as it is.
    """
    if view.pixels.ndim == 4:
        middle = view.pixels.shape[1] // 2
        valid = None if view.valid is None else view.valid[middle]
        view = View(view.view_id, view.pixels[:, middle], view.channels, view.quantity, view.air, valid)
    if view.quantity is Quantity.DISPLAY:
        return _as_it_is(view)
    if not view.quantity.physical or (view.quantity is Quantity.COUNTS and view.air is None):
        return _stretched(view)
    attenuation = _attenuation(view)
    if view.channel_names != DUAL_ENERGY:
        cargo = (view.channels[0].energy_kv or 0) >= MEGAVOLT_KV
        lightness = _lightness(attenuation.mean(axis=0), _CARGO_DARKENING if cargo else _BAGGAGE_DARKENING)
        return np.repeat(np.rint(255 * lightness)[..., None], 3, axis=2).astype(np.uint8)
    picture = np.empty((*view.size_hw, 3), np.uint8)
    low, high = attenuation
    cargo = (view.channels[1].energy_kv or 0) >= MEGAVOLT_KV
    place = _place(low, high, cargo, profile)
    step = max(1, _BLOCK_PX // view.size_hw[1])
    for start in range(0, view.size_hw[0], step):
        rows = slice(start, start + step)
        picture[rows] = _coloured(place[rows], high[rows], cargo)
    return picture


def _attenuation(view: View) -> FloatImage:
    transmission = np.nan_to_num(view.transmission(), nan=1.0, posinf=1.0, neginf=0.0)
    return -np.log(np.maximum(transmission, OPAQUE_TRANSMISSION, dtype=np.float32))


def _place(low: FloatImage, high: FloatImage, cargo: bool, profile: ScannerProfile | None) -> FloatImage:
    """0 (organic) to 1 (metal) for each pixel."""
    if profile is not None and {channel.name for channel in profile.channels} == set(DUAL_ENERGY):
        with contextlib.suppress(ProfileError):  # a profile without usable curves still has a picture
            return material_share(curve_pair(profile), low, high)[0]
    size = 9 if cargo else 3  # at megavolts the ratio of one pixel is mostly noise
    smooth_high = cv2.blur(high, (size, size))
    ratio = cv2.blur(low, (size, size)) / np.maximum(smooth_high, 1e-3)
    grid, organic, metal = _CARGO if cargo else _BAGGAGE
    first, second = np.interp(smooth_high, grid, organic), np.interp(smooth_high, grid, metal)
    return np.clip(1 / 3 + (ratio - first) / (second - first) / 3, 0, 1).astype(np.float32)


def _coloured(place: FloatImage, high: FloatImage, cargo: bool) -> Picture:
    lightness = _lightness(high, _CARGO_DARKENING if cargo else _BAGGAGE_DARKENING)[..., None]
    seen = np.interp(high, (*_THIN, *(_CARGO_THICK if cargo else _BAGGAGE_THICK)), (0, 1, 1, 0))[..., None]
    full = np.stack([np.interp(place, _PLACES, _COLOURS[:, channel]) for channel in range(3)], axis=-1)
    colour = _THIN_GREY + seen * (full - _THIN_GREY)
    light = 1 - (1 - colour) * 2 * (1 - lightness)  # from white down to the colour,
    dark = colour * 2 * lightness  # and from the colour down to black
    shown: Picture = np.rint(255 * np.clip(np.where(lightness > 0.5, light, dark), 0, 1)).astype(np.uint8)
    return shown


def _lightness(attenuation: FloatImage, darkening: float) -> FloatImage:
    opaque = attenuation >= -np.log(OPAQUE_TRANSMISSION) - 1e-3
    light = np.exp(-darkening * np.maximum(attenuation, 0) ** _GAMMA, dtype=np.float32)
    return np.where(opaque, np.float32(0.02), light)


def _as_it_is(view: View) -> Picture:
    shown = np.rint(255 * np.clip(np.nan_to_num(view.signal()), 0, 1)).astype(np.uint8)
    planes = shown if len(shown) == 3 else np.repeat(shown[:1], 3, axis=0)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def _stretched(view: View) -> Picture:
    """Grey between the 0.1th and 99.9th percentile of all channels' mean: shown, not measured."""
    plane = np.nan_to_num(view.pixels.astype(np.float32).mean(axis=0), posinf=0, neginf=0)
    dark, bright = np.percentile(plane, [0.1, 99.9])
    grey = np.clip((plane - dark) / max(bright - dark, 1e-12), 0, 1)
    return np.repeat(np.rint(255 * grey)[..., None], 3, axis=2).astype(np.uint8)
