"""Rows that are lighter or darker: what is left of each detector element's gain, drifting during the scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B, uniform_B
from gpu.fields import normal_field
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class GainDriftParams(Params):
    """Per element: gate bool (B,), standard deviation and drift float32 (B,), seed int64 (B,) of the rows."""

    gate_B: Tensor
    gain_B: Tensor
    drift_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomGainDrift:
    """Gain errors of standard deviation `gain` in each row and channel, drawn uniformly in its logarithm.

    From the first column to the last each error changes by another of `drift` times that deviation, drawn uniformly:
    detectors warm up after their calibration.
    """

    params_type: ClassVar[type[Params]] = GainDriftParams
    probability: float = 0.3
    gain: tuple[float, float] = (0.001, 0.01)
    drift: tuple[float, float] = (0.0, 1.0)

    def sample(self, batch: Batch, generator: torch.Generator) -> GainDriftParams:
        """Draw the strength of each element's errors."""
        count = len(batch.image_BCHW)
        return GainDriftParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.gain, generator),
            uniform_B(count, *self.drift, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: GainDriftParams) -> Batch:
        """Multiply by the gains; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: _drifted(part, params.rows(rows)))


def _drifted(batch: Batch, params: GainDriftParams) -> Tensor:
    image_BCHW = batch.image_BCHW
    device, (channels, height, width) = image_BCHW.device, image_BCHW.shape[1:]
    gain_B, drift_B = params.gain_B.to(device, non_blocking=True), params.drift_B.to(device, non_blocking=True)
    field_B2CH1 = normal_field(params.seed_B.to(device, non_blocking=True), (2, channels, height, 1))
    error_BCH1, change_BCH1 = field_B2CH1.mul_(gain_B[:, None, None, None, None]).unbind(1)
    last_B1 = (batch.size_B2[:, 1:] - 1).clamp_min(1)
    travelled_BW = torch.arange(width, device=device) / last_B1 * drift_B[:, None]
    gain_BCHW = torch.addcmul(error_BCH1 + 1, change_BCH1, travelled_BW[:, None, None, :])
    return padding_kept(batch, gain_BCHW.mul_(image_BCHW))
