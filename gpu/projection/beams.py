"""The effective beams of scanners on the device: what comes through matter, and what matter a transmission speaks of.

Plain multiplication of a background with an object that was scanned in air overstates it: the background has already
taken the soft part of the beam. Here the beam is followed through both, which needs the background as matter first.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

_STEPS = 6
_LEAST_G_CM2, _MOST_G_CM2 = -20.0, 400.0  # of a member: noise around air; three times what any scanner sees through
_LONGEST_STEP_G_CM2 = 60.0
_LEAST_SLOPE = 1e-6


@dataclass(frozen=True, eq=False)
class Scanners:
    """S scanners with C channels, their beams at K effective energies each.

    `weights_SCK` float32 sums to 1 over K; `floor_SC` is what reaches a detector however thick the object (scatter,
    afterglow), over the air signal; `pair_SMK`, M = 2, is the mass attenuation of the pair that stands for any matter,
    an organic material and steel, cm2/g. `point_spread_px_S` is the sigma of the point spread and `interlace_px_S` the
    part of a column by which the low channel is later, both in pixels of `pitch_mm_S`.
    """

    weights_SCK: Tensor
    floor_SC: Tensor
    pair_SMK: Tensor
    point_spread_px_S: Tensor
    interlace_px_S: Tensor
    pitch_mm_S: Tensor

    def to(self, device: torch.device | str) -> Scanners:
        """The same on another device."""
        return Scanners(
            **{entry.name: getattr(self, entry.name).to(device, non_blocking=True) for entry in fields(self)}
        )


def transmitted(scanners: Scanners, scanner_B: Tensor, depth_BKP: Tensor) -> Tensor:
    """Transmission, air = 1, float32 (B, C, P), behind matter whose attenuation at each energy is `depth_BKP`."""
    floor_BC1 = scanners.floor_SC[scanner_B][..., None]
    return (scanners.weights_SCK[scanner_B] @ torch.exp(-depth_BKP) + floor_BC1) / (1 + floor_BC1)


def equivalent_pair(scanners: Scanners, scanner_B: Tensor, transmission_BCP: Tensor) -> Tensor:
    """Areal densities in g/cm2 of the pair that lets through what was measured: float32 (B, 2, P).

    Newton's method on -ln T in both channels, from the pair's organic member alone. Noise in air asks for less than
    nothing, and is given it; where no pair fits (noise, or too little signal), the nearest that was reached is given.
    With one channel the matter is organic.

    Args:
        scanners: The scanners.
        scanner_B: int64, which of them each element was taken with.
        transmission_BCP: Positive, air = 1; one channel, or `low` and `high`.
    """
    wanted_BCP = -transmission_BCP.clamp_min(1e-6).log()
    pair_BMK, weights_BCK = scanners.pair_SMK[scanner_B], scanners.weights_SCK[scanner_B]
    floor_BC1 = scanners.floor_SC[scanner_B][..., None]
    members = min(transmission_BCP.shape[1], 2)
    pair_BMK = pair_BMK[:, :members]
    slope_B1 = (weights_BCK[:, -1] * pair_BMK[:, 0]).sum(-1)[:, None]
    areal_BMP = torch.zeros_like(wanted_BCP[:, :members])
    areal_BMP[:, 0] = wanted_BCP[:, -1] / slope_B1
    for _ in range(_STEPS):
        passed_BKP = torch.exp(-(pair_BMK.mT @ areal_BMP))
        through_BCP = weights_BCK @ passed_BKP + floor_BC1
        missing_BCP = wanted_BCP + (through_BCP / (1 + floor_BC1)).log()
        # Derivative of -ln T by each member, C x M for each pixel.
        slopes_BMCP = torch.stack(
            [(weights_BCK * pair_BMK[:, m, None]) @ passed_BKP / through_BCP for m in range(members)], dim=1
        )
        step_BMP = _solved(slopes_BMCP, missing_BCP).nan_to_num(0.0)
        areal_BMP += step_BMP.clamp(-_LONGEST_STEP_G_CM2, _LONGEST_STEP_G_CM2)
        areal_BMP.clamp_(_LEAST_G_CM2, _MOST_G_CM2)
    return areal_BMP


def _solved(slopes_BMCP: Tensor, missing_BCP: Tensor) -> Tensor:
    """The step (B, M, P) that gives what is missing, to first order."""
    if slopes_BMCP.shape[1] == 1:
        return missing_BCP[:, -1:] / slopes_BMCP[:, 0, -1:].clamp_min(_LEAST_SLOPE)
    (a, c), (b, d) = (slopes_BMCP[:, m].unbind(1) for m in (0, 1))
    determinant = a * d - b * c
    determinant = torch.where(determinant.abs() < _LEAST_SLOPE, _LEAST_SLOPE, determinant)
    low, high = missing_BCP.unbind(1)
    return torch.stack([(d * low - b * high) / determinant, (a * high - c * low) / determinant], dim=1)
