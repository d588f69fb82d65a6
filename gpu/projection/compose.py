"""What a scan reads with a threat in it: the background as matter, the threat before it, lost quanta, own sharpness."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import Batch
from gpu.physics.quanta import dark_variance_BC11, per_quantum_BC11, with_noise
from gpu.projection.beams import Scanners, equivalent_pair, transmitted
from gpu.taps import weighted

_SMOOTH_PX = 5  # single pixels are too noisy to tell matter by two energies
_REACH, _LEAST_SIGMA_PX = 2, 0.05  # of the point spread, half a pixel wide
_ROUNDING = 1e-6
_ASSUMED_NOISE = 0.02  # relative, where nothing is known of quanta


@dataclass(frozen=True, eq=False)
class Matter:
    """A threat for each element, in windows of P pixels: `areal_BLP` g/cm2, at `attenuation_BLK` cm2/g.

    `taken_BP` is the share of what stands there that gives way to it.
    """

    areal_BLP: Tensor
    attenuation_BLK: Tensor
    taken_BP: Tensor


@dataclass(frozen=True, eq=False)
class Composed:
    """What changes, in the windows.

    `index_BP`: int64, flat index of each pixel. `inside_BP`: bool, whether it lies in the picture. `change_BCP`: what
    is to be added there. `contrast_BP`: how much the last channel changes but for noise, over the noise of a pixel.
    """

    index_BP: Tensor
    inside_BP: Tensor
    change_BCP: Tensor
    contrast_BP: Tensor


def composed(batch: Batch, scanners: Scanners, matter: Matter, place_B2: Tensor, seed_B: Tensor) -> Composed:
    """Set matter into each element of a batch.

    Args:
        batch: Transmissions, whose scanners are known.
        scanners: Those that `Acquisition.scanner_B` counts.
        matter: In square windows.
        place_B2: Row and column of the pixel that the middle of the window falls on, int64.
        seed_B: Of the noise, int64.
    """
    side = math.isqrt(matter.taken_BP.shape[-1])
    scanner_B = batch.acquisition.scanner_B.clamp_min(0)
    index_BP, inside_BP = _window(place_B2, side, batch)
    flat_BCN = batch.image_BCHW.float().flatten(2)
    seen_BCP = flat_BCN.gather(2, index_BP[:, None].expand(-1, flat_BCN.shape[1], -1))
    smooth_BCP = _smoothed(seen_BCP.unflatten(2, (side, side))).flatten(2)
    ratio_BCHW = _ratio(smooth_BCP, matter, scanners, scanner_B).unflatten(2, (side, side))
    scale_B = scanners.pitch_mm_S[scanner_B] / batch.acquisition.pitch_mm_B.nan_to_num(1.0)
    ratio_BCHW = _spread(ratio_BCHW, scanners.point_spread_px_S[scanner_B] * scale_B)
    ratio_BCP = _interlaced(ratio_BCHW, scanners.interlace_px_S[scanner_B] * scale_B).flatten(2)
    # Away from the threat the point spread leaves 1 but for rounding: there every bit is kept.
    ratio_BCP = torch.where(inside_BP[:, None] & ((ratio_BCP - 1).abs() > _ROUNDING), ratio_BCP, 1.0)
    change_BCP = with_noise(seen_BCP * (ratio_BCP - 1), _lost_quanta(smooth_BCP, ratio_BCP, batch), seed_B)
    noise_BP = _noise_there(smooth_BCP, batch)[:, -1].clamp_min(1e-9)
    contrast_BP = (smooth_BCP[:, -1] * (1 - ratio_BCP[:, -1])).abs() / noise_BP
    change_BCP = change_BCP * inside_BP[:, None]
    return Composed(index_BP, inside_BP, change_BCP, contrast_BP)


def changed(batch: Batch, part: Composed, stands_B: Tensor) -> Tensor:
    """The images with the changes in them, where `stands_B`; the others keep every bit."""
    image_BCHW = batch.image_BCHW
    index_BCP = part.index_BP[:, None].expand_as(part.change_BCP)
    added_BCN = image_BCHW.float().flatten(2).scatter_add(2, index_BCP, part.change_BCP)
    return torch.where(stands_B[:, None, None, None], added_BCN.view(image_BCHW.shape).to(image_BCHW.dtype), image_BCHW)


def _ratio(seen_BCP: Tensor, matter: Matter, scanners: Scanners, scanner_B: Tensor) -> Tensor:
    """Transmission with the matter over that without: float32 (B, C, P), sharp."""
    pair_BMP = equivalent_pair(scanners, scanner_B, seen_BCP)
    before_BKP = scanners.pair_SMK[scanner_B, : pair_BMP.shape[1]].mT @ pair_BMP
    after_BKP = before_BKP * (1 - matter.taken_BP[:, None]) + matter.attenuation_BLK.mT @ matter.areal_BLP
    return transmitted(scanners, scanner_B, after_BKP) / transmitted(scanners, scanner_B, before_BKP)


def _window(place_B2: Tensor, side: int, batch: Batch) -> tuple[Tensor, Tensor]:
    """Flat index of each pixel of the windows, int64 (B, P), held at the border, and whether it lies in the picture."""
    height, width = batch.image_BCHW.shape[-2:]
    offset_S = torch.arange(side, device=place_B2.device) - side // 2
    rows_BS, columns_BS = place_B2[:, :1] + offset_S, place_B2[:, 1:] + offset_S
    held_rows, held_columns = rows_BS.clamp(0, height - 1), columns_BS.clamp(0, width - 1)
    index_BSS = held_rows[:, :, None] * width + held_columns[:, None, :]
    inside_rows = (rows_BS >= 0) & (rows_BS < batch.size_B2[:, :1])
    inside_columns = (columns_BS >= 0) & (columns_BS < batch.size_B2[:, 1:])
    return index_BSS.flatten(1), (inside_rows[:, :, None] & inside_columns[:, None, :]).flatten(1)


def _smoothed(planes_BCHW: Tensor) -> Tensor:
    return functional.avg_pool2d(planes_BCHW, _SMOOTH_PX, stride=1, padding=_SMOOTH_PX // 2, count_include_pad=False)


def _noise_there(smooth_BCP: Tensor, batch: Batch) -> Tensor:
    """Standard deviation of each pixel's noise before: by its quanta, or 2 % where nothing is known of them."""
    level_BCP = smooth_BCP.clamp_min(0)
    counted_BCP = level_BCP * per_quantum_BC11(batch.acquisition)[..., 0]
    known_BCP = (counted_BCP + dark_variance_BC11(batch.acquisition)[..., 0]).sqrt()
    return torch.where(batch.acquisition.quanta_BC[..., None].isfinite(), known_BCP, _ASSUMED_NOISE * level_BCP)


