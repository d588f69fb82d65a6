"""Areal density -> transmission -> counts: polychromatic attenuation, blur, scatter, geometry's faults, noise, 16 bits.

The order of the steps is that of a real line-scan detector; every magnitude stands in the file of the scanner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.beam import Floats32, of_scanner, transmitted
from datasets.sandbox.physics.materials import coefficients, mass_attenuation
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import Scanner

_BLOCK_PX = 1 << 15  # what is computed at once stays in the cache
_TAPS = 2  # of the point spread, to either side


def primary(areal: ArealDensity, scanner: Scanner) -> Floats32:
    """Transmission of the primary beam, float32 (channels, rows, columns), low channel first, air = 1."""
    beams = of_scanner(scanner)
    mu_MK = np.array([mass_attenuation(m, beams.grid) for m in areal.materials], np.float32)
    weights_CK = beams.weights_CK.astype(np.float32)
    maps_MN = areal.maps_MHW.reshape(len(areal.materials), areal.maps_MHW[0].size if areal.materials else 0)
    rows, columns = areal.maps_MHW.shape[1:]
    out = np.ones((len(weights_CK), rows * columns), np.float32)
    for start in range(0, maps_MN.shape[1], _BLOCK_PX):
        block = slice(start, start + _BLOCK_PX)
        present = [index for index, flat in enumerate(maps_MN) if flat[block].any()]
        if present:
            out[:, block] = transmitted(maps_MN[present, block].astype(np.float32), mu_MK[present], weights_CK)
    return out.reshape(-1, rows, columns)


def scattered(primary_CHW: Floats32, compton_CHW: Floats32 | float, scanner: Scanner) -> Floats32:
    """Scatter onto each pixel, in units of the air signal: none in air, most behind about one mean free path.

    `compton_CHW` is the share of the attenuation that scatters; lead absorbs. A line scanner lights one column at a
    time, so scatter runs along columns only.
    """
    attenuation = -np.log(np.maximum(primary_CHW, 1e-12)) * compton_CHW
    source = (scanner.scatter.value * attenuation * primary_CHW).astype(np.float32)
    half = max(1, round(scanner.scatter_reach_mm.value / scanner.pitch_mm.value))
    return _box_blur_rows(_box_blur_rows(source, half), half)


def compton_share(areal: ArealDensity, scanner: Scanner) -> Floats32:
    """Share of each pixel's attenuation that scatters, at the mean energy of each channel; float32 CHW, 1 in air."""
    energies = np.array(of_scanner(scanner).mean_kev_C)
    scatters, stops = (
        np.array([coefficients(m, energies, part) for m in areal.materials], np.float32).reshape(-1, len(energies))
        for part in ("compton", "all")
    )
    maps = areal.maps_MHW.astype(np.float32)
    above, below = (np.tensordot(table.T, maps, 1) for table in (scatters, stops))
    return np.divide(above, below, out=np.ones_like(above), where=below > 0)


def expected(areal: ArealDensity, scanner: Scanner) -> Floats32:
    """What the detector reads without noise, float32 (channels, rows, columns), air = 1: blurred primary, scatter."""
    sharp = primary(areal, scanner)
    lit = scattered(sharp, compton_share(areal, scanner), scanner)
    return _point_spread(sharp, scanner.point_spread_px.value) + lit


def displaced(expected_CHW: Floats32, scanner: Scanner) -> Floats32:
    """The picture as the boom swings and the pulses alternate: shifted along the detector, the low channel also later.

    A column's shift is a sine of its place; the low channel of an interlaced source is taken between two of the high.
    """
    shown = expected_CHW
    if scanner.wobble_px.value:
        columns = np.arange(shown.shape[2]) * scanner.pitch_mm.value
        shift_W = scanner.wobble_px.value * np.sin(2 * np.pi * columns / scanner.wobble_period_mm.value)
        shown = _shifted(shown, 1, shift_W[None, None, :])
    if scanner.interlace_px.value and len(shown) > 1:
        low = _shifted(shown[:1], 2, np.full((1, 1, 1), scanner.interlace_px.value))
        shown = np.concatenate([low, shown[1:]])
    return shown


