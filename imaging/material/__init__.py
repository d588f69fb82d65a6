"""What stands in the beam, and how much of it.

Effective atomic number and class from two energies, with what lies in front taken off first; areal density and mass
through a scanner's own curves, with their interval.
"""

from imaging.material.attenuation import COMPOSITIONS, mass_attenuation
from imaging.material.background import Background, local_background
from imaging.material.beam import Beam, WedgeStep, beam_of_profile, fit_beam
from imaging.material.classes import (
    ClassProbabilities,
    MaterialClass,
    chances_of_classes,
    class_probabilities,
    material_classes,
)
from imaging.material.density import areal_density
from imaging.material.effective_z import EffectiveZ, effective_z
from imaging.material.mass import MassEstimate, estimate_mass, fill_share

__all__ = [
    "COMPOSITIONS",
    "Background",
    "Beam",
    "ClassProbabilities",
    "EffectiveZ",
    "MassEstimate",
    "MaterialClass",
    "WedgeStep",
    "areal_density",
    "beam_of_profile",
    "chances_of_classes",
    "class_probabilities",
    "effective_z",
    "estimate_mass",
    "fill_share",
    "fit_beam",
    "local_background",
    "mass_attenuation",
    "material_classes",
]
