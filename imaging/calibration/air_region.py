"""Where a scan shows nothing but air: found in the picture itself, or refused."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.errors import UnusableScan
from imaging.lines import DetectorAxis, by_element, linear_CEL
from imaging.scan import FloatImage, Quantity, View

_FRAME_PX = 5
_LEAST_FRAME_SHARE = 0.10  # of the frame: a hot element or two is no plateau
_LEAST_AREA_SHARE = 0.005
_REACH = 0.03  # about the plateau: several sigma of any scanner's air, less than a sheet of cardboard
_STATED_REACH = 0.08  # tubes drift by per cents; two walls of a container take 12 % and more
_MOST_BRIGHTER = 0.02  # of the picture: hot elements, overshoot at edges; goods have gaps that are brighter than they
_BRIDGE = 9  # elements: a hot or dead one, or several side by side, do not tear the region
_MEAN_TO_SIGMA = 1.2533  # from the mean absolute deviation of a normal distribution
_MOST_UNEVEN = 0.01  # of the level: what cargo that happens to be bright shows, and air does not


@dataclass(frozen=True, eq=False, slots=True)
class AirRegion:
    """Pixels (bool HW) where nothing is in the beam, and the level of each channel there in stored units."""

    mask_HW: NDArray[np.bool_]
    level_C: tuple[float, ...]
    detector: DetectorAxis


def find_air(view: View, *, detector: DetectorAxis = "rows") -> AirRegion:
    """The empty beam around a unit: the brightest level that holds a tenth of the picture's frame, where it is even.

    A frame of 5 px is looked at for the plateau; the region is what is within 3 % of it in every channel and hangs
    together with the frame, less a margin of 2 px to the goods. Elements that read wrongly are bridged along the
    detector, so that their level can be measured. A uniform slab that fills the frame looks like air: `air` stated in
    the profile (8 % are allowed) tells the two apart.

    Raises:
        NoPhysics: when the view is not counts or transmission.
        UnusableScan: when the picture has no air: no plateau at its frame, one too far from the stated air level,
            one that is uneven like cargo or has over 2 % of the picture above it, or a region under 0.5 % of it.
    """
    values_CEL = linear_CEL(view, detector)
    finite_EL: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(values_CEL), axis=0)
    values_CEL[:, ~finite_EL] = 0  # an average must not carry them on
    smooth = np.empty(values_CEL.shape, np.float32)
    for plane, blurred in zip(values_CEL, smooth, strict=True):
        cv2.blur(np.ascontiguousarray(plane), (3, 3), dst=blurred)
    levels = _levels(smooth)
    _check_stated(view, levels)
    near: NDArray[np.bool_] = np.logical_and.reduce(np.abs(smooth / levels[:, None, None] - 1) <= _REACH, axis=0)
    region = _at_frame(near) & finite_EL
    brighter = float((smooth[-1] > (1 + 3 * _REACH) * levels[-1]).mean())
    if brighter > _MOST_BRIGHTER:
        raise _no_air(f"{100 * brighter:.0f} % of the picture brighter than the plateau at its frame")
    share = float(region.mean())
    if share < _LEAST_AREA_SHARE:
        raise _no_air(f"{100 * share:.2f} % of the picture at the level of its frame")
    uneven = max(_unevenness(plane, region) for plane in smooth)
    if uneven > _MOST_UNEVEN:
        raise _no_air(f"a bright part whose level varies by {100 * uneven:.1f} %")
    return AirRegion(by_element(region, detector), tuple(float(level) for level in levels), detector)


def _levels(smooth_CEL: FloatImage) -> NDArray[np.float64]:
    frame = np.ones(smooth_CEL.shape[1:], np.bool_)
    frame[_FRAME_PX:-_FRAME_PX, _FRAME_PX:-_FRAME_PX] = False
    frame_CN = smooth_CEL[:, frame].astype(np.float64)
    main = frame_CN[-1]  # the highest energy sees least of thin goods
    ceiling = float(np.percentile(main, 99.9))
    if ceiling <= 0:
        raise _no_air("a frame without a beam, or without numbers")
    counts, edges = np.histogram(main, bins=100, range=(0, 1.01 * ceiling))
    windows = np.convolve(counts, np.ones(3), mode="same")
    full = np.flatnonzero(windows >= _LEAST_FRAME_SHARE * main.size)
    if full.size == 0:
        raise _no_air(f"no level that holds {100 * _LEAST_FRAME_SHARE:.0f} % of its frame")
    level = float(edges[full[-1]] + edges[full[-1] + 1]) / 2
    for _ in range(4):
        chosen = np.abs(main / level - 1) <= _REACH
        level = float(np.median(main[chosen])) if chosen.any() else level
    plateau = np.abs(main / level - 1) <= _REACH
    if not plateau.any():
        raise _no_air("two levels in its frame, and nothing at the one between them")
    return np.median(frame_CN[:, plateau], axis=1)


def _check_stated(view: View, levels: NDArray[np.float64]) -> None:
    if view.air is None and view.quantity is Quantity.COUNTS:
        return
    air = np.ones(len(levels)) if view.air is None else view.air
    stated = np.array([np.median(np.asarray(level)) for level in air])
    if np.abs(levels / stated - 1).max() > _STATED_REACH:
        raise _no_air(f"a frame at {[round(level) for level in levels]} where air is {[round(one) for one in stated]}")


def _at_frame(near_EL: NDArray[np.bool_]) -> NDArray[np.bool_]:
    bridged = cv2.morphologyEx(near_EL.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((_BRIDGE, 1), np.uint8))
    _, labels = cv2.connectedComponents(bridged, connectivity=4)
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    touching = np.isin(labels, np.setdiff1d(edges, [0]))
    inside = cv2.erode(touching.astype(np.uint8), np.ones((5, 5), np.uint8))
    return inside.astype(np.bool_)


def _unevenness(plane_EL: FloatImage, region_EL: NDArray[np.bool_]) -> float:
    """Spread of the region about the level of each element, relative; hot and dead elements do not count."""
    rows = region_EL.any(axis=1)
    kept = np.where(region_EL[rows], plane_EL[rows], np.nan)
    level = np.nanmedian(kept, axis=1, keepdims=True)
    inner = kept / np.where(level > 0, level, np.nan) - 1
    return float(_MEAN_TO_SIGMA * np.nanmean(np.abs(inner)))


def _no_air(found: str) -> UnusableScan:
    return UnusableScan(
        "air is taken from a part of the scan with nothing in the beam",
        found,
        "use a reference scan, or a scan with empty lines before or after the unit",
    )
