"""What pictures of the simulator show: noise against dose, whiteness, sharpness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.detector import detect, equal_quanta, expected
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import Scanner

Floats = NDArray[np.float64]
_SIDE = 256


@dataclass(frozen=True, slots=True)
class NoiseFigures:
    """Excess factor told from the noise of flat fields, that of the beams, and the noise floor in counts."""

    excess_measured: tuple[float, ...]
    excess_beams: tuple[float, ...]
    floor_counts: tuple[float, ...]
    whiteness: float


def quiet(scanner: Scanner) -> Scanner:
    """The scanner without faults that rows or columns have in common: its noise is that of pixels alone."""
    none = {
        name: getattr(scanner, name).model_copy(update={"value": 0.0})
        for name in ("dose_jitter", "row_gain", "gain_drift", "dead_share", "wobble_px", "interlace_px")
    }
    return scanner.model_copy(update=none)


def noise_figures(scanner: Scanner, seed: int = 0) -> NoiseFigures:
    """Noise of flat fields from a twentieth of air to air, and of an opaque one.

    The slope of the variance against the mean is counts per equal quantum, and that is F counts per detected one.
    """
    rng = np.random.default_rng(seed)
    levels = np.array([0.05, 0.1, 0.2, 0.4, 0.7, 1.0])
    flat = [detect(_flat(level, scanner), quiet(scanner), rng).astype(np.float64) for level in levels]
    means, variances = np.array([f.mean(axis=(1, 2)) for f in flat]), np.array([f.var(axis=(1, 2)) for f in flat])
    slope = np.array([np.polyfit(means[:, c], variances[:, c], 1)[0] for c in range(means.shape[1])])
    detected = scanner.quanta_per_cm2.value * (scanner.pitch_mm.value / 10) ** 2
    beams = detected / equal_quanta(scanner)
    opaque = detect(_flat(0.0, scanner) + 50 / scanner.air_counts, quiet(scanner), rng).astype(np.float64)
    shot = slope * 50
    floor = np.sqrt(np.maximum(opaque.var(axis=(1, 2)) - shot - 1 / 12, 0))
    return NoiseFigures(
        tuple((slope * detected / scanner.air_counts).tolist()),
        tuple(beams.tolist()),
        tuple(floor.tolist()),
        _whiteness(flat[-1][-1]),
    )


def blur_sigma_px(scanner: Scanner) -> float:
    """Sigma of the point spread, told from the edge of a steel plate: the spread of its slope."""
    areal = np.zeros((1, 64, 64))
    areal[0, :, 32:] = 0.2  # thin: the edge of -ln T is that of the signal
    seen = expected(ArealDensity((STEEL,), areal), scanner)[-1, 32].astype(np.float64)
    slope = -np.diff(seen)[20:44]
    place = np.arange(slope.size)
    middle = (slope * place).sum() / slope.sum()
    return float(np.sqrt((slope * (place - middle) ** 2).sum() / slope.sum()))


def _flat(level: float, scanner: Scanner) -> NDArray[np.float32]:
    return np.full((len(scanner.channels), _SIDE, _SIDE), level, np.float32)


def _whiteness(image_HW: Floats) -> float:
    """Noise power in the lowest quarter of frequencies over that in the highest; 1 is white."""
    power = np.abs(np.fft.fft2(image_HW - image_HW.mean())) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(_SIDE), np.fft.fftfreq(_SIDE)))
    power[0, :] = power[:, 0] = np.nan
    edges = np.nanquantile(frequency[~np.isnan(power)], [0.25, 0.75])
    return float(np.nanmean(power[frequency < edges[0]]) / np.nanmean(power[frequency > edges[1]]))
