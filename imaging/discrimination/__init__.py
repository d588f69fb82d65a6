"""Which material: effective atomic number and class from two energies, with what lies in front taken off first."""

from imaging.discrimination.attenuation import COMPOSITIONS, mass_attenuation
from imaging.discrimination.background import Background, local_background
from imaging.discrimination.beam import Beam, WedgeStep, beam_of_profile, fit_beam
from imaging.discrimination.classes import (
    ClassProbabilities,
    MaterialClass,
    chances_of_classes,
    class_probabilities,
    material_classes,
)
from imaging.discrimination.effective_z import EffectiveZ, effective_z

__all__ = [
    "COMPOSITIONS",
    "Background",
    "Beam",
    "ClassProbabilities",
    "EffectiveZ",
    "MaterialClass",
    "WedgeStep",
    "beam_of_profile",
    "chances_of_classes",
    "class_probabilities",
    "effective_z",
    "fit_beam",
    "local_background",
    "mass_attenuation",
    "material_classes",
]
