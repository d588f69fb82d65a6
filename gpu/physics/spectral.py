"""Take a scan with another scanner's beam: attenuations change a little, smoothly, and stay in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.transform import where_open_image

_OPAQUE = 1e-5  # transmission from which on down the factor stays: there is no attenuation to read any more


@dataclass(frozen=True, eq=False)
class SpectralShiftParams(Params):
    """Per element: gate bool (B,), and for each of its channels factor and curve of the attenuation, float32 (B, C)."""

    gate_B: Tensor
    factor_BC: Tensor
    curve_BC: Tensor


@dataclass(frozen=True)
class RandomSpectralShift:
    """Attenuation `h = -ln T` becomes `a h (1 + b h)`, with `a` and `b` of each channel; air stays 1.

    `a` is 1 and a number up to `factor` for all channels and another up to `apart` for each; `b` the same with `curve`
    and `curve_apart`, per unit of attenuation: a harder beam hardens less. Each channel changes monotonically, so that
    of two materials that one channel sees alike the other still tells which is the heavier. Keep what is apart small:
    at MeV energies organic goods and steel lie within 4 % of each other in `ln T_low / ln T_high`.

    Noise goes along with the signal. What is opaque, below a transmission of 1e-5, changes by one factor.
    """

    params_type: ClassVar[type[Params]] = SpectralShiftParams
    probability: float = 0.3
    factor: float = 0.05
    apart: float = 0.005
    curve: float = 0.005
    curve_apart: float = 0.0005

    def sample(self, batch: Batch, generator: torch.Generator) -> SpectralShiftParams:
        """Draw the beam of each element."""
        count, channels = batch.image_BCHW.shape[:2]

        def drawn_BC(common: float, apart: float) -> Tensor:
            own_BC = uniform_B(count * channels, -apart, apart, generator).view(count, channels)
            return own_BC + uniform_B(count, -common, common, generator)[:, None]

        gate = gate_B(count, self.probability, generator)
        return SpectralShiftParams(gate, 1 + drawn_BC(self.factor, self.apart), drawn_BC(self.curve, self.curve_apart))

    def apply(self, batch: Batch, params: SpectralShiftParams) -> Batch:
        """Change the attenuations; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: _shifted(part, params.rows(rows)))


def _shifted(batch: Batch, params: SpectralShiftParams) -> Tensor:
    signal_BCHW = batch.image_BCHW.float()
    factor_BC11, curve_BC11 = (
        p.to(signal_BCHW.device, non_blocking=True)[..., None, None] for p in (params.factor_BC, params.curve_BC)
    )
    # T times exp(h - a h (1 + b h)), and not the new T itself: what is opaque, or below zero by noise, stays so.
    log_BCHW = signal_BCHW.clamp_min(_OPAQUE).log_()
    rise_BCHW = (log_BCHW * (-factor_BC11 * curve_BC11)).add_(factor_BC11 - 1)
    return padding_kept(batch, rise_BCHW.mul_(log_BCHW).exp_().mul_(signal_BCHW))
