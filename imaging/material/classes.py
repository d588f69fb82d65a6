"""Organic, mixed or metal: a class from an effective atomic number, or the chance of each where none can be had."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from imaging.material.attenuation import Floats, mass_attenuation
from imaging.material.beam import Beam
from imaging.material.effective_z import EffectiveZ, background_depth
from imaging.scan import FloatImage

CUTOFFS_Z = (10.0, 20.0)  # the convention of baggage screening; a matter of taste, so every function takes it
_DENSITIES = np.geomspace(1e-3, 600, 400)
_LEAST_ERROR = 2e-3  # of an attenuation: curves and calibration are no better, however many pixels are averaged


class MaterialClass(IntEnum):
    """What an operator's colours stand for."""

    UNKNOWN = 0
    ORGANIC = 1
    MIXED = 2
    METAL = 3


# What stands for each class at accelerator energies, where the elements of one class cannot be told apart.
STANDARDS: dict[MaterialClass, tuple[str, ...]] = {
    MaterialClass.ORGANIC: ("polyethylene", "water"),
    MaterialClass.MIXED: ("aluminium",),
    MaterialClass.METAL: ("steel", "lead", "uranium"),
}


@dataclass(frozen=True, eq=False)
class ClassProbabilities:
    """Probability of each class, float32 HW from 0 to 1, summing to 1 over the three.

    Where the two energies say nothing each class has one third.
    """

    organic: FloatImage
    mixed: FloatImage
    metal: FloatImage


def material_classes(numbers: EffectiveZ, cutoffs: tuple[float, float] = CUTOFFS_Z) -> NDArray[np.uint8]:
    """`MaterialClass` of each pixel, uint8 HW: UNKNOWN where there is no number, organic under the first cut-off."""
    known = np.isfinite(numbers.value)
    value = np.where(known, numbers.value, 0)
    classes: NDArray[np.uint8] = np.where(known, 1 + np.digitize(value, cutoffs), 0).astype(np.uint8)
    return classes


def chances_of_classes(numbers: EffectiveZ, cutoffs: tuple[float, float] = CUTOFFS_Z) -> ClassProbabilities:
    """Probability of each class from a number and its standard error (normal), one third each where there is none."""
    known = np.isfinite(numbers.value)
    value = np.where(known, numbers.value, 0).astype(np.float64)
    sigma = np.maximum(np.where(known, numbers.sigma, 1), 1e-6).astype(np.float64)
    under = [ndtr((cutoff - value) / sigma) for cutoff in cutoffs]
    parts = np.stack([under[0], under[1] - under[0], 1 - under[1]])
    return _probabilities(np.where(known, parts, 1 / 3))


def class_probabilities(
    attenuation_CHW: FloatImage, error_CHW: FloatImage, beam: Beam, background_C: tuple[float, float] = (0.0, 0.0)
) -> ClassProbabilities:
    """Probability of each class at accelerator energies: standards compared with what was measured, no number given.

    Every standard is taken at the areal density that fits both energies best (profile likelihood, normal errors, one
    prior weight for each class, split among its standards). Lead and uranium cross the curves of lighter materials,
    so they are in the list: their presence takes certainty away where it is not there.

    Args:
        attenuation_CHW: -ln T of `low` and `high`, float32; averages over some pixels, one pixel says little.
        error_CHW: standard errors of them.
        beam: the scanner's beams.
        background_C: attenuation of what lies in front, low and high, one for the whole plane.
    """
    measured = attenuation_CHW.reshape(2, -1).astype(np.float64)
    variance = np.maximum(error_CHW.reshape(2, -1).astype(np.float64), _LEAST_ERROR) ** 2
    under_C = np.asarray(background_C, np.float64)
    distances = [
        [_distance(measured, variance, _curve(beam, name, under_C)) for name in names] for names in STANDARDS.values()
    ]
    nearest = np.min([distance for group in distances for distance in group], axis=0)
    chances = np.stack([np.mean([np.exp(nearest - other) for other in group], axis=0) for group in distances])
    return _probabilities((chances / chances.sum(axis=0)).reshape(3, *attenuation_CHW.shape[1:]))


def _curve(beam: Beam, material: str, background_C: Floats) -> Floats:
    """Attenuation (low, high; 400 densities) of a standard in front of a background."""
    depth = _DENSITIES[:, None] * mass_attenuation(material, beam.energies_kev)
    return beam.attenuation(background_depth(beam, background_C) + depth)


def _distance(measured_CN: Floats, variance_CN: Floats, curve_CS: Floats) -> Floats:
    """Half of chi squared between a measured pair and a curve, to first order: along the curve density is free."""
    low = np.interp(measured_CN[1], curve_CS[1], curve_CS[0])
    slope = np.interp(measured_CN[1], curve_CS[1], np.gradient(curve_CS[0], curve_CS[1]))
    distance: Floats = 0.5 * (measured_CN[0] - low) ** 2 / (variance_CN[0] + slope**2 * variance_CN[1])
    return distance


def _probabilities(chances_KHW: Floats) -> ClassProbabilities:
    organic, mixed, metal = chances_KHW.astype(np.float32)
    return ClassProbabilities(organic, mixed, metal)