def _lost_quanta(smooth_BCP: Tensor, ratio_BCP: Tensor, batch: Batch) -> Tensor:
    """Variance that is missing after every pixel was multiplied by a ratio, (B, C, P); 0 where quanta are unknown.

    The scan's own noise is kept, as small as its signal has become: what a pixel with `ratio` of the signal has more
    than that is `T ratio (1 - ratio) / quanta`, and of the electronics `1 - ratio ** 2`. A threat may be lighter than
    the goods that it took the place of: then nothing is lost.
    """
    ratio_BCP = ratio_BCP.clamp(0, 1)
    counted_BCP = smooth_BCP.clamp_min(0) * ratio_BCP * (1 - ratio_BCP) * per_quantum_BC11(batch.acquisition)[..., 0]
    known_BC1 = batch.acquisition.quanta_BC[..., None].isfinite()
    return counted_BCP + dark_variance_BC11(batch.acquisition)[..., 0] * (1 - ratio_BCP.square()) * known_BC1


def _spread(ratio_BCHW: Tensor, sigma_px_B: Tensor) -> Tensor:
    """Gaussian point spread of a few pixels, what lies outside being 1."""
    tap_T = torch.arange(_REACH + 1, device=ratio_BCHW.device, dtype=torch.float32)
    weight_BT = torch.exp(-0.5 * (tap_T / sigma_px_B.clamp_min(_LEAST_SIGMA_PX)[:, None]).square())
    weight_BT = weight_BT / (2 * weight_BT.sum(1, keepdim=True) - weight_BT[:, :1])
    return weighted(functional.pad(ratio_BCHW, (_REACH,) * 4, value=1.0), weight_BT)


def _interlaced(ratio_BCHW: Tensor, by_px_B: Tensor) -> Tensor:
    """The low channel as it is a part of a column later; one channel stays as it is."""
    if ratio_BCHW.shape[1] < 2:
        return ratio_BCHW
    low_BHW, rest = ratio_BCHW[:, 0], ratio_BCHW[:, 1:]
    later_BHW = functional.pad(low_BHW, (0, 1), value=1.0)[..., 1:]
    part_B11 = by_px_B.clamp(0, 1)[:, None, None]
    return torch.cat([(low_BHW + (later_BHW - low_BHW) * part_B11)[:, None], rest], dim=1)
