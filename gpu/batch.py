"""The batch that the device works on, and the one way from numpy to tensor.

Axis letters: B batch, N boxes (padded), C channels, H rows, W columns. Boxes are xyxy, half-open, in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

NO_BOX = -1  # label of the rows that only pad


@dataclass(frozen=True, eq=False)
class Batch:
    """Images with their boxes, on one device.

    `image_BCHW` float32; `size_B2` int64 rows and columns that hold picture (the rest is padding to the right and
    below); `boxes_BN4` float32 and `labels_BN` int64, padded with `NO_BOX`. N may be 0.
    """

    image_BCHW: Tensor
    size_B2: Tensor
    boxes_BN4: Tensor
    labels_BN: Tensor

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        return Batch(
            self.image_BCHW.to(device, non_blocking=True),
            self.size_B2.to(device, non_blocking=True),
            self.boxes_BN4.to(device, non_blocking=True),
            self.labels_BN.to(device, non_blocking=True),
        )

    def with_image(self, image_BCHW: Tensor) -> Batch:
        """The same boxes over another image."""
        return replace(self, image_BCHW=image_BCHW)

    def element(self, index: int) -> Batch:
        """A batch of one element."""
        rows = slice(index, index + 1)
        return Batch(self.image_BCHW[rows], self.size_B2[rows], self.boxes_BN4[rows], self.labels_BN[rows])

    @property
    def is_box_BN(self) -> Tensor:
        """Bool, True where a row is a box and not padding."""
        return self.labels_BN != NO_BOX


@dataclass(frozen=True, eq=False)
class Sample:
    """One image on its way into a batch: `signal_CHW` float32, `boxes_N4` float32 xyxy, `labels_N` int64 (numpy)."""

    signal_CHW: NDArray[np.float32]
    boxes_N4: NDArray[np.float32]
    labels_N: NDArray[np.int64]


def fit_signal(signal_CHW: NDArray[np.float32], long_side: int | None) -> tuple[NDArray[np.float32], float]:
    """Scale an image down so that its longer side is at most `long_side`; None, or a smaller image, keeps every pixel.

    Antialiased, in float32, any number of channels: the one resize of training and inference.

    Returns:
        The image, C-contiguous float32, and the factor by which coordinates were multiplied (at most 1).
    """
    height, width = signal_CHW.shape[-2:]
    signal_CHW = np.ascontiguousarray(signal_CHW, dtype=np.float32)
    if long_side is None or max(height, width) <= long_side:
        return signal_CHW, 1.0
    scale = long_side / max(height, width)
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    resized = functional.interpolate(
        torch.from_numpy(signal_CHW)[None], size=size, mode="bilinear", antialias=True, align_corners=False
    )
    return resized[0].numpy(), scale


def collate(samples: Sequence[Sample], *, fill: float, multiple: int = 32) -> Batch:
    """Stack samples of one channel count, padded right and below with `fill` to a multiple of `multiple` pixels.

    `fill` is what an empty beam reads (1 for transmission and for white pictures).

    Raises:
        ValueError: when there is no sample, or their channel counts differ.
    """
    channels = {sample.signal_CHW.shape[0] for sample in samples}
    if len(channels) != 1:
        raise ValueError(
            f"a batch holds images of one channel count; found {sorted(channels)}; group the scans before batching"
        )
    heights = [sample.signal_CHW.shape[1] for sample in samples]
    widths = [sample.signal_CHW.shape[2] for sample in samples]
    most = max(len(sample.labels_N) for sample in samples)
    shape = (len(samples), channels.pop(), _round_up(max(heights), multiple), _round_up(max(widths), multiple))
    image_BCHW = torch.full(shape, fill, dtype=torch.float32)
    boxes_BN4 = torch.zeros(len(samples), most, 4, dtype=torch.float32)
    labels_BN = torch.full((len(samples), most), NO_BOX, dtype=torch.int64)
    for index, sample in enumerate(samples):
        count = len(sample.labels_N)
        image_BCHW[index, :, : heights[index], : widths[index]] = torch.from_numpy(sample.signal_CHW)
        boxes_BN4[index, :count] = torch.from_numpy(sample.boxes_N4.reshape(-1, 4))
        labels_BN[index, :count] = torch.from_numpy(sample.labels_N)
    return Batch(image_BCHW, torch.tensor([heights, widths]).T.contiguous(), boxes_BN4, labels_BN)


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
