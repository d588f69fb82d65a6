"""Goods are not even inside their packages: fruit, folds of cloth, bottles and parts of machines leave a grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.beam import Floats32
from datasets.sandbox.physics.spectrum import Floats

_SIGMA_GRAINS = 0.4  # of the smooth field: its autocorrelation falls to a fifth within one grain
_TAPS = 4  # to either side, in steps of sigma
_LIMIT = 3.0  # standard deviations


def textured(
    maps_MHW: Floats, *, grain_mm: float, contrast: float, density_g_cm3: float, pitch_mm: float,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Areal density of one load with its grain: same shape, same mass of each material, nowhere negative.

    Along the beam stand chord / grain independent grains, each off by `contrast` (relative, standard deviation), so a
    pixel is off by contrast / sqrt(chord / grain), and by less where many grains fall into it.

    Args:
        maps_MHW: g/cm2 of each material; not negative but for rounding.
        grain_mm: Size of what differs from its neighbours.
        contrast: 0 leaves the maps as they are.
        density_g_cm3: Of the load where it stands.
        pitch_mm: Of the pixels.
        rng: The stream.
    """
    if not contrast or not maps_MHW.any():
        return maps_MHW
    window = (slice(None), *_filled(np.asarray(maps_MHW.any(axis=0), np.bool_)))
    there = maps_MHW[window]
    chord_mm = there.sum(axis=0) / density_g_cm3 * 10
    sigma_HW = contrast / np.sqrt(np.maximum(chord_mm / grain_mm, 1.0)) * min(1.0, grain_mm / pitch_mm)
    rows, columns = chord_mm.shape
    field_HW = smooth_noise(rows, columns, max(grain_mm / pitch_mm, 1.0) * _SIGMA_GRAINS, rng)
    shown = there * np.maximum(1 + sigma_HW * np.clip(field_HW, -_LIMIT, _LIMIT), 0.0)
    mass, left = there.sum(axis=(1, 2)), shown.sum(axis=(1, 2))
    kept = np.divide(mass, left, out=np.ones_like(mass), where=left > 0)
    out = maps_MHW.copy()
    out[window] = shown * kept[:, None, None]
    return out


def smooth_noise(rows: int, columns: int, sigma_px: float, rng: np.random.Generator) -> Floats:
    """Gaussian noise of mean 0 and variance 1 with a Gaussian correlation: exp(-d2 / (4 sigma2)) at a distance d.

    Drawn on a grid of steps of sigma and spread from there; sums run in a fixed order, so the bytes do too.
    """
    across, along = _spread(rows, sigma_px), _spread(columns, sigma_px)
    coarse = rng.standard_normal((across.nodes, along.nodes)).astype(np.float32)
    # Whole rows are gathered and added at a time, the quick way through memory; hence the transposes.
    return _gathered(np.ascontiguousarray(_gathered(coarse, across).T), along).T.astype(np.float64)


def _gathered(noise: Floats32, spread: _Spread) -> Floats32:
    """Noise at the pixels of the first axis, from that at the nodes of its grid."""
    weights_NK = spread.weights_NK.astype(np.float32)
    out = np.zeros((len(weights_NK), noise.shape[1]), np.float32)
    for k in range(weights_NK.shape[1]):
        out += weights_NK[:, k, None] * noise[spread.first_N + k]
    return out


def _filled(there_HW: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns from the first to the last that hold something."""
    rows, columns = np.flatnonzero(there_HW.any(axis=1)), np.flatnonzero(there_HW.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


@dataclass(frozen=True, eq=False, slots=True)
class _Spread:
    """How the nodes of one axis add up to its pixels: the first node of each pixel, and weights of unit square sum."""

    nodes: int
    first_N: NDArray[np.int64]
    weights_NK: Floats


def _spread(pixels: int, sigma_px: float) -> _Spread:
    place = np.arange(pixels) / sigma_px + _TAPS
    first = np.floor(place).astype(np.int64) - _TAPS
    distance = place[:, None] - first[:, None] - np.arange(2 * _TAPS + 2)
    weights = np.exp(-(distance**2) / 2)
    return _Spread(int(first[-1]) + 2 * _TAPS + 2, first, weights / np.sqrt((weights**2).sum(axis=1, keepdims=True)))
