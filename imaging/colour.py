"""What an operator looks at: orange organic, green mixed, blue metal, darker where less gets through."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.curves import MEGAVOLT_KV, curve_pair, material_share
from imaging.errors import ProfileError
from imaging.palettes import PALETTES, Palette
from imaging.profile import ScannerProfile
from imaging.quality import OPAQUE_TRANSMISSION
from imaging.scan import DUAL_ENERGY, FloatImage, Quantity, View

Picture = NDArray[np.uint8]

# Borders of the ratio low/high against the attenuation at high energy: organic | mixed, and mixed | metal. Baggage:
# read off a vendor's own renderings of 13 dual-energy bags. Cargo: midway between C, Al and Fe at 6/9 MV, narrow beam.
_BAGGAGE = ((0.15, 0.3, 0.6, 1.0, 1.6, 2.5, 4.0), (1.68, 1.52, 1.43, 1.37, 1.31, 1.25, 1.18),
            (2.40, 2.10, 1.79, 1.72, 1.60, 1.42, 1.25))  # fmt: skip
_CARGO = ((0.3, 0.9, 1.8, 3.6), (1.138, 1.143, 1.147, 1.151), (1.118, 1.1185, 1.118, 1.115))
_THIN_GREY = 0.62
_GAMMA = 0.8  # spreads the thin parts of a bag, where most of it lies
_BAGGAGE_DARKENING, _CARGO_DARKENING = 0.60, 0.38
_THIN = (0.02, 0.12)  # attenuation between which colour fades in: less has no colour of its own
_BAGGAGE_THICK, _CARGO_THICK = (4.4, 5.2), (6.8, 7.5)  # and out again: the low energy has met its floor
_BLOCK_PX = 1 << 20


def pseudo_colour(
    view: View, profile: ScannerProfile | None = None, palette: Palette = PALETTES["screener"]
) -> Picture:
    """An RGB picture, uint8 HW3, of the same size as the view (a volume is shown by its middle slice).

    Dual energy with physics is coloured by material, by the curves of `profile` where it has them; one energy and
    unexplained numbers are grey; a rendered picture is shown as it is.
    """
    view = flat(view)
    if view.quantity is Quantity.DISPLAY:
        return _as_it_is(view)
    if not explained(view):
        return _stretched(view)
    attenuation = attenuation_of(view)
    if view.channel_names != DUAL_ENERGY:
        return grey_picture(lightness(attenuation.mean(axis=0), darkening(view)))
    picture = np.empty((*view.size_hw, 3), np.uint8)
    low, high = attenuation
    place = material_place(low, high, is_cargo(view), profile)
    step = max(1, _BLOCK_PX // view.size_hw[1])
    for start in range(0, view.size_hw[0], step):
        rows = slice(start, start + step)
        picture[rows] = _coloured(place[rows], high[rows], is_cargo(view), palette)
    return picture


def flat(view: View) -> View:
    """A radiograph as it is; of a volume its middle slice."""
    if view.pixels.ndim == 3:
        return view
    middle = view.pixels.shape[1] // 2
    valid = None if view.valid is None else view.valid[middle]
    return replace(view, pixels=view.pixels[:, middle], valid=valid, spacing_mm=None)


def explained(view: View) -> bool:
    """Whether transmission can be computed: a physical quantity, and for counts an air level."""
    return view.quantity.physical and not (view.quantity is Quantity.COUNTS and view.air is None)


def is_cargo(view: View) -> bool:
    """Whether the beam comes from an accelerator."""
    return (view.channels[-1].energy_kv or 0) >= MEGAVOLT_KV


def darkening(view: View) -> float:
    """How fast pictures of such a scanner darken with attenuation."""
    return _CARGO_DARKENING if is_cargo(view) else _BAGGAGE_DARKENING


def attenuation_of(view: View) -> FloatImage:
    """-ln T of every channel, float32 CHW, held where the scanner sees its floor; what is no number is air."""
    transmission = np.nan_to_num(view.transmission(), nan=1.0, posinf=1.0, neginf=0.0)
    return -np.log(np.maximum(transmission, OPAQUE_TRANSMISSION, dtype=np.float32))


def material_place(low: FloatImage, high: FloatImage, cargo: bool, profile: ScannerProfile | None) -> FloatImage:
    """0 (organic) to 1 (metal) for each pixel, float32 HW, from the attenuation of both energies."""
    if profile is not None and {channel.name for channel in profile.channels} == set(DUAL_ENERGY):
        with contextlib.suppress(ProfileError):  # a profile without usable curves still has a picture
            return material_share(curve_pair(profile), low, high)[0]
    size = 9 if cargo else 3  # at megavolts the ratio of one pixel is mostly noise
    smooth_high = cv2.blur(high, (size, size))
    ratio = cv2.blur(low, (size, size)) / np.maximum(smooth_high, 1e-3)
    grid, organic, metal = _CARGO if cargo else _BAGGAGE
    first, second = np.interp(smooth_high, grid, organic), np.interp(smooth_high, grid, metal)
    return np.clip(1 / 3 + (ratio - first) / (second - first) / 3, 0, 1).astype(np.float32)


def without_material(high: FloatImage, cargo: bool) -> NDArray[np.bool_]:
    """Where so little gets through that two energies tell no material, bool HW; such pixels lose their colour."""
    return high >= (_CARGO_THICK if cargo else _BAGGAGE_THICK)[0]


def lightness(attenuation: FloatImage, darkening: float) -> FloatImage:
    """From 1 (air) down to nearly 0, falling with attenuation; 0.02 where the beam did not get through."""
    opaque = attenuation >= -np.log(OPAQUE_TRANSMISSION) - 1e-3
    light = np.exp(-darkening * np.maximum(attenuation, 0) ** _GAMMA, dtype=np.float32)
    return np.where(opaque, np.float32(0.02), light)


def grey_picture(lightness_HW: FloatImage) -> Picture:
    """Lightness from 0 to 1 as an RGB picture, uint8 HW3."""
    return np.repeat(np.rint(255 * lightness_HW)[..., None], 3, axis=2).astype(np.uint8)


def _coloured(place: FloatImage, high: FloatImage, cargo: bool, palette: Palette) -> Picture:
    light_HW1 = lightness(high, _CARGO_DARKENING if cargo else _BAGGAGE_DARKENING)[..., None]
    seen = np.interp(high, (*_THIN, *(_CARGO_THICK if cargo else _BAGGAGE_THICK)), (0, 1, 1, 0))[..., None]
    colour = _THIN_GREY + seen * (palette.at(place) - _THIN_GREY)
    light = 1 - (1 - colour) * 2 * (1 - light_HW1)  # from white down to the colour,
    dark = colour * 2 * light_HW1  # and from the colour down to black
    shown: Picture = np.rint(255 * np.clip(np.where(light_HW1 > 0.5, light, dark), 0, 1)).astype(np.uint8)
    return shown


def _as_it_is(view: View) -> Picture:
    shown = np.rint(255 * np.clip(np.nan_to_num(view.signal()), 0, 1)).astype(np.uint8)
    planes = shown if len(shown) == 3 else np.repeat(shown[:1], 3, axis=0)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def _stretched(view: View) -> Picture:
    """Grey between the 0.1th and 99.9th percentile of all channels' mean: shown, not measured."""
    plane = np.nan_to_num(view.pixels.astype(np.float32).mean(axis=0), posinf=0, neginf=0)
    dark, bright = np.percentile(plane, [0.1, 99.9])
    grey = np.clip((plane - dark) / max(bright - dark, 1e-12), 0, 1)
    return grey_picture(grey.astype(np.float32))
