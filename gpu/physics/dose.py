"""Take a scan with less dose: the noise of the quanta that would be lost is added, no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.physics.quanta import dark_variance_BC11, per_quantum_BC11, with_noise
from gpu.transform import where_open


@dataclass(frozen=True, eq=False)
class DoseParams(Params):
    """Per element: gate bool (B,), share of the dose float32 (B,), seed int64 (B,) of the noise."""

    gate_B: Tensor
    share_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomDose:
    """A share of the dose, drawn from `share` uniformly in its logarithm (0 to 1).

    Of `n` quanta in air a transmission `T` has variance `T / n`; of `d n` it has `T / (d n)`, so `T (1 / d - 1) / n` is
    added. Readings are normalised to air, so that electronics count `1 / d` as much. Nothing is clipped: in the dark,
    values come to lie below 0, and their mean stays.

    Channels whose quanta are unknown keep every bit. What is known of the others follows.
    """

    params_type: ClassVar[type[Params]] = DoseParams
    probability: float = 0.5
    share: tuple[float, float] = (0.2, 1.0)

    def sample(self, batch: Batch, generator: torch.Generator) -> DoseParams:
        """Draw the share of each element."""
        count = len(batch.image_BCHW)
        return DoseParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.share, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: DoseParams) -> Batch:
        """Add the noise; elements whose gate is closed keep every bit."""
        return where_open(batch, params.gate_B, lambda part, rows: _thinned(part, params.rows(rows)))


def _thinned(batch: Batch, params: DoseParams) -> Batch:
    taken, signal_BCHW = batch.acquisition, batch.image_BCHW.float()
    over_B1 = params.share_B.to(signal_BCHW.device, non_blocking=True).reciprocal()[:, None]
    known_BC = taken.quanta_BC.isfinite()
    counted_BC11 = per_quantum_BC11(taken) * (over_B1 - 1)[..., None, None]
    dark_BC11 = dark_variance_BC11(taken) * (known_BC * (over_B1.square() - 1))[..., None, None]
    variance_BCHW = signal_BCHW.clamp_min(0).mul_(counted_BC11).add_(dark_BC11)
    return replace(
        batch,
        image_BCHW=padding_kept(batch, with_noise(signal_BCHW, variance_BCHW, params.seed_B)),
        acquisition=replace(
            taken,
            quanta_BC=taken.quanta_BC / over_B1,
            electronic_BC=torch.where(known_BC, taken.electronic_BC * over_B1, taken.electronic_BC),
        ),
    )
