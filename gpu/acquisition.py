"""What is known of how each image of a batch was taken; NaN where it is not known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

UNKNOWN_SCANNER = -1


@dataclass(frozen=True, eq=False)
class Acquisition:
    """Per image, on the device of the batch.

    `pitch_mm_B`: float32, pixel pitch at the object, of the image as it is in the batch. `scanner_B`: int64, number of
    its scanner among those of the data, `UNKNOWN_SCANNER` where none is known. `quanta_BC`: float32, equal quanta that
    a pixel of air detects in each channel. `electronic_BC`: float32, standard deviation of the transmission of a pixel
    in the dark (air = 1).
    """

    pitch_mm_B: Tensor
    scanner_B: Tensor
    quanta_BC: Tensor
    electronic_BC: Tensor

    def to(self, device: torch.device | str) -> Acquisition:
        """The same on another device."""
        return Acquisition(*(part.to(device, non_blocking=True) for part in self._parts()))

    def rows(self, rows: Tensor | slice) -> Acquisition:
        """Of some images of the batch."""
        return Acquisition(*(part[rows] for part in self._parts()))

    def resampled(self, factor_B: Tensor) -> Acquisition:
        """After each image was shown `factor_B` times as large, its pixels averages of as many quanta as they cover.

        Electronic noise averages as the reads that a pixel covers do; a larger picture has no more reads than before.
        """
        covered_B1 = (1 / factor_B.square()).clamp_min(1.0)[:, None]
        return replace(
            self,
            pitch_mm_B=self.pitch_mm_B / factor_B,
            quanta_BC=self.quanta_BC * covered_B1,
            electronic_BC=self.electronic_BC / covered_B1.sqrt(),
        )

    def _parts(self) -> tuple[Tensor, ...]:
        return self.pitch_mm_B, self.scanner_B, self.quanta_BC, self.electronic_BC


def unknown_acquisition(count: int, channels: int) -> Acquisition:
    """Nothing is known of `count` images of `channels` channels."""
    return Acquisition(
        torch.full((count,), torch.nan),
        torch.full((count,), UNKNOWN_SCANNER, dtype=torch.int64),
        torch.full((count, channels), torch.nan),
        torch.full((count, channels), torch.nan),
    )
