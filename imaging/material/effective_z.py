"""Effective atomic number of an object, given what lies in front of it.

The ratio of two attenuations is no material constant: it falls with thickness, and with whatever hardened the beam
before. So the beam is followed through the background and then through trial objects of every atomic number, and the
measured increase is looked up between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from imaging.errors import UnsupportedScan
from imaging.material.attenuation import Floats, mass_attenuation
from imaging.material.beam import Beam
from imaging.scan import FloatImage

# From carbon's neighbour to zinc. Beyond, K edges make the ratio fall again: lead cannot be told from lighter metals.
ATOMIC_NUMBERS = (5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0, 26.0, 28.0, 30.0)
SMOOTH_PX = 5
_LEAST = 0.02  # increase of attenuation under which two energies say nothing about the material
_DENSITIES = np.geomspace(1e-3, 400, 200)
_STEPS = 128
_BACKGROUNDS = 6  # different backgrounds within one object, each with tables of its own
_CHUNK_PX = 1 << 16
_FLOOR_ERROR = 0.5  # of the fitted floor: scatter depends on the scene


@dataclass(frozen=True, eq=False)
class EffectiveZ:
    """Planes HW, float32; NaN outside the object and where it adds too little to say.

    `value` is the effective atomic number, held at 5 and 30 where the measurement lies beyond; `sigma` its standard
    error from noise, from the background and from scatter; `areal_density_g_cm2` what the object adds, as that
    material.
    """

    value: FloatImage
    sigma: FloatImage
    areal_density_g_cm2: FloatImage


def effective_z(
    attenuation_CHW: FloatImage, background_CHW: FloatImage, mask_HW: NDArray[np.bool_], beam: Beam
) -> EffectiveZ:
    """Effective atomic number of an object in front of a background.

    Args:
        attenuation_CHW: -ln T of `low` and `high`, float32.
        background_CHW: the same without the object, from `local_background` or from a reference.
        mask_HW: the object, bool.
        beam: the scanner's beams.

    Raises:
        UnsupportedScan: when the planes are not those of two energies and one size.
    """
    if attenuation_CHW.shape != background_CHW.shape or attenuation_CHW.shape != (2, *mask_HW.shape):
        raise UnsupportedScan(
            "an object is told by low and high attenuation with their background, all of one size",
            f"{attenuation_CHW.shape}, {background_CHW.shape} and a mask {mask_HW.shape}",
            "give both energies",
        )
    smooth = np.stack([cv2.blur(plane, (SMOOTH_PX, SMOOTH_PX)) for plane in attenuation_CHW])
    noise = _standard_error(attenuation_CHW, smooth)
    added = (smooth - background_CHW).astype(np.float64)
    known = mask_HW & (added[1] > _LEAST) & np.isfinite(added).all(axis=0)
    planes = np.full((3, *mask_HW.shape), np.nan, np.float32)
    for part in _alike(background_CHW[1], known):
        under_CN = background_CHW[:, part].astype(np.float64)
        table = _table(beam, background_depth(beam, np.median(under_CN, axis=1)), float(added[1][part].max()))
        error_CN = np.hypot(noise[:, part], _floor_error(beam, smooth[:, part]))
        planes[:, part] = _looked_up(table, added[:, part], error_CN)
    return EffectiveZ(*planes)


@dataclass(frozen=True, eq=False)
class _Table:
    """Increase of the low attenuation (Z, S) and areal density (Z, S) at increases of the high one (S, even steps)."""

    high_S: Floats
    low_ZS: Floats
    density_ZS: Floats


def background_depth(beam: Beam, attenuation_C: Floats) -> Floats:
    """Depth (K, no unit) of polyethylene and steel that attenuates as a background (low, high) does.

    Newton steps with amounts held at zero or more: a background off both curves gets the nearest that exists.
    """
    basis_MK = np.stack([mass_attenuation(name, beam.energies_kev) for name in ("polyethylene", "steel")])
    amount_M = np.array([max(attenuation_C[1], 0) / beam.of_slab("polyethylene", np.ones(1))[1, 0], 0.0])
    for _ in range(30):
        here = beam.attenuation((amount_M @ basis_MK)[None])[:, 0]
        step = np.diag(np.maximum(1e-4, 1e-4 * amount_M))
        there = beam.attenuation((amount_M + step) @ basis_MK)
        slope_CM = (there - here[:, None]) / np.diag(step)
        amount_M, _ = nnls(slope_CM, attenuation_C - here + slope_CM @ amount_M)
    depth: Floats = amount_M @ basis_MK
    return depth


def _table(beam: Beam, under_K: Floats, most: float) -> _Table:
    start = beam.attenuation(under_K[None])
    high = np.linspace(0, max(most, _LEAST), _STEPS)
    low, density = np.empty((2, len(ATOMIC_NUMBERS), _STEPS))
    for index, number in enumerate(ATOMIC_NUMBERS):
        added = beam.attenuation(under_K + _DENSITIES[:, None] * mass_attenuation(number, beam.energies_kev)) - start
        low[index] = np.interp(high, added[1], added[0])
        density[index] = np.interp(high, added[1], _DENSITIES)
    return _Table(high, np.maximum.accumulate(low, axis=0), density)


def _looked_up(table: _Table, added_CN: Floats, error_CN: Floats) -> Floats:
    """Atomic number, its standard error, and areal density (3, N)."""
    result = np.empty((3, added_CN.shape[1]))
    for start in range(0, added_CN.shape[1], _CHUNK_PX):
        chunk = slice(start, start + _CHUNK_PX)
        result[:, chunk] = _looked_up_chunk(table, added_CN[:, chunk], error_CN[:, chunk])
    return result


def _looked_up_chunk(table: _Table, added_CN: Floats, error_CN: Floats) -> Floats:
    numbers = np.array(ATOMIC_NUMBERS)
    place = np.clip(added_CN[1] / table.high_S[1], 0, _STEPS - 1.001)
    step, part = place.astype(np.intp), place - place.astype(np.intp)
    low_ZN = table.low_ZS[:, step] * (1 - part) + table.low_ZS[:, step + 1] * part
    density_ZN = table.density_ZS[:, step] * (1 - part) + table.density_ZS[:, step + 1] * part
    index = np.clip((low_ZN < added_CN[0]).sum(axis=0) - 1, 0, len(numbers) - 2)
    here = np.arange(len(index))
    below, above = low_ZN[index, here], low_ZN[index + 1, here]
    gap = np.maximum(above - below, 1e-9)
    share = np.clip((added_CN[0] - below) / gap, 0, 1)
    spacing = numbers[index + 1] - numbers[index]
    value = numbers[index] + share * spacing
    along = np.gradient(table.low_ZS, table.high_S, axis=1)[index, step]  # an error of `high` moves along the curve
    sigma = np.hypot(error_CN[0], along * error_CN[1]) * spacing / gap
    density = density_ZN[index, here] * (1 - share) + density_ZN[index + 1, here] * share
    return np.stack([value, np.minimum(sigma, numbers[-1] - numbers[0]), density])


def _alike(background_HW: FloatImage, known: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The known pixels in groups of similar background, none of them empty."""
    if not known.any():
        return []
    edges = np.quantile(background_HW[known], np.linspace(0, 1, _BACKGROUNDS + 1)[1:-1])
    groups = np.digitize(background_HW, edges)
    parts = (known & (groups == number) for number in range(_BACKGROUNDS))
    return [part for part in parts if part.any()]


def _standard_error(planes_CHW: FloatImage, smooth_CHW: FloatImage) -> Floats:
    """Standard error of 5x5 means, from how the pixels scatter about them."""
    squares = [
        cv2.blur((plane - mean) ** 2, (SMOOTH_PX, SMOOTH_PX))
        for plane, mean in zip(planes_CHW, smooth_CHW, strict=True)
    ]
    errors: Floats = np.sqrt(np.maximum(np.stack(squares), 0)).astype(np.float64) / SMOOTH_PX
    return errors


def _floor_error(beam: Beam, attenuation_CN: FloatImage) -> Floats:
    """What half the floor, more or less, does to an attenuation: much where little gets through."""
    error: Floats = _FLOOR_ERROR * beam.floor_C[:, None] * np.exp(attenuation_CN.astype(np.float64))
    return error
