"""Add scattered light: none from air, most from behind about one mean free path, spread along the detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from gpu.batch import Batch
from gpu.draw import gate_B, log_uniform_B, seed_B, uniform_B
from gpu.padding import padding_kept
from gpu.params import Params
from gpu.physics.quanta import per_quantum_BC11, with_noise
from gpu.transform import where_open_image


@dataclass(frozen=True, eq=False)
class ScatterParams(Params):
    """Per element: gate bool (B,), level and reach in millimetres float32 (B,), seed int64 (B,) of the noise."""

    gate_B: Tensor
    level_B: Tensor
    reach_mm_B: Tensor
    seed_B: Tensor


@dataclass(frozen=True)
class RandomScatter:
    """Light in proportion to what is taken from the beam, `level * -ln T * T`, averaged along the rows (axis H).

    A line scanner lights one column at a time, so that scatter stays in it. The average is a box mean twice, of half
    width `reach_mm`. `level` is drawn uniformly in its logarithm, `reach_mm` uniformly; where the pixel pitch is not
    known, `pitch_mm` stands for it. All that is taken counts as scattered: behind lead there is less in truth. The
    light brings the noise of its quanta, where those are known.
    """

    params_type: ClassVar[type[Params]] = ScatterParams
    probability: float = 0.3
    level: tuple[float, float] = (0.0005, 0.005)
    reach_mm: tuple[float, float] = (150.0, 500.0)
    pitch_mm: float = 6.0

    def sample(self, batch: Batch, generator: torch.Generator) -> ScatterParams:
        """Draw level and reach of each element's scatter."""
        count = len(batch.image_BCHW)
        return ScatterParams(
            gate_B(count, self.probability, generator),
            log_uniform_B(count, *self.level, generator),
            uniform_B(count, *self.reach_mm, generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: ScatterParams) -> Batch:
        """Add the light; elements whose gate is closed keep every bit."""
        return where_open_image(batch, params.gate_B, lambda part, rows: self._lit(part, params.rows(rows)))

    def _lit(self, batch: Batch, params: ScatterParams) -> Tensor:
        signal_BCHW, taken = batch.image_BCHW.float(), batch.acquisition
        pitch_mm_B = taken.pitch_mm_B.nan_to_num(self.pitch_mm)
        half_B = (params.reach_mm_B.to(pitch_mm_B.device, non_blocking=True) / pitch_mm_B).round().clamp_min(1)
        mean_BHH = _row_means(half_B, batch.size_B2[:, 0], signal_BCHW.shape[2])
        spread_BHH = mean_BHH @ mean_BHH * params.level_B.to(pitch_mm_B.device, non_blocking=True)[:, None, None]
        source_BCHW = torch.special.entr(signal_BCHW.clamp_min(0))
        light_BCHW = (spread_BHH[:, None] @ source_BCHW).clamp_min_(0)  # noise in air makes it less than nothing
        variance_BCHW = light_BCHW * per_quantum_BC11(taken)
        return padding_kept(batch, with_noise(light_BCHW.add_(signal_BCHW), variance_BCHW, params.seed_B))


def _row_means(half_B: Tensor, rows_B: Tensor, height: int) -> Tensor:
    """Mean over `2 * half + 1` rows as a matrix for each element, float32 (B, H, H); the edge rows go on.

    The weight of a row is how many of the places around another one fall on it when they are held in the picture:
    the difference of how many fall on it or above, and above.
    """
    place_H = torch.arange(height, device=half_B.device)
    full_B11 = (2 * half_B + 1)[:, None, None]
    reached_HH = place_H - place_H[:, None] + 1
    until_BHH = (reached_HH + half_B[:, None, None]).clamp_min(0).minimum(full_B11)
    last_B1H = (place_H >= rows_B[:, None] - 1)[:, None]
    until_BHH = torch.where(last_B1H, full_B11, until_BHH)
    return until_BHH.diff(dim=2, prepend=torch.zeros_like(until_BHH[..., :1])) / full_B11
