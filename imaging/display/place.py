"""Where a pixel's material lies between organic (0) and metal (1), from two energies."""

from __future__ import annotations

import contextlib

import cv2
import numpy as np

from imaging.errors import ProfileError
from imaging.material.curves import curve_pair, material_share
from imaging.profile import ScannerProfile
from imaging.scan import DUAL_ENERGY, FloatImage

# Borders of the ratio low/high against the attenuation at high energy: organic | mixed, and mixed | metal. Baggage:
# read off a vendor's own renderings of 13 dual-energy bags. Cargo: midway between C, Al and Fe at 6/9 MV, narrow beam.
_BAGGAGE = ((0.15, 0.3, 0.6, 1.0, 1.6, 2.5, 4.0), (1.68, 1.52, 1.43, 1.37, 1.31, 1.25, 1.18),
            (2.40, 2.10, 1.79, 1.72, 1.60, 1.42, 1.25))  # fmt: skip
_CARGO = ((0.3, 0.9, 1.8, 3.6), (1.138, 1.143, 1.147, 1.151), (1.118, 1.1185, 1.118, 1.115))
_BAGGAGE_PX, _CARGO_PX = 3, 9  # of the average: at megavolts the ratio of one pixel is mostly noise
_EDGE_PX = 3
_STEEP = 0.1  # change of attenuation over 3x3 pixels, as a share of it, at which a pixel counts half
HALO_PX = _CARGO_PX // 2 + _EDGE_PX // 2 + 1


def material_place(low: FloatImage, high: FloatImage, profile: ScannerProfile | None, *, cargo: bool) -> FloatImage:
    """Place of each pixel, float32 HW: organic to 1/3, metal from 2/3 on.

    The curves of a profile decide where it has both energies and an organic and a metal one; else borders of the
    ratio that fit most scanners of its kind. The two energies are seen a fraction of a pixel apart, which at an edge
    looks like another material: pixels on steep edges take their place from those beside them.
    """
    return _off_edges(_place(low, high, profile, cargo=cargo), high)


def _place(low: FloatImage, high: FloatImage, profile: ScannerProfile | None, *, cargo: bool) -> FloatImage:
    if profile is not None and {channel.name for channel in profile.channels} == set(DUAL_ENERGY):
        with contextlib.suppress(ProfileError):  # a profile without usable curves still has a picture
            return material_share(curve_pair(profile), low, high)[0]
    size = _CARGO_PX if cargo else _BAGGAGE_PX
    smooth_high = _mean(high, size)
    ratio = _mean(low, size) / np.maximum(smooth_high, np.float32(1e-3))
    first, second = _borders(smooth_high, cargo)
    place: FloatImage = np.float32(1 / 3) + (ratio - first) / (np.float32(3) * (second - first))
    return np.clip(place, 0, 1, out=place)


def _off_edges(place: FloatImage, high: FloatImage) -> FloatImage:
    square = np.ones((3, 3), np.uint8)
    change = cv2.dilate(high, square) - cv2.erode(high, square)
    steepness = change / (np.float32(_STEEP) * np.maximum(high, np.float32(0.1)))
    weight = (1 / (1 + steepness * steepness)).astype(np.float32, copy=False)
    averaged: FloatImage = _mean(place * weight, _EDGE_PX) / _mean(weight, _EDGE_PX)
    return averaged


def _mean(plane: FloatImage, size: int) -> FloatImage:
    return cv2.blur(plane, (size, size), borderType=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)


def _borders(attenuation: FloatImage, cargo: bool) -> tuple[FloatImage, FloatImage]:
    grid, organic, metal = _CARGO if cargo else _BAGGAGE
    steps = np.linspace(grid[0], grid[-1], 1024)
    index = (attenuation - np.float32(grid[0])) * np.float32(1023 / (grid[-1] - grid[0])) + np.float32(0.5)
    index = np.clip(index, 0, 1023).astype(np.int32)
    first, second = (np.take(np.interp(steps, grid, border).astype(np.float32), index) for border in (organic, metal))
    return first, second
