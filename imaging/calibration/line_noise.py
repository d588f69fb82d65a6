"""Pulse-dose jitter, line by line: measured in air where a line has some, taken out without touching what is real.

A linear accelerator's pulses differ by a few per mille; each brightens or darkens a whole line, and both show as
stripes across the detector. In air nothing else can do that. Without air a line is only compared with its two
neighbours, and only changed where all of it moves together and by less than a wall would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imaging.calibration.air_region import AirRegion
from imaging.calibration.robust import MAD_TO_SIGMA, Floats, spread
from imaging.errors import UnsupportedScan
from imaging.lines import DetectorAxis, by_element, linear_CEL
from imaging.scan import FloatImage, View

_LEAST_AIR_ELEMENTS = 16
_MOST_DIFFERENCE = 0.01  # 0.3 mm of steel at several MV: a step of goods is left alone


@dataclass(frozen=True, eq=False, slots=True)
class LineNoise:
    """A view less its line noise, and what was done.

    `gain_CL` is the factor that each line was divided by. `before_C` and `after_C` are the rms (relative) of the line
    noise, estimated on every second element and measured on the others, so that noise is not taken for success; NaN
    where too few elements see air. `in_air_share` is the share of lines that were measured in air.
    """

    view: View
    gain_CL: Floats
    before_C: Floats
    after_C: Floats
    in_air_share: float


def correct_line_noise(view: View, air: AirRegion | None, *, detector: DetectorAxis = "rows") -> LineNoise:
    """Divide each line by its own gain, shrunk by how well it is known so that it never adds more noise than it takes.

    Lines with at least 16 elements in air are measured there, against each element's level over all lines. Others are
    compared with both neighbours, a median over all elements, and left alone from 1 % on. That keeps edges, and takes
    out an eighth (simulated containers) to a quarter (real bags) of a jitter of 0.2 %; a faint thing one line wide,
    across the whole detector and under 1 %, goes with it.

    Args:
        view: floating-point counts or transmission, best after flat field; integers would round the correction away.
        air: where nothing is in the beam (`find_air`); None when the scan has no such part.
        detector: axis of the stored picture that runs along the detector; an air region brings its own.

    Raises:
        NoPhysics: when the view is not counts or transmission.
        UnsupportedScan: for integer samples.
    """
    axis = detector if air is None else air.detector
    if not np.issubdtype(view.pixels.dtype, np.floating):
        raise UnsupportedScan(
            "line noise is taken out of floating-point samples",
            f"{view.pixels.dtype}",
            "apply the flat field first, or convert the pixels",
        )
    values_CEL = linear_CEL(view, axis)
    mask_EL = np.zeros(values_CEL.shape[1:], np.bool_) if air is None else by_element(air.mask_HW, axis)
    found = [_line_gain(plane_EL, mask_EL) for plane_EL in values_CEL]
    gain_CL = np.stack([gain for gain, _ in found])
    corrected = (values_CEL / gain_CL[:, None, :]).astype(view.pixels.dtype)
    before, after = np.array([_proof(plane_EL, mask_EL) for plane_EL in values_CEL]).T
    pixels = np.ascontiguousarray(by_element(corrected, axis))
    return LineNoise(replace(view, pixels=pixels), gain_CL, before, after, float(found[0][1].mean()))


def _line_gain(plane_EL: FloatImage, mask_EL: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Gain of each line (about 1), and whether it was measured in air."""
    deviation, error = _in_air(plane_EL, mask_EL)
    measured = np.isfinite(deviation)
    gain = 1 + np.where(measured, _shrunk(deviation, error), 0)
    if measured.all():
        return gain, measured
    local, local_error = _against_neighbours(plane_EL)
    elsewhere = ~measured & np.isfinite(local) & (np.abs(local) < _MOST_DIFFERENCE)
    local[~elsewhere] = np.nan
    return np.where(elsewhere, 1 + _shrunk(local, local_error), gain), measured


def _in_air(plane_EL: FloatImage, mask_EL: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Deviation of each line from the elements' own air levels, and its standard error; NaN with too little air."""
    relative = np.where(mask_EL, plane_EL, np.nan)
    lines = np.flatnonzero(mask_EL.sum(axis=0) >= _LEAST_AIR_ELEMENTS)
    deviation, error = (np.full(plane_EL.shape[1], np.nan) for _ in range(2))
    if not lines.size:
        return deviation, error
    seen = mask_EL[:, lines].any(axis=1)
    relative = relative[np.ix_(seen, lines)]
    relative = relative / np.nanmedian(relative, axis=1, keepdims=True) - 1
    centre = np.nanmedian(relative, axis=0)
    sigma = MAD_TO_SIGMA * np.nanmedian(np.abs(relative - centre), axis=0)
    deviation[lines] = centre
    error[lines] = 1.25 * sigma / np.sqrt(np.isfinite(relative).sum(axis=0))  # of a median
    return deviation, error


def _against_neighbours(plane_EL: FloatImage) -> tuple[Floats, Floats]:
    """Deviation of each inner line from the median of itself and its two neighbours, and its standard error.

    An edge differs from one neighbour alone, and so not at all; a weak pulse differs from both.
    """
    deviation, error = (np.full(plane_EL.shape[1], np.nan) for _ in range(2))
    if plane_EL.shape[1] < 3:
        return deviation, error
    positive = (plane_EL > 0) & np.isfinite(plane_EL)
    logs = np.log(np.where(positive, plane_EL, 1), dtype=np.float64)
    steps = np.where(positive[:, 1:] & positive[:, :-1], np.diff(logs, axis=1), 0)
    step = np.median(steps, axis=0)
    doubt = 1.25 * spread(steps, axis=0) / np.sqrt(plane_EL.shape[0])
    left, right = step[:-1], -step[1:]
    least = np.where(np.abs(left) < np.abs(right), left, right)
    deviation[1:-1] = np.where(left * right > 0, least, 0)
    error[1:-1] = (doubt[:-1] + doubt[1:]) / 2
    return deviation, error


def _shrunk(deviation: Floats, error: Floats) -> Floats:
    """Deviations times the share of their variance that is not error (Wiener); NaN gives 0."""
    known = np.isfinite(deviation)
    if not known.any():
        return np.zeros_like(deviation)
    noise = np.where(known, error, 0) ** 2
    variance = max(float(np.mean(deviation[known] ** 2) - np.median(noise[known])), 0.0)
    weight = variance / np.maximum(variance + noise, 1e-30)
    return np.where(known, deviation, 0) * weight


def _proof(plane_EL: FloatImage, mask_EL: NDArray[np.bool_]) -> tuple[float, float]:
    """Line noise before and after, estimated on even elements, measured on odd ones and cleared of their own error."""
    estimated, error = _in_air(plane_EL[::2], mask_EL[::2])
    checked, doubt = _in_air(plane_EL[1::2], mask_EL[1::2])
    both = np.isfinite(estimated) & np.isfinite(checked)
    if both.sum() < _LEAST_AIR_ELEMENTS:
        return float("nan"), float("nan")
    left = checked[both] - _shrunk(estimated, error)[both]
    own = float(np.mean(doubt[both] ** 2))
    before, after = (max(float(np.mean(one**2)) - own, 0.0) ** 0.5 for one in (checked[both], left))
    return before, after
