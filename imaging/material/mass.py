"""Mass and fill of what stands in the beam, with the interval that the unknown material leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imaging.errors import NoPhysics, UnusableScan
from imaging.material.curves import HALO_PX
from imaging.material.density import crop, density_blocks
from imaging.profile import ScannerProfile
from imaging.scan import Geometry, View

_MOST_OPAQUE = 1e-3  # share of a region above which its mass has no upper bound
EMPTY_ATTENUATION = 0.25  # two walls of a container (4 mm of steel) at several MV read 0.13 to 0.22


@dataclass(frozen=True, slots=True)
class MassEstimate:
    """Mass in a region, everything in the beam included. `upper_kg` is None where opaque parts leave no bound.

    The bounds speak of the unknown material and, in a fan beam, of the unknown depth, not of errors of the
    calibration. `opaque_share` (0 to 1) is the share of pixels of which no more than a lower bound is known.
    """

    mass_kg: float
    lower_kg: float
    upper_kg: float | None
    opaque_share: float


def estimate_mass(
    view: View, profile: ScannerProfile, region_xyxy: tuple[float, float, float, float] | None = None
) -> MassEstimate:
    """Mass in a region (half-open pixels, clipped to the view; all of it without one).

    Raises:
        NoPhysics: when the view has no physical quantity, no air level, no spacing at the object, is a volume, or comes
            from a fan beam at a distance that nobody stated.
        ProfileError: when the profile has no usable curves or other channels than the view.
        UnusableScan: when the region lies outside the view.
    """
    if view.spacing_mm is None or len(view.spacing_mm) != 2:
        raise NoPhysics("mass needs the pixel spacing at the object", "none", "state `spacing_mm` in the profile")
    nearest, farthest = _pitch_range(view.geometry)
    x0, y0, x1, y1 = _region(view, region_xyxy)
    sums, opaque = np.zeros(3), 0
    left, right = max(x0 - HALO_PX, 0), x1 + HALO_PX
    top, bottom = max(y0 - HALO_PX, 0), y1 + HALO_PX
    window = crop(view, slice(top, bottom), slice(left, right))
    columns = slice(x0 - left, x1 - left)
    for rows, block in density_blocks(window, profile):
        start, stop = max(y0 - top, rows.start), max(min(y1 - top, rows.stop), rows.start)
        part = (slice(start - rows.start, stop - rows.start), columns)
        sums += [float(plane[part].sum(dtype=np.float64)) for plane in (block.value, block.lower, block.upper)]
        opaque += int(block.opaque[part].sum())
    value, lower, upper = sums * (view.spacing_mm[0] * view.spacing_mm[1] / 100 / 1000)  # mm2 to cm2, g to kg
    share = opaque / ((x1 - x0) * (y1 - y0))
    most = float(upper * farthest) if share <= _MOST_OPAQUE else None
    return MassEstimate(float(value), float(lower * nearest), most, share)


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
    window = crop(view, slice(y0, y1), slice(x0, x1))
    plane = window.transmission()[window.channel_names.index("high") if "high" in window.channel_names else 0]
    valid = np.isfinite(plane) if window.valid is None else window.valid & np.isfinite(plane)
    if not valid.any():
        raise UnusableScan("fill is a share of valid pixels", "none in the region", "scan again")
    return float((plane[valid] < np.exp(-empty_attenuation)).mean())


def _pitch_range(geometry: Geometry | None) -> tuple[float, float]:
    """How the stated pitch changes from the near to the far side of the object: a fan widens with distance.

    Only the pitch along the fan does; the other comes from the belt. A parallel beam has no fan.
    """
    if geometry is None or geometry.fan_deg is None:
        return 1.0, 1.0
    if geometry.source_object_mm is None:
        raise NoPhysics(
            "in a fan beam the size of a pixel depends on how far away the object is",
            "no distance from source to object",
            "state `source_object_mm`, and `object_depth_mm` for an interval",
        )
    half = 0.5 * (geometry.object_depth_mm or 0.0) / geometry.source_object_mm
    return 1 - half, 1 + half


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
