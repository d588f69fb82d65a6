"""Measured attenuation -> water-equivalent paths -> slices in modified Hounsfield units.

Modified Hounsfield units (MHU): air 0, water 1000, and HU = MHU - 1000. Stored levels are uint16, MHU + 1000, so that
noise below air is kept; the rescale of a file then is HU = level - 2000.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from datasets.sandbox.ct.projector import Floats, Floats32, back_project
from datasets.sandbox.ct.spectra import ct_beams
from datasets.sandbox.physics.materials import Material, mass_attenuation
from imaging.scan import Rescale

WATER: Material = (("water", 1.0),)
RESCALE = Rescale(1.0, -2000.0, "HU")
_AIR_LEVEL = 1000
_DEEPEST_G_CM2 = 50.0  # of water: more than a slice is wide
_DEGREE = 6


@dataclass(frozen=True, slots=True)
class WaterCorrection:
    """Attenuation to the areal density of water that gives it; beyond the fit it goes on as a straight line."""

    coefficients: tuple[float, ...]  # of the water path over the attenuation, lowest power first
    largest: float
    slope: float

    def paths_g_cm2(self, attenuation: Floats32) -> Floats32:
        """Areal density of water in g/cm2, float32, same shape."""
        inside = np.minimum(attenuation, np.float32(self.largest))
        path = np.full(inside.shape, np.float32(self.coefficients[-1]))
        for coefficient in self.coefficients[-2::-1]:
            path = path * inside + np.float32(coefficient)
        return np.asarray(path * inside + np.float32(self.slope) * (attenuation - inside), np.float32)


@cache
def water_correction(channel: int) -> WaterCorrection:
    """Polynomial fitted to the attenuation of water from 0 to 50 g/cm2 in the beam of a channel (0 low, 1 high)."""
    depth = np.linspace(0, _DEEPEST_G_CM2, 401)[1:]
    attenuation = water_attenuation(depth, channel)
    scaled = np.polynomial.Polynomial.fit(attenuation, depth / attenuation, _DEGREE).convert()
    slope = float((depth[-1] - depth[-2]) / (attenuation[-1] - attenuation[-2]))
    return WaterCorrection(tuple(scaled.coef.tolist()), float(attenuation[-1]), slope)


def water_attenuation(depth_g_cm2: Floats, channel: int) -> Floats:
    """-ln of the transmission of water in the beam of a channel."""
    beams = ct_beams()
    mu_K = mass_attenuation(WATER, beams.grid)
    return -np.log(np.exp(-np.multiply.outer(depth_g_cm2, mu_K)) @ beams.weights_CK[channel])


def reconstruct(attenuation_NVB: Floats32, channel: int, pixels: int, pitch_mm: float, hann: float) -> Floats32:
    """Slices in MHU, float32 N x pixels x pixels, by filtered back-projection of corrected attenuations.

    Source: A. C. Kak, M. Slaney, Principles of Computerized Tomographic Imaging, 1988, chapter 3.3 (band-limited ramp).
    """
    water_NVB = water_correction(channel).paths_g_cm2(attenuation_NVB)
    views, elements = attenuation_NVB.shape[1:]
    response = ramp_response(elements, hann)
    spectrum = fft.rfft(water_NVB, n=2 * (len(response) - 1), axis=-1, workers=1)
    filtered = fft.irfft(spectrum * response, axis=-1, workers=1)[..., :elements]
    density = back_project(np.ascontiguousarray(filtered, np.float32), pixels)
    scale = np.pi / views / (pitch_mm / 10)  # one pitch of the convolution is left over from the ramp's two
    return density * np.float32(1000 * scale)


@cache
def ramp_response(elements: int, hann: float) -> Floats32:
    """Fourier transform of the band-limited ramp, per pitch, on a grid without wrap-around; Hann window when not 0.

    The ramp is sampled in space, so that a constant is not lost at frequency 0 (Kak & Slaney, eq. 61).
    """
    length = fft.next_fast_len(2 * elements, real=True)
    length += length % 2
    distance = np.minimum(np.arange(length), length - np.arange(length)).astype(np.float64)
    kernel = np.where(distance % 2 == 1, -1 / (np.pi * np.maximum(distance, 1)) ** 2, 0.0)
    kernel[0] = 0.25
    response = fft.rfft(kernel, workers=1).real
    if hann:
        frequency = np.linspace(0, 1, len(response)) / hann
        response *= np.where(frequency < 1, 0.5 + 0.5 * np.cos(np.pi * frequency), 0.0)
    return np.asarray(response, np.float32)


def to_levels(mhu: Floats32) -> NDArray[np.uint16]:
    """Stored levels, uint16: MHU + 1000, rounded; -1000 to 64,535 MHU, beyond that the nearer end."""
    return np.clip(np.rint(mhu) + _AIR_LEVEL, 0, 65_535).astype(np.uint16)


def to_mhu(levels: NDArray[np.uint16]) -> Floats32:
    """MHU of stored levels, float32."""
    return np.asarray(levels.astype(np.float32) - _AIR_LEVEL, np.float32)
