"""Detector elements that say nothing, say it wrongly, or only make noise: found without calling goods a defect.

A shelf, a roof and a container floor are straight lines along the picture too. Two facts tell them from a bad
element. What stands on *every* line, those before and after the unit included, is not goods: so levels and noise are
compared in air alone. And goods, however straight, let the noise of the beam through: an element without any is dead,
wherever it looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from imaging.calibration.air_region import AirRegion
from imaging.calibration.robust import Floats, spread
from imaging.calibration.self_air import element_levels
from imaging.lines import DetectorAxis, by_element, linear_CEL
from imaging.scan import FloatImage, View

Reason = Literal["dead", "gain", "noisy"]

_NEIGHBOURS = 15  # elements that an element is compared with: up to 7 bad ones side by side stay the minority
_LEAST_Z = 6.0  # of a normal distribution 2e-9: one false alarm in 200,000 scans of 1,024 elements and two energies
_LEAST_GAIN = 0.02  # steps between detector modules stay under it
_LEAST_NOISE = 3.0  # times that of the neighbours
_LEAST_SPREAD = 1e-4
_STUCK, _ALIVE = 0.99, 0.5  # share of successive lines with equal values, of an element and of its neighbours
_DEAD_LEVEL = 0.1  # of the neighbours' air
_DEAD_NOISE = 0.1  # of the neighbours' noise
_WIDEST_OUTSIDE_AIR = 2  # elements; blur makes it impossible for goods so thin to hide the beam


@dataclass(frozen=True, slots=True)
class BadElement:
    """One bad element of one channel.

    `dead`: no response to the beam. `gain`: its air level is off its neighbours' by the share `deviation`; what lies
    in front of it all the time looks the same, and flat field mends both. `noisy`: `deviation` is its noise over
    theirs, less 1. `z` is the deviation in robust standard deviations over all elements; infinite, with a deviation of
    -1, for one that never changes.
    """

    channel: str
    element: int
    reason: Reason
    deviation: float
    z: float


@dataclass(frozen=True, slots=True)
class ElementReport:
    """The bad elements of a scan, and the share (0 to 1) of elements whose gain and noise could be judged, in air."""

    bad: tuple[BadElement, ...]
    judged_share: float
    elements: int
    detector: DetectorAxis


def find_bad_elements(view: View, air: AirRegion | None, *, detector: DetectorAxis = "rows") -> ElementReport:
    """Compare each element with the median of its 15 nearest, in robust standard deviations (MAD over all elements).

    In air: `gain` from 2 % and z 6 on, `noisy` from three times the noise and z 6 on, `dead` under a tenth of the
    neighbours' level. Anywhere: `dead` where 99 % of successive values are equal and those of the neighbours are not.
    Where an element has fewer than 16 lines of air nothing but `dead` can be told, for at most two side by side.

    Args:
        view: counts or transmission as the detector gave it, before flat field.
        air: where nothing is in the beam (`find_air`); None when the scan has no such part.
        detector: axis of the stored picture that runs along the detector; an air region brings its own.

    Raises:
        NoPhysics: when the view is not counts or transmission.
    """
    axis = detector if air is None else air.detector
    values_CEL = np.nan_to_num(linear_CEL(view, axis), nan=0.0, posinf=0.0, neginf=0.0)
    mask_EL = np.zeros(values_CEL.shape[1:], np.bool_) if air is None else by_element(air.mask_HW, axis)
    level_CE = element_levels(values_CEL, mask_EL)[0]
    judged_E = np.isfinite(level_CE[0])
    elements_N = np.flatnonzero(judged_E)
    bad: list[BadElement] = []
    for channel, plane_EL, level_E in zip(view.channel_names, values_CEL, level_CE, strict=True):
        dead_E = _dead_by_silence(plane_EL, judged_E)
        if elements_N.size:
            noise_N = _noise(plane_EL[elements_N], mask_EL[elements_N])
            bad += _bad_in_air(channel, level_E[elements_N], noise_N, elements_N, dead_E)
        bad += [BadElement(channel, int(element), "dead", -1.0, np.inf) for element in np.flatnonzero(dead_E)]
    return ElementReport(tuple(sorted(bad, key=lambda one: one.element)), float(judged_E.mean()), judged_E.size, axis)


def _bad_in_air(
    channel: str, level_N: Floats, noise_N: Floats, elements_N: NDArray[np.intp], dead_E: NDArray[np.bool_]
) -> list[BadElement]:
    gain, gain_z = _against(level_N, median_filter(level_N, _NEIGHBOURS, mode="mirror"))
    usual = np.maximum(median_filter(noise_N, _NEIGHBOURS, mode="mirror"), np.median(noise_N))
    loud, loud_z = _against(noise_N, usual)  # some scanners smooth the air of some elements: no measure for the others
    found: list[BadElement] = []
    for index, element in enumerate(elements_N.tolist()):
        if dead_E[element]:
            continue
        if gain[index] < _DEAD_LEVEL - 1:
            found.append(BadElement(channel, element, "dead", gain[index], gain_z[index]))
        elif abs(gain[index]) >= _LEAST_GAIN and gain_z[index] >= _LEAST_Z:
            found.append(BadElement(channel, element, "gain", gain[index], gain_z[index]))
        elif loud[index] >= _LEAST_NOISE - 1 and loud_z[index] >= _LEAST_Z:
            found.append(BadElement(channel, element, "noisy", loud[index], loud_z[index]))
    return found


def _noise(plane_NL: FloatImage, mask_NL: NDArray[np.bool_]) -> Floats:
    """Median step from line to line in air: a level that drifts is not noise."""
    steps = np.abs(np.diff(plane_NL, axis=1))
    both = mask_NL[:, 1:] & mask_NL[:, :-1]
    return np.array(
        [np.median(step[inside]) if inside.any() else 0.0 for step, inside in zip(steps, both, strict=True)]
    )


def _against(values_N: Floats, usual_N: Floats) -> tuple[list[float], list[float]]:
    """Relative deviation from what is usual, and its size in robust standard deviations over all elements."""
    deviation = np.divide(values_N, usual_N, out=np.ones_like(values_N), where=usual_N > 0) - 1
    return deviation.tolist(), (np.abs(deviation) / max(float(spread(deviation)), _LEAST_SPREAD)).tolist()


def _dead_by_silence(plane_EL: FloatImage, judged_E: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Elements that never change where their neighbours do, and those outside air with the noise and level of none.

    Outside air at most two side by side: an opaque beam along the picture is silent too, but not so thin, as blur
    lets light from both sides into it.
    """
    steps_EL = np.abs(np.diff(plane_EL, axis=1))
    still = (steps_EL == 0).mean(axis=1)
    stuck: NDArray[np.bool_] = (still >= _STUCK) & (median_filter(still, _NEIGHBOURS, mode="mirror") < _ALIVE)
    if judged_E.all():
        return stuck
    noise, level = np.median(steps_EL, axis=1), np.median(plane_EL, axis=1)
    quiet = noise < _DEAD_NOISE * median_filter(noise, _NEIGHBOURS, mode="mirror")
    dark = level < _DEAD_LEVEL * median_filter(level, _NEIGHBOURS, mode="mirror")
    outside = np.zeros_like(stuck)
    for run in runs(np.flatnonzero(~judged_E & (stuck | (quiet & dark)))):
        outside[run] = len(run) <= _WIDEST_OUTSIDE_AIR
    silent: NDArray[np.bool_] = (stuck & judged_E) | outside
    return silent


def runs(numbers: NDArray[np.intp]) -> list[list[int]]:
    """Rising numbers in groups that follow one another without a gap."""
    groups = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return [group.tolist() for group in groups if group.size]
