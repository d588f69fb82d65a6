"""A threat library on the device: areal density by material, at one pixel pitch, cut to one window size."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

LEAST_G_CM2 = 0.05
"""Less is an edge that covers a few percent of a pixel."""


@dataclass(frozen=True, eq=False)
class Threats:
    """T threats of at most L materials each, in windows of S x S pixels.

    `areal_TLSS` float32, g/cm2; the threat stands in the middle of its window. `mass_attenuation_STLK`: float32
    (scanners, T, L, K), cm2/g at the effective energies of each scanner. `depth_TSS`: float32, millimetres along the
    beam that the threat takes from what it stands in. `size_T2`: float32, rows and columns that it covers. `label_T`:
    int64. `pitch_mm`: of the windows.
    """

    areal_TLSS: Tensor
    mass_attenuation_STLK: Tensor
    depth_TSS: Tensor
    size_T2: Tensor
    label_T: Tensor
    pitch_mm: float

    def __len__(self) -> int:
        return len(self.label_T)

    def to(self, device: torch.device | str) -> Threats:
        """The same on another device."""
        return Threats(
            self.areal_TLSS.to(device, non_blocking=True),
            self.mass_attenuation_STLK.to(device, non_blocking=True),
            self.depth_TSS.to(device, non_blocking=True),
            self.size_T2.to(device, non_blocking=True),
            self.label_T.to(device, non_blocking=True),
            self.pitch_mm,
        )


def posed(threats: Threats, threat_B: Tensor, backward_B22: Tensor, side: int) -> Tensor:
    """Windows of `side` x `side` pixels with the chosen threats turned and magnified: float32 (B, L + 1, side, side).

    The last plane is the depth. `backward_B22` takes offsets from the middle, in pixels of the batch, to offsets in
    pixels of the library.
    """
    planes_BLSS = torch.cat([threats.areal_TLSS[threat_B], threats.depth_TSS[threat_B][:, None]], dim=1)
    offset_P = torch.arange(side, device=planes_BLSS.device, dtype=torch.float32) + 0.5 - side / 2
    y_PP, x_PP = torch.meshgrid(offset_P, offset_P, indexing="ij")
    place_BPP2 = torch.stack([x_PP, y_PP], dim=-1) @ backward_B22[:, None].mT
    grid_BPP2 = place_BPP2 * (2 / planes_BLSS.shape[-1])
    return functional.grid_sample(planes_BLSS, grid_BPP2, padding_mode="zeros", align_corners=False)
