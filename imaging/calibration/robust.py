"""Means and spreads that a few wild values cannot move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAD_TO_SIGMA = 1.4826  # of a normal distribution
_CLIP_SIGMAS = 4.0
_STEP = 0.5  # half a count: values stored as integers spread at least that much


def spread(values: NDArray[np.floating], axis: int = -1) -> Floats:
    """Standard deviation along an axis from the median absolute deviation; half of the values may be wild."""
    centre = np.median(values, axis=axis, keepdims=True)
    return np.asarray(MAD_TO_SIGMA * np.median(np.abs(values - centre), axis=axis), np.float64)


def clipped_mean(values: NDArray[np.floating], step: float = _STEP) -> tuple[Floats, Floats, Floats]:
    """Mean along the last axis of what lies within four sigma of the median, its standard error, and the sigma.

    The median alone would give whole counts where the samples are integers; `step` is the finest difference of
    stored values, so that equal samples are not all that is kept.
    """
    centre = np.median(values, axis=-1, keepdims=True)
    reach = _CLIP_SIGMAS * np.maximum(spread(values)[..., None], step)
    kept = np.abs(values - centre) <= reach
    count = kept.sum(axis=-1)
    mean = np.where(kept, values, 0).sum(axis=-1, dtype=np.float64) / count
    deviation = np.where(kept, values - mean[..., None], 0)
    sigma = np.sqrt((deviation * deviation).sum(axis=-1, dtype=np.float64) / np.maximum(count - 1, 1))
    return mean, sigma / np.sqrt(count), sigma
