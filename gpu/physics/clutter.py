"""Put more cargo before what stands there: a smooth thickness, and the noise of the quanta that it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B
from gpu.fields import normal_field
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.physics.quanta import dark_variance_BC11, per_quantum_BC11, with_noise
from gpu.taps import edges_held
from gpu.transform import where_open_image

_SUPPORT = 2  # cells to either side that a cubic B-spline reaches
_AIR, _MATTER = 0.99, 0.95  # transmission from which on up nothing stands there, and from which on down something
_POOLED_PX = 4  # a side: so many pixels together are less noisy than these levels lie apart


@dataclass(frozen=True, eq=False)
class ClutterParams(Params):
    """Per element: gate bool (B,), attenuation and cell in pixels float32 (B,), seeds int64 (B,) of cargo and noise."""

    gate_B: Tensor
    attenuation_B: Tensor
    cell_px_B: Tensor
    cargo_seed_B: Tensor
    noise_seed_B: Tensor


@dataclass(frozen=True)
class RandomClutter:
    """Cargo in front of half of what stands in the scan: a smooth normal field where it is positive.

    `attenuation` is -ln T of the high channel at one standard deviation of the field, `cell_px` how far apart its
    knots are; both uniform in their logarithm. The low channel of two is attenuated `ratio` times as much: about 1.15
    for organic goods between 6 and 9 MV, 1.1 for steel. Air stays air: nothing hangs around a vehicle or a bag.

    The scan's own noise becomes as small as its signal. Where quanta are known, what a pixel that keeps `r` of its
    signal has more than that is added: `T r (1 - r) / n`, and `1 - r ** 2` of the electronics. Objects stay labelled.
    """

    params_type: ClassVar[type[Params]] = ClutterParams
    probability: float = 0.3
    attenuation: tuple[float, float] = (0.1, 1.0)
    cell_px: tuple[float, float] = (32.0, 128.0)
    ratio: float = 1.15

    def sample(self, batch: Batch, generator: torch.Generator) -> ClutterParams:
        """Draw the cargo of each element."""
        count = len(batch.image_BCHW)
        return ClutterParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.attenuation, generator),
            log_uniform_B(count, *self.cell_px, generator),
            seed_B(count, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: ClutterParams) -> Batch:
        """Attenuate, and add the noise; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: self._covered(part, params.rows(rows)))

    def _covered(self, batch: Batch, params: ClutterParams) -> Tensor:
        signal_BCHW, taken = batch.image_BCHW.float(), batch.acquisition
        channels, device = signal_BCHW.shape[1], signal_BCHW.device
        ratio_C11 = torch.tensor([self.ratio, 1.0] if channels == 2 else [1.0] * channels).to(
            device, non_blocking=True
        )[:, None, None]
        left_BCHW = (self._attenuation(batch, params) * -ratio_C11).exp_()
        dark_BC11 = dark_variance_BC11(taken)
        level_BCHW = signal_BCHW * left_BCHW
        missing_BCHW = level_BCHW.clamp_min(0).mul_(per_quantum_BC11(taken)).mul_(1 - left_BCHW)
        missing_BCHW.add_(dark_BC11 - left_BCHW.square_().mul_(dark_BC11))
        return padding_kept(batch, with_noise(level_BCHW, missing_BCHW, params.noise_seed_B))

    def _attenuation(self, batch: Batch, params: ClutterParams) -> Tensor:
        """Of the high channel, float32 (B, 1, H, W): nowhere negative, none in air."""
        device = batch.image_BCHW.device
        cell_px_B, attenuation_B = (
            params.cell_px_B.to(device, non_blocking=True),
            params.attenuation_B.to(device, non_blocking=True),
        )
        lengths = batch.image_BCHW.shape[-2:]
        rows, columns = (math.ceil(length / self.cell_px[0]) + 2 * _SUPPORT for length in lengths)
        knots_BRK = normal_field(params.cargo_seed_B.to(device, non_blocking=True), (rows, columns))
        by_row_BHR = _weights(lengths[0], rows, cell_px_B) * attenuation_B[:, None, None]
        by_column_BWK = _weights(lengths[1], columns, cell_px_B)
        field_B1HW = (by_row_BHR @ knots_BRK @ by_column_BWK.mT)[:, None]
        return field_B1HW.clamp_min_(0).mul_(_occupied(batch))


def _occupied(batch: Batch) -> Tensor:
    """Where something stands in the last channel, float32 (B, 1, H, W): 0 in air, rising to 1."""
    seen_B1HW = edges_held(batch.image_BCHW[:, -1:], batch.size_B2, 0).float()
    pooled_B1HW = functional.avg_pool2d(seen_B1HW, (1, _POOLED_PX), ceil_mode=True)
    # The brightest of some rows: one whose detector element reads nothing is no matter.
    pooled_B1HW = functional.max_pool2d(pooled_B1HW, (_POOLED_PX, 1), ceil_mode=True)
    occupied_B1HW = ((_AIR - pooled_B1HW) / (_AIR - _MATTER)).clamp(0, 1)
    return functional.interpolate(occupied_B1HW, seen_B1HW.shape[-2:], mode="bilinear", align_corners=False)


def _weights(length: int, knots: int, cell_px_B: Tensor) -> Tensor:
    """Of each knot in each pixel, float32 (B, length, knots): a cubic B-spline, its squares adding up to 1.

    So numbers of variance 1 at the knots give a field of variance 1 everywhere.
    """
    place_L, knot_K = (torch.arange(count, device=cell_px_B.device) for count in (length, knots))
    far_BLK = (place_L[:, None] / cell_px_B[:, None, None] + (_SUPPORT - 1) - knot_K).abs()
    weight_BLK = (2 - far_BLK).clamp_min(0).pow(3) - 4 * (1 - far_BLK).clamp_min(0).pow(3)
    return weight_BLK / weight_BLK.square().sum(2, keepdim=True).sqrt()
