"""The batch that networks take, and the one way from numpy to tensor, for training and inference alike.

Legend of axes: B images, C channels, H rows, W columns, N boxes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from gpu.acquisition import UNKNOWN_SCANNER, Acquisition, unknown_acquisition

NO_BOX = -1
"""Label of padding in `labels_BN`."""
NOT_PROJECTED = -1
"""In `threat_BN`: an object that stood in the scanner."""


@dataclass(frozen=True, eq=False)
class Objects:
    """The boxes of each image, padded to the same number; N may be 0.

    `boxes_BN4`: float32 xyxy in pixels of the image, half-open; zeros where padded. `labels_BN`: int64, padded with
    `NO_BOX`. `visible_BN`: float32, share of the object that is still in the picture, 1 until something cuts or covers
    it. `threat_BN`: int64, which threat of a library was projected there, `NOT_PROJECTED` for all that stood in the
    scanner: a projected threat is never counted as a real one. `detectability_BN`: float32, mean contrast over noise of
    the pixels of a projected threat, NaN for all others. `masks_BNHW`: bool, the pixels of each object; None where
    nobody asked for masks.
    """

    boxes_BN4: Tensor
    labels_BN: Tensor
    visible_BN: Tensor
    threat_BN: Tensor
    detectability_BN: Tensor
    masks_BNHW: Tensor | None = None

    @property
    def is_box_BN(self) -> Tensor:
        """Bool, True where a row is a box and not padding."""
        return self.labels_BN != NO_BOX

    @property
    def is_projected_BN(self) -> Tensor:
        """Bool, True where a threat was projected."""
        return self.threat_BN != NOT_PROJECTED

    def to(self, device: torch.device | str) -> Objects:
        """The same on another device."""
        return self._each(lambda part: part.to(device, non_blocking=True))

    def rows(self, rows: Tensor | slice) -> Objects:
        """Of some images of the batch."""
        return self._each(lambda part: part[rows])

    def _each(self, change: Callable[[Tensor], Tensor]) -> Objects:
        return Objects(
            change(self.boxes_BN4),
            change(self.labels_BN),
            change(self.visible_BN),
            change(self.threat_BN),
            change(self.detectability_BN),
            None if self.masks_BNHW is None else change(self.masks_BNHW),
        )


@dataclass(frozen=True, eq=False)
class Batch:
    """Images with their boxes, padded to one size.

    `image_BCHW`: float32 or bf16; for physical scans transmission (air = 1), else value over full scale (0 to 1).
    `size_B2`: int64, rows and columns of each image without padding. `objects`: what stands in them. `acquisition`: how
    they were taken.
    """

    image_BCHW: Tensor
    size_B2: Tensor
    objects: Objects
    acquisition: Acquisition

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        return Batch(
            self.image_BCHW.to(device, non_blocking=True),
            self.size_B2.to(device, non_blocking=True),
            self.objects.to(device),
            self.acquisition.to(device),
        )

    def __len__(self) -> int:
        return len(self.image_BCHW)

    def with_image(self, image_BCHW: Tensor) -> Batch:
        """The same boxes over another image."""
        return replace(self, image_BCHW=image_BCHW)

    def rows(self, rows: Tensor | slice) -> Batch:
        """Some images of the batch."""
        return Batch(self.image_BCHW[rows], self.size_B2[rows], self.objects.rows(rows), self.acquisition.rows(rows))

    def element(self, index: int) -> Batch:
        """A batch of one element."""
        return self.rows(slice(index, index + 1))

    @property
    def boxes_BN4(self) -> Tensor:
        """Boxes of the objects."""
        return self.objects.boxes_BN4

    @property
    def labels_BN(self) -> Tensor:
        """Labels of the objects."""
        return self.objects.labels_BN

    @property
    def is_box_BN(self) -> Tensor:
        """Bool, True where a row is a box and not padding."""
        return self.objects.is_box_BN


@dataclass(frozen=True, eq=False)
class Sample:
    """One image on its way into a batch (numpy).

    `signal_CHW` float32, `boxes_N4` float32 xyxy, `labels_N` int64; `masks_NHW` bool where masks are asked for.
    `pitch_mm`, `scanner`, `quanta_C` and `electronic_C` are those of `Acquisition`.
    """

    signal_CHW: NDArray[np.float32]
    boxes_N4: NDArray[np.float32]
    labels_N: NDArray[np.int64]
    masks_NHW: NDArray[np.bool_] | None = None
    pitch_mm: float = math.nan
    scanner: int = UNKNOWN_SCANNER
    quanta_C: tuple[float, ...] = ()
    electronic_C: tuple[float, ...] = ()


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

    `fill` is what an empty beam reads (1 for transmission and for white pictures). Masks are kept where every sample
    that has boxes brings them.

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
    size_hw = _round_up(max(heights), multiple), _round_up(max(widths), multiple)
    image_BCHW = torch.full((len(samples), channels.pop(), *size_hw), fill, dtype=torch.float32)
    for index, sample in enumerate(samples):
        image_BCHW[index, :, : heights[index], : widths[index]] = torch.from_numpy(sample.signal_CHW)
    size_B2 = torch.tensor([heights, widths]).T.contiguous()
    return Batch(image_BCHW, size_B2, _objects(samples, size_hw), _acquisition(samples, image_BCHW.shape[1]))


def merged(parts: Sequence[Batch], merge: Callable[[list[Tensor]], Tensor]) -> Batch:
    """One batch of several, each of its tensors merged from theirs; masks where all of them have masks."""
    objects, taken = [part.objects for part in parts], [part.acquisition for part in parts]
    masks = [one.masks_BNHW for one in objects if one.masks_BNHW is not None]
    return Batch(
        merge([part.image_BCHW for part in parts]),
        merge([part.size_B2 for part in parts]),
        Objects(
            merge([one.boxes_BN4 for one in objects]),
            merge([one.labels_BN for one in objects]),
            merge([one.visible_BN for one in objects]),
            merge([one.threat_BN for one in objects]),
            merge([one.detectability_BN for one in objects]),
            merge(masks) if len(masks) == len(parts) else None,
        ),
        Acquisition(
            merge([one.pitch_mm_B for one in taken]),
            merge([one.scanner_B for one in taken]),
            merge([one.quanta_BC for one in taken]),
            merge([one.electronic_BC for one in taken]),
        ),
    )


def no_objects(count: int) -> Objects:
    """Nothing in any of `count` images."""
    return Objects(
        torch.zeros(count, 0, 4),
        torch.zeros(count, 0, dtype=torch.int64),
        torch.zeros(count, 0),
        torch.zeros(count, 0, dtype=torch.int64),
        torch.zeros(count, 0),
    )


def _objects(samples: Sequence[Sample], size_hw: tuple[int, int]) -> Objects:
    shape = len(samples), max(len(sample.labels_N) for sample in samples)
    boxes_BN4 = torch.zeros(*shape, 4, dtype=torch.float32)
    labels_BN = torch.full(shape, NO_BOX, dtype=torch.int64)
    drawn = all(sample.masks_NHW is not None or not len(sample.labels_N) for sample in samples)
    masked = drawn and any(sample.masks_NHW is not None for sample in samples)
    masks_BNHW = torch.zeros(*shape, *size_hw, dtype=torch.bool) if masked else None
    for index, sample in enumerate(samples):
        count = len(sample.labels_N)
        boxes_BN4[index, :count] = torch.from_numpy(sample.boxes_N4.reshape(-1, 4))
        labels_BN[index, :count] = torch.from_numpy(sample.labels_N)
        if masks_BNHW is not None and sample.masks_NHW is not None:
            rows, columns = sample.masks_NHW.shape[1:]
            masks_BNHW[index, :count, :rows, :columns] = torch.from_numpy(sample.masks_NHW)
    visible_BN = (labels_BN != NO_BOX).float()
    return Objects(
        boxes_BN4,
        labels_BN,
        visible_BN,
        torch.full(shape, NOT_PROJECTED, dtype=torch.int64),
        torch.full(shape, torch.nan),
        masks_BNHW,
    )


def _acquisition(samples: Sequence[Sample], channels: int) -> Acquisition:
    nothing = unknown_acquisition(len(samples), channels)
    for index, sample in enumerate(samples):
        nothing.pitch_mm_B[index] = sample.pitch_mm
        nothing.scanner_B[index] = sample.scanner
        if sample.quanta_C:
            nothing.quanta_BC[index] = torch.tensor(sample.quanta_C)
        if sample.electronic_C:
            nothing.electronic_BC[index] = torch.tensor(sample.electronic_C)
    return nothing


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
