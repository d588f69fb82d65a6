"""How even air is along the detector before and after the scan's own air, and what is left of a planted pulse jitter.

Letters: C channels, E detector elements (rows), L lines (columns).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from imaging import View
from imaging.calibration import AirRegion, correct_line_noise, find_air, flat_field, self_air
from imaging.scan import FloatImage
from tools.calibration.figures import Figure, median

_LEAST = 16  # pixels of air, of an element or a line, that a mean is taken over


def flatness(views: Sequence[View], scans: str) -> list[Figure]:
    """Medians over scans of the unevenness of air, each energy before and after, in per cent."""
    before_after_N2C = np.array([100 * np.array(_before_and_after(view)) for view in views])
    return [
        median(f"unevenness of air, {channel} energy, {when} self-found air", scans, column.tolist(), "%")
        for channel, energy_N2 in zip(views[0].channel_names, np.moveaxis(before_after_N2C, 2, 0), strict=True)
        for when, column in zip(("before", "after"), energy_N2.T, strict=True)
    ]


def unevenness(transmission_EL: FloatImage, mask_EL: NDArray[np.bool_]) -> float:
    """Standard deviation over elements of their mean transmission in a mask, over the mean of all; NaN without any.

    Elements with fewer than 16 pixels in the mask are left out.
    """
    rows = np.flatnonzero(mask_EL.sum(axis=1) >= _LEAST)
    if rows.size == 0:
        return float("nan")
    levels = np.array([transmission_EL[row][mask_EL[row]].mean(dtype=np.float64) for row in rows])
    return float(levels.std() / levels.mean())


def _before_and_after(view: View) -> tuple[list[float], list[float]]:
    """Unevenness of each channel: air is taught on even lines and judged on odd ones, so noise is no success."""
    region = find_air(view)
    odd = np.zeros_like(region.mask_HW)
    odd[:, 1::2] = True
    flat = flat_field(view, self_air(view, replace(region, mask_HW=region.mask_HW & ~odd))).view
    judged = region.mask_HW & odd
    before, after = ([unevenness(plane, judged) for plane in v.transmission()] for v in (view, flat))
    return before, after


def jitter(views: Sequence[View], scans: str, *, rms: float, seed: int) -> list[Figure]:
    """Pulse jitter planted on flattened scans: medians over scans of what is left of it, in per cent, high energy."""
    left_N2 = np.array([_left(view, rms, np.random.default_rng([seed, index])) for index, view in enumerate(views)])
    return [
        median(f"pulse jitter of {100 * rms:g} %, left on lines {where} air", scans, (100 * column).tolist(), "%")
        for where, column in zip(("with", "without"), left_N2.T, strict=True)
    ]


def _left(view: View, rms: float, rng: np.random.Generator) -> tuple[float, float]:
    region = find_air(view)
    # The scan's own jitter is taken out first: what is found afterwards is what was planted.
    clean = correct_line_noise(flat_field(view, self_air(view, region)).view, region).view
    planted_L = rng.normal(0, rms, clean.size_hw[1])
    shaken = replace(clean, pixels=clean.transmission() * (1 + planted_L).astype(np.float32))
    return residual(correct_line_noise(shaken, region).gain_CL[-1], planted_L, region)


def residual(gain_L: NDArray[np.float64], planted_L: NDArray[np.float64], region: AirRegion) -> tuple[float, float]:
    """Rms of the jitter that a gain leaves, on lines with at least 16 elements in air and on the others; NaN for none.

    What all lines have in common is no jitter, and taken off.
    """
    error_L = gain_L / (1 + planted_L) - 1
    error_L = error_L - np.median(error_L)
    in_air_L = region.mask_HW.sum(axis=0) >= _LEAST
    in_air, outside = (
        float(np.sqrt(np.mean(error_L[mask] ** 2))) if mask.any() else float("nan") for mask in (in_air_L, ~in_air_L)
    )
    return in_air, outside
