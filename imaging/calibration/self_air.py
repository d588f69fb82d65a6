"""Air level of each detector element from the scan's own empty part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imaging.calibration.air_region import AirRegion, find_air
from imaging.calibration.reference import AirDark
from imaging.calibration.robust import Floats, clipped_mean, spread
from imaging.errors import UnusableScan
from imaging.law import fitted
from imaging.lines import DetectorAxis, by_element, linear_CEL
from imaging.scan import FloatImage, View

LEAST_AIR_LINES = 16


def self_air(view: View, region: AirRegion | None = None, *, detector: DetectorAxis = "rows") -> AirDark:
    """Air level of each element, measured where the picture shows nothing in the beam.

    Elements with fewer than 16 empty lines get the level between their nearest neighbours', and the spread of all
    elements as its error. The dark level is the one that the view's law states, else 0; its error is not known.

    Args:
        view: counts or transmission with air somewhere at its frame.
        region: where the air is; found by `find_air` without it.
        detector: axis of the stored picture that runs along the detector; a region brings its own.

    Raises:
        NoPhysics: when the view is not counts or transmission.
        UnusableScan: when the picture has no air (see `find_air`), or no element has enough of it.
    """
    region = find_air(view, detector=detector) if region is None else region
    values_CEL = linear_CEL(view, region.detector)
    air, error, noise = element_levels(values_CEL, by_element(region.mask_HW, region.detector))
    known = np.isfinite(air[0])
    if not known.any():
        raise UnusableScan(
            f"the air level of an element is taken over {LEAST_AIR_LINES} empty lines",
            "no element with so many",
            "use a reference scan, or a scan with more empty lines before or after the unit",
        )
    unlike = spread(air[:, known])[:, None]
    error = np.where(known, error, np.hypot(_between(error, known), unlike))
    air, noise = _between(air, known), _between(noise, known)
    zero = np.zeros_like(air)
    return AirDark(view.channel_names, region.detector, air, error, noise, _dark_CE(view, region), zero, zero)


def element_levels(values_CEL: FloatImage, mask_EL: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Level, standard error and noise of each element over the lines of a mask, float64 (channels, elements).

    NaN where an element has fewer than 16 lines in the mask.
    """
    level, error, noise = (np.full(values_CEL.shape[:2], np.nan) for _ in range(3))
    for element in np.flatnonzero(mask_EL.sum(axis=1) >= LEAST_AIR_LINES):
        found = clipped_mean(values_CEL[:, element, mask_EL[element]])
        level[:, element], error[:, element], noise[:, element] = found
    return level, error, noise


def _between(values_CE: Floats, known_E: NDArray[np.bool_]) -> Floats:
    elements = np.arange(known_E.size)
    return np.stack([np.interp(elements, elements[known_E], row[known_E]) for row in values_CE])


def _dark_CE(view: View, region: AirRegion) -> Floats:
    shape = by_element(np.empty(view.size_hw, np.bool_), region.detector).shape
    if view.law is None or view.law.dark is None:
        return np.zeros((len(view.channels), shape[0]))
    dark = by_element(fitted(view.law.dark, 3, np.float64), region.detector).mean(axis=-1)
    return np.broadcast_to(dark, (len(view.channels), shape[0])).astype(np.float64)