def detect(
    expected_CHW: Floats32, scanner: Scanner, rng: np.random.Generator, dose_R: NDArray[np.float64] | float = 1.0
) -> NDArray[np.uint16]:
    """Counts, uint16 of the same shape, air at the scanner's level: jitter, quanta, electronics, gains, clip.

    `dose_R` is the share of the dose that each row gets: rows with less are as bright after calibration, and noisier.
    """
    channels, rows, columns = expected_CHW.shape
    dose = np.asarray(dose_R)[..., None]
    quanta = equal_quanta(scanner)[:, None, None] * dose
    jitter = 1 + scanner.dose_jitter.value * rng.standard_normal((channels, 1, columns))
    counted = rng.poisson(expected_CHW * jitter * quanta) * (scanner.air_counts / quanta)
    counted += scanner.electronic_counts.value / dose * rng.standard_normal(expected_CHW.shape, dtype=np.float32)
    gain = scanner.row_gain.value * rng.standard_normal((channels, rows, 1))
    drift = 1 + scanner.gain_drift.value * np.linspace(0, 1, columns) if scanner.gain_drift.value else 1.0
    counted *= 1 + gain * drift
    if scanner.dead_share.value:
        counted[rng.random((channels, rows)) < scanner.dead_share.value] = 0
    return np.clip(np.rint(counted), 0, 65535).astype(np.uint16)


def noise_of(
    expected_HW: Floats32, scanner: Scanner, dose_R: NDArray[np.float64] | float = 1.0, channel: int = -1
) -> Floats32:
    """Standard deviation of transmission in one pixel, from quanta and electronics, for expected transmissions."""
    level, dose = np.maximum(expected_HW, 0), np.asarray(dose_R)[..., None]
    electronics = scanner.electronic_counts.value / scanner.air_counts / dose
    variance = level / (equal_quanta(scanner)[channel] * dose) + electronics**2
    return np.sqrt(variance).astype(np.float32)


def noise_of_log(
    expected_HW: Floats32, scanner: Scanner, dose_R: NDArray[np.float64] | float = 1.0, channel: int = -1
) -> Floats32:
    """The same of -ln T."""
    level = np.maximum(expected_HW, 1e-9)
    return np.asarray(noise_of(level, scanner, dose_R, channel) / level, np.float32)


def equal_quanta(scanner: Scanner) -> NDArray[np.float64]:
    """Equal quanta of a pixel of air that have the noise of what is detected, for each channel."""
    detected = scanner.quanta_per_cm2.value * (scanner.pitch_mm.value / 10) ** 2
    return detected / np.array(of_scanner(scanner).excess_C)


def _point_spread(image_CHW: Floats32, sigma_px: float) -> Floats32:
    """Gaussian over five taps, edges held."""
    if not sigma_px:
        return image_CHW
    taps = np.exp(-0.5 * (np.arange(-_TAPS, _TAPS + 1) / sigma_px) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    for axis in (1, 2):
        length = image_CHW.shape[axis]
        padded = np.concatenate(
            [image_CHW.take([0, 0], axis), image_CHW, image_CHW.take([length - 1, length - 1], axis)], axis
        )
        cuts = [padded[:, k : k + length] if axis == 1 else padded[:, :, k : k + length] for k in range(5)]
        image_CHW = taps[2] * cuts[2] + taps[1] * (cuts[1] + cuts[3]) + taps[0] * (cuts[0] + cuts[4])
    return image_CHW


def _shifted(image_CHW: Floats32, axis: int, by_px: NDArray[np.float64]) -> Floats32:
    """What lies `by_px` further along an axis, linear between pixels, edges held; `by_px` broadcasts over the image."""
    length = image_CHW.shape[axis]
    places = np.arange(length).reshape([-1 if k == axis else 1 for k in range(3)]) + by_px
    below = np.clip(np.floor(places).astype(np.int64), 0, length - 1)
    above, part = np.minimum(below + 1, length - 1), np.clip(places - below, 0, 1).astype(np.float32)
    shape = image_CHW.shape
    first = np.take_along_axis(image_CHW, np.broadcast_to(below, shape), axis)
    second = np.take_along_axis(image_CHW, np.broadcast_to(above, shape), axis)
    return first + (second - first) * part


def _box_blur_rows(image_CHW: Floats32, half: int) -> Floats32:
    """Mean over 2 * half + 1 rows; beyond the edges the last row goes on."""
    padded = np.pad(image_CHW, ((0, 0), (half + 1, half), (0, 0)), mode="edge")
    total = np.cumsum(padded, axis=1, dtype=np.float64)
    mean = (total[:, 2 * half + 1 :] - total[:, : -2 * half - 1]) / (2 * half + 1)
    return np.maximum(mean, 0).astype(np.float32)  # a difference of large sums may round to just below nothing
