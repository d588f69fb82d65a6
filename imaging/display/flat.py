"""A volume as one picture: its middle slice, or the densest voxel along each ray."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from imaging.errors import UnsupportedScan
from imaging.law import LINEAR
from imaging.scan import Pixels, Quantity, View

Projection = Literal["middle", "maximum"]


def flat(view: View, projection: Projection = "middle") -> View:
    """A CHW view of a CDHW one; a CHW view comes back as it is.

    `middle` is slice D // 2; `maximum` the densest voxel along the slice axis (maximum-intensity projection), which is
    the smallest number where numbers fall with density, as counts and transmission do. A voxel without a number is
    left out where another one has one.

    Raises:
        UnsupportedScan: for another projection, or a volume without slices.
    """
    if projection not in ("middle", "maximum"):
        raise UnsupportedScan("a volume is shown by `middle` or `maximum`", f"{projection!r}", "choose one of them")
    if view.pixels.ndim == 3:
        return view
    if view.pixels.shape[1] == 0:
        raise UnsupportedScan("a volume has slices", f"shape {view.pixels.shape}", "read the scan again")
    spacing = None if view.spacing_mm is None else view.spacing_mm[-2:]
    if projection == "middle":
        middle = view.pixels.shape[1] // 2
        valid = None if view.valid is None else view.valid[middle]
        return replace(view, pixels=view.pixels[:, middle], valid=valid, spacing_mm=spacing)
    valid = None if view.valid is None else np.asarray(view.valid.any(axis=0))
    return replace(view, pixels=_densest(view), valid=valid, spacing_mm=spacing)


def _densest(view: View) -> Pixels:
    falls = _falls_with_density(view)
    dtype = view.pixels.dtype
    limits = (-np.inf, np.inf) if dtype.kind == "f" else (np.iinfo(str(dtype)).min, np.iinfo(str(dtype)).max)
    counted = True if view.valid is None else view.valid
    choose = np.fmin if falls else np.fmax
    densest: Pixels = choose.reduce(view.pixels, axis=1, where=counted, initial=limits[falls])
    return densest


def _falls_with_density(view: View) -> bool:
    if view.quantity is Quantity.ATTENUATION:
        return (view.law or LINEAR).scale < 0
    return view.quantity in (Quantity.COUNTS, Quantity.TRANSMISSION)
