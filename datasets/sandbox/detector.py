"""Areal density -> transmission -> counts: polychromatic attenuation, blur, scatter, noise, 16 bits.

Magnitudes marked [E] are estimates; the order of the steps is that of a real line-scan detector.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.materials import mass_attenuation
from datasets.sandbox.projection import ArealDensity
from datasets.sandbox.spectrum import BINS, signal_weights

Floats32 = NDArray[np.float32]
AIR_COUNTS = 60000.0
EXCESS_NOISE = 1.58  # <d2>/<d>2 of an energy-integrating detector at 6 MV: noise is that of fewer, equal quanta
QUANTA_PER_CM2 = 2.0e5  # detected in air, each channel: about 1.2 uGy a pass [E]
ELECTRONIC_COUNTS = 4.0  # [E]
BLUR_PX = 0.5  # sigma of the point spread at 12 mm pitch and above [E]
SCATTER = 0.003  # of the singly scattered light that reaches a detector behind a uniform slab, per unit of -ln T [E]
SCATTER_REACH_MM = 500.0  # half width along the detector column [E]
DOSE_JITTER = 0.002  # left over after normalising each pulse to the reference detector [E]
ROW_GAIN = 0.0015  # left over after calibration, fixed for one scan [E]


def primary(areal: ArealDensity) -> Floats32:
    """Transmission of the primary beam, float32 (2, rows, columns), low channel first, air = 1."""
    weights = signal_weights().astype(np.float32)
    maps_MHW = areal.maps_MHW.astype(np.float32)
    mu_ME = np.array([mass_attenuation(m) for m in areal.materials], np.float32).reshape(-1, BINS)
    shape = maps_MHW.shape[1:]
    out = np.zeros((2, *shape), np.float32)
    depth, part = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for energy in range(BINS):
        depth[...] = 0
        for material, areal_HW in enumerate(maps_MHW):
            np.multiply(areal_HW, -mu_ME[material, energy], out=part)
            depth += part
        np.exp(depth, out=depth)
        for channel in range(2):
            np.multiply(depth, weights[channel, energy], out=part)
            out[channel] += part
    return out


def scattered(primary_CHW: Floats32, pitch_mm: float) -> Floats32:
    """Scatter onto each pixel, in units of the air signal: none in air, most behind about one mean free path.

    A line scanner lights one column at a time, so scatter runs along columns only.
    """
    attenuation = -np.log(np.maximum(primary_CHW, 1e-12))
    source = (SCATTER * attenuation * primary_CHW).astype(np.float32)
    half = max(1, round(SCATTER_REACH_MM / pitch_mm / 2))
    return _box_blur_rows(_box_blur_rows(source, half), half)


def expected(areal: ArealDensity, pitch_mm: float) -> Floats32:
    """What the detector reads without noise, float32 (2, rows, columns), air = 1: blurred primary plus scatter."""
    sharp = primary(areal)
    return _point_spread(sharp) + scattered(sharp, pitch_mm)


def detect(expected_CHW: Floats32, pitch_mm: float, rng: np.random.Generator) -> NDArray[np.uint16]:
    """Counts, uint16 of the same shape, air at `AIR_COUNTS`: jitter, quantum noise, electronics, row gain, clip."""
    channels, rows, columns = expected_CHW.shape
    quanta = _equal_quanta(pitch_mm)
    jitter = 1 + DOSE_JITTER * rng.standard_normal((channels, 1, columns))
    counted = rng.poisson(expected_CHW * jitter * quanta) * (AIR_COUNTS / quanta)
    counted += ELECTRONIC_COUNTS * rng.standard_normal(expected_CHW.shape, dtype=np.float32)
    counted *= 1 + ROW_GAIN * rng.standard_normal((channels, rows, 1))
    return np.clip(np.rint(counted), 0, 65535).astype(np.uint16)


def noise_of_log(expected_HW: Floats32, pitch_mm: float) -> Floats32:
    """Standard deviation of -ln T in one pixel, from quanta and electronics, for expected transmissions."""
    level = np.maximum(expected_HW, 1e-9)
    variance = 1 / (level * _equal_quanta(pitch_mm)) + (ELECTRONIC_COUNTS / AIR_COUNTS / level) ** 2
    return np.sqrt(variance).astype(np.float32)


def _equal_quanta(pitch_mm: float) -> float:
    return QUANTA_PER_CM2 * (pitch_mm / 10) ** 2 / EXCESS_NOISE


def _point_spread(image_CHW: Floats32) -> Floats32:
    """Gaussian of `BLUR_PX` over five taps, edges held."""
    taps = np.exp(-0.5 * (np.arange(-2, 3) / BLUR_PX) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    for axis in (1, 2):
        length = image_CHW.shape[axis]
        padded = np.concatenate(
            [image_CHW.take([0, 0], axis), image_CHW, image_CHW.take([length - 1, length - 1], axis)], axis
        )
        cuts = [padded[:, k : k + length] if axis == 1 else padded[:, :, k : k + length] for k in range(5)]
        image_CHW = taps[2] * cuts[2] + taps[1] * (cuts[1] + cuts[3]) + taps[0] * (cuts[0] + cuts[4])
    return image_CHW


def _box_blur_rows(image_CHW: Floats32, half: int) -> Floats32:
    """Mean over 2 * half + 1 rows; beyond the edges the last row goes on."""
    padded = np.pad(image_CHW, ((0, 0), (half + 1, half), (0, 0)), mode="edge")
    total = np.cumsum(padded, axis=1, dtype=np.float64)
    return ((total[:, 2 * half + 1 :] - total[:, : -2 * half - 1]) / (2 * half + 1)).astype(np.float32)
