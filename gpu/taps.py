"""Weighted sums of neighbouring pixels, other weights for each element: small symmetric kernels that separate.

The sums are of shifted pictures: torch's convolutions with a group for each element take 4 to 15 times as long.
"""

from __future__ import annotations

import torch
from torch import Tensor


def edges_held(image_BCHW: Tensor, size_B2: Tensor, reach: int) -> Tensor:
    """Each picture with its edge pixels going on, over its padding and `reach` pixels further on every side."""
    height, width = image_BCHW.shape[-2:]
    row_BH, column_BW = (
        torch.arange(-reach, length + reach, device=size_B2.device).clamp_min(0).minimum(size_B2[:, axis, None] - 1)
        for axis, length in ((0, height), (1, width))
    )
    index_B1N = (row_BH[:, :, None] * width + column_BW[:, None, :]).flatten(1)[:, None]
    held_BCN = image_BCHW.flatten(2).gather(2, index_B1N.expand(-1, image_BCHW.shape[1], -1))
    return held_BCN.unflatten(2, (height + 2 * reach, width + 2 * reach))


def weighted(wide_BCHW: Tensor, weight_BT: Tensor) -> Tensor:
    """The sums along rows and columns, without the T - 1 pixels at the borders that a sum reaches over.

    Args:
        wide_BCHW: float32, wider by T - 1 of each side's taps than what is wanted.
        weight_BT: from the middle outwards, the same both ways.
    """
    reach = weight_BT.shape[1] - 1
    weight_BT111 = weight_BT[:, :, None, None, None]
    for dim in (2, 3):
        length = wide_BCHW.shape[dim] - 2 * reach
        total_BCHW = wide_BCHW.narrow(dim, reach, length) * weight_BT111[:, 0]
        for tap in range(1, reach + 1):
            for start in (reach - tap, reach + tap):
                total_BCHW = total_BCHW.addcmul_(wide_BCHW.narrow(dim, start, length), weight_BT111[:, tap])
        wide_BCHW = total_BCHW
    return wide_BCHW
