"""Areal density of a radiograph, in blocks of rows so that a scan of any size fits into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imaging.errors import NoPhysics, ProfileError
from imaging.law import Levels
from imaging.material.curves import HALO_PX, CurvePair, curve_pair, material_share
from imaging.profile import ScannerProfile
from imaging.quality.verdict import OPAQUE_TRANSMISSION
from imaging.scan import FloatImage, View

_BLOCK_PX = 1 << 20  # pixels worked on at once: some 60 MB of float32 planes


@dataclass(frozen=True, eq=False, slots=True)
class Densities:
    """Areal density HW in g/cm2 of some rows, its bounds, and where it is a lower bound only."""

    value: FloatImage
    lower: FloatImage
    upper: FloatImage
    opaque: NDArray[np.bool_]


def areal_density(view: View, profile: ScannerProfile) -> tuple[FloatImage, NDArray[np.bool_]]:
    """Areal density of a radiograph in g/cm2, float32 HW, and a bool HW mask of where it is a lower bound only.

    Values around zero may be slightly negative (noise about air). Pixels without a valid number read 0 and are in
    the mask.

    Raises:
        NoPhysics: when the view has no physical quantity, no air level, or is a volume.
        ProfileError: when the profile has no usable curves or other channels than the view.
    """
    density = np.zeros(view.size_hw, np.float32)
    opaque = np.zeros(view.size_hw, np.bool_)
    for rows, block in density_blocks(view, profile):
        density[rows], opaque[rows] = block.value, block.opaque
    return density, opaque


def density_blocks(view: View, profile: ScannerProfile) -> Iterator[tuple[slice, Densities]]:
    """Densities in blocks of rows, each computed with the neighbours that its averages need."""
    if view.pixels.ndim != 3:
        raise NoPhysics("areal density belongs to a radiograph", "a volume", "project it first")
    names = {channel.name for channel in profile.channels}
    if set(view.channel_names) != names:
        raise ProfileError(
            f"profile {profile.name!r} speaks of the channels {sorted(names)}",
            f"a view with {view.channel_names}",
            "use the profile of the scanner that made the view",
        )
    pair = curve_pair(profile)
    level = profile.opaque_transmission or OPAQUE_TRANSMISSION
    height, width = view.size_hw
    step = max(1, _BLOCK_PX // width)
    for start in range(0, height, step):
        stop = min(start + step, height)
        top = max(start - HALO_PX, 0)
        block = _densities(crop(view, slice(top, stop + HALO_PX), slice(None)), pair, level)
        own = slice(start - top, stop - top)
        planes = (block.value[own], block.lower[own], block.upper[own], block.opaque[own])
        yield slice(start, stop), Densities(*planes)


def _densities(view: View, pair: CurvePair, level: float) -> Densities:
    transmission = view.transmission()
    valid = np.ones(view.size_hw, np.bool_) if view.valid is None else view.valid
    silent: NDArray[np.bool_] = np.logical_or(~valid, ~np.isfinite(transmission).all(axis=0))
    transmission[:, silent] = 1.0
    floored = transmission <= level
    attenuation = -np.log(np.maximum(transmission, np.float32(level)))
    index = view.channel_names.index(pair.channel)
    main = attenuation[index]
    opaque = floored[index] | (main >= pair.end()) | silent
    if pair.channel == "high":
        low = view.channel_names.index("low")
        share, half_width = material_share(pair, attenuation[low], main)
        half_width[floored[low]] = 1.0  # the low energy saw its floor: it says nothing about the material
    else:
        share, half_width = np.full_like(main, 0.5), np.ones_like(main)
    return _between(pair, main, share, half_width, opaque=opaque, silent=silent)


def _between(
    pair: CurvePair,
    main: FloatImage,
    share: FloatImage,
    half_width: FloatImage,
    *,
    opaque: NDArray[np.bool_],
    silent: NDArray[np.bool_],
) -> Densities:
    """Densities on the line from organic to metal: linear in the share, at equal attenuation of the main channel.

    Against a polychromatic computation of steel behind polyethylene this is right within 1 % at 6/9 MV and up to
    13 % too low at 160 kV, where the metal hardens the beam of the organic part; the bounds allow for it, not for
    materials beyond the metal: lead reads 18 % too high at 6/4 MV. Where the beam did not get through, the smaller
    density of the two ends is all that is known.
    """
    organic, metal = (pair.density(main, metal=metal) for metal in (False, True))
    span = metal - organic
    ends = [organic + np.clip(share + sign * half_width, 0, 1) * span for sign in (-1, 1)]
    least, most = np.minimum(organic, metal), np.maximum(organic, metal)
    middle = organic + share * span
    inside = np.minimum(10 * share * (1 - share), 1)  # none at the ends, where the material is known
    margin = pair.mixing * inside * (1 - half_width) * np.abs(middle)
    value = np.where(opaque, least, middle)
    lower = np.where(opaque, least, np.minimum(*ends) - margin)
    upper = np.where(opaque, most, np.maximum(*ends) + margin)
    for plane in (value, lower, upper):
        plane[silent] = 0
    return Densities(value, lower, upper, opaque)


def crop(view: View, rows: slice, columns: slice) -> View:
    """The same view, of some rows and columns."""

    def part(levels: Levels | None) -> Levels | None:
        if not isinstance(levels, np.ndarray) or levels.ndim != 3:
            return levels
        down = rows if levels.shape[1] > 1 else slice(None)
        return levels[:, down, columns if levels.shape[2] > 1 else slice(None)]

    valid = None if view.valid is None else view.valid[..., rows, columns]
    law = None if view.law is None else replace(view.law, dark=part(view.law.dark))
    return replace(view, pixels=view.pixels[..., rows, columns], valid=valid, air=part(view.air), law=law)
