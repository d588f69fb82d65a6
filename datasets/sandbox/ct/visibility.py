"""How far a thing stands out of what lies around it, in the reconstructed volume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from datasets.sandbox.ct.reconstruct import to_mhu

Box = tuple[int, int, int, int, int, int]
_RING_VOXELS = 3


def bounds(mask_DHW: NDArray[np.bool_]) -> Box:
    """Half-open bounds (z0, y0, x0, z1, y1, x1) of a mask with at least one voxel."""
    spans = []
    for axis in range(3):
        there = np.flatnonzero(mask_DHW.any(axis=tuple(other for other in range(3) if other != axis)))
        spans.append((int(there[0]), int(there[-1]) + 1))
    (z0, z1), (y0, y1), (x0, x1) = spans
    return z0, y0, x0, z1, y1, x1


def contrast_to_noise(levels_DHW: NDArray[np.uint16], labels_DHW: NDArray[np.uint16], label: int, box: Box) -> float:
    """|mean of the thing - mean around it| over the standard deviation around it.

    Around it are unlabelled voxels within three voxels of it, so that noise, streaks and texture of the packing all
    count. 0 where the thing is surrounded by labelled ones alone.
    """
    window = tuple(
        slice(max(low - _RING_VOXELS, 0), high + _RING_VOXELS) for low, high in zip(box[:3], box[3:], strict=True)
    )
    labels, mhu = labels_DHW[window], to_mhu(levels_DHW[window])
    own = labels == label
    ring = binary_dilation(own, iterations=_RING_VOXELS) & (labels == 0)
    if not ring.any():
        return 0.0
    around = mhu[ring].astype(np.float64)
    return float(abs(mhu[own].mean(dtype=np.float64) - around.mean()) / max(float(around.std()), 1e-3))
