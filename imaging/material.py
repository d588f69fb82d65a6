"""Areal density, mass and fill of what stands in the beam, with the interval that the unknown material leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imaging.curves import HALO_PX, CurvePair, curve_pair, material_share, mixed_density
from imaging.errors import NoPhysics, ProfileError, UnusableScan
from imaging.profile import ScannerProfile
from imaging.quality import OPAQUE_TRANSMISSION
from imaging.scan import FloatImage, View

_BLOCK_PX = 1 << 20  # pixels worked on at once: some 60 MB of float32 planes, whatever the size of the scan
_MOST_OPAQUE = 1e-3  # share of a region above which its mass has no upper bound
EMPTY_ATTENUATION = 0.15  # two walls of a container (4 mm of steel) at several MV, with room for noise


@dataclass(frozen=True, slots=True)
class MassEstimate:
    """Mass in a region, everything in the beam included. `upper_kg` is None where opaque parts leave no bound.

    The bounds speak of the unknown material alone, not of errors of the calibration. `opaque_share` (0 to 1) is the
    share of pixels of which no more than a lower bound is known.
    """

    mass_kg: float
    lower_kg: float
    upper_kg: float | None
    opaque_share: float


@dataclass(frozen=True, eq=False, slots=True)
class _Densities:
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
    for rows, block in _blocks(view, profile):
        density[rows], opaque[rows] = block.value, block.opaque
    return density, opaque


def estimate_mass(
    view: View, profile: ScannerProfile, region_xyxy: tuple[float, float, float, float] | None = None
) -> MassEstimate:
    """Mass in a region (half-open pixels, clipped to the view; all of it without one).

    Raises:
        NoPhysics: when the view has no physical quantity, no air level, no spacing at the object, or is a volume.
        ProfileError: when the profile has no usable curves or other channels than the view.
        UnusableScan: when the region lies outside the view.
    """
    if view.spacing_mm is None or len(view.spacing_mm) != 2:
        raise NoPhysics("mass needs the pixel spacing at the object", "none", "state `spacing_mm` in the profile")
    x0, y0, x1, y1 = _region(view, region_xyxy)
    sums, opaque = np.zeros(3), 0
    left, right = max(x0 - HALO_PX, 0), x1 + HALO_PX
    top, bottom = max(y0 - HALO_PX, 0), y1 + HALO_PX
    window = _crop(view, slice(top, bottom), slice(left, right))
    columns = slice(x0 - left, x1 - left)
    for rows, block in _blocks(window, profile):
        start, stop = max(y0 - top, rows.start), min(y1 - top, rows.stop)
        if start >= stop:
            continue
        part = (slice(start - rows.start, stop - rows.start), columns)
        sums += [float(plane[part].sum(dtype=np.float64)) for plane in (block.value, block.lower, block.upper)]
        opaque += int(block.opaque[part].sum())
    value, lower, upper = sums * (view.spacing_mm[0] * view.spacing_mm[1] / 100 / 1000)  # mm2 to cm2, g to kg
    share = opaque / ((x1 - x0) * (y1 - y0))
    return MassEstimate(float(value), float(lower), float(upper) if share <= _MOST_OPAQUE else None, share)


def fill_share(
    view: View,
    region_xyxy: tuple[float, float, float, float] | None = None,
    *,
    empty_attenuation: float = EMPTY_ATTENUATION,
) -> float:
    """Share (0 to 1) of a region's valid pixels that attenuate (-ln T) more than an empty unit would.

    Raises:
        NoPhysics: when the view has no physical quantity or no air level.
        UnusableScan: when the region lies outside the view, or holds no valid pixel.
    """
    x0, y0, x1, y1 = _region(view, region_xyxy)
    window = _crop(view, slice(y0, y1), slice(x0, x1))
    plane = window.transmission()[window.channel_names.index("high") if "high" in window.channel_names else 0]
    valid = np.isfinite(plane) if window.valid is None else window.valid & np.isfinite(plane)
    if not valid.any():
        raise UnusableScan("fill is a share of valid pixels", "none in the region", "scan again")
    return float((plane[valid] < np.exp(-empty_attenuation)).mean())


def _blocks(view: View, profile: ScannerProfile) -> Iterator[tuple[slice, _Densities]]:
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
        block = _densities(_crop(view, slice(top, stop + HALO_PX), slice(None)), pair, level)
        own = slice(start - top, stop - top)
        planes = (block.value[own], block.lower[own], block.upper[own], block.opaque[own])
        yield slice(start, stop), _Densities(*planes)


def _densities(view: View, pair: CurvePair, level: float) -> _Densities:
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
    value = mixed_density(pair, main, share)
    ends = [mixed_density(pair, main, np.clip(share + sign * half_width, 0, 1)) for sign in (-1, 1)]
    lower, upper = np.minimum(*ends), np.maximum(*ends)
    return _bounded_only(_Densities(value, lower, upper, opaque), pair, main, silent)


def _bounded_only(block: _Densities, pair: CurvePair, main: FloatImage, silent: NDArray[np.bool_]) -> _Densities:
    """Where the beam did not get through, the smaller density of the two materials is all that is known."""
    ends = [pair.density(main, metal=metal) for metal in (False, True)]
    least, most = np.minimum(*ends), np.maximum(*ends)
    value, lower = (np.where(block.opaque, least, plane) for plane in (block.value, block.lower))
    upper = np.where(block.opaque, most, block.upper)
    for plane in (value, lower, upper):
        plane[silent] = 0
    return replace(block, value=value, lower=lower, upper=upper)


def _crop(view: View, rows: slice, columns: slice) -> View:
    valid = None if view.valid is None else view.valid[..., rows, columns]
    return replace(view, pixels=view.pixels[..., rows, columns], valid=valid)


def _region(view: View, region_xyxy: tuple[float, float, float, float] | None) -> tuple[int, int, int, int]:
    height, width = view.size_hw
    if region_xyxy is None:
        return 0, 0, width, height
    x0, y0, x1, y1 = (round(value) for value in region_xyxy)
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    if x0 >= x1 or y0 >= y1:
        raise UnusableScan(
            "a region overlaps its view", f"{region_xyxy} in {width} x {height}", "give pixels of the stored view"
        )
    return x0, y0, x1, y1
