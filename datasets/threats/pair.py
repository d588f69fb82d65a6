"""The pair that stands for any matter: how much organic matter and steel attenuates as a pixel was measured to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imaging.material import COMPOSITIONS, Beam, mass_attenuation

Floats = NDArray[np.float64]

PAIR = ("organic", "steel")
PAIR_MATERIALS = {name: COMPOSITIONS[name] for name in PAIR}

_STEPS = 8
_MOST_G_CM2 = 100.0  # of one member: nothing that is scanned alone in air is thicker
_LEAST_DETERMINANT = 1e-9
_KNOWN_G_CM2 = np.concatenate([[0.0], np.geomspace(0.001, _MOST_G_CM2, 400)])


def pair_of(beam: Beam, attenuation_CP: Floats) -> Floats:
    """Areal densities of the pair, float64 (2, P), g/cm2, neither below zero.

    Where no pair attenuates as measured, one member alone does so in the high channel: noise, and lead, lie outside of
    what organic matter and steel can be. Less than nothing is nothing, and no member is above 100 g/cm2.

    Args:
        beam: Of the scanner.
        attenuation_CP: -ln T, finite, `low` and `high`.
    """
    low_P, high_P = attenuation_CP
    curves_MCK = np.stack([beam.of_slab(member, _KNOWN_G_CM2) for member in PAIR])
    alone_MP = np.stack([np.interp(high_P, curve_CK[1], _KNOWN_G_CM2) for curve_CK in curves_MCK])
    ends_MP = np.stack(
        [np.interp(alone_P, _KNOWN_G_CM2, curve_CK[0]) for alone_P, curve_CK in zip(alone_MP, curves_MCK, strict=True)]
    )
    # What the low channel reads between the two members alone is the place of the pair between them, nearly.
    apart_P = ends_MP[1] - ends_MP[0]
    place_P = np.divide(low_P - ends_MP[0], apart_P, out=np.zeros_like(low_P), where=apart_P != 0)
    shares_MP = np.stack([1 - np.clip(place_P, 0, 1), np.clip(place_P, 0, 1)])
    start_MP = shares_MP * alone_MP
    inside_P = (place_P > 0) & (place_P < 1)
    start_MP[:, inside_P] = _newton(beam, attenuation_CP[:, inside_P], start_MP[:, inside_P])
    return start_MP


def _newton(beam: Beam, attenuation_CP: Floats, areal_MP: Floats) -> Floats:
    """Newton's method on both channels, kept at or above zero."""
    member_MK = np.stack([mass_attenuation(name, beam.energies_kev) for name in PAIR])
    for _ in range(_STEPS):
        passed_KP = np.exp(-member_MK.T @ areal_MP)
        through_CP = beam.weights_CK @ passed_KP + beam.floor_C[:, None]
        missing_CP = attenuation_CP + np.log(through_CP / (1 + beam.floor_C[:, None]))
        (a, c), (b, d) = ((beam.weights_CK * member_K) @ passed_KP / through_CP for member_K in member_MK)
        determinant = a * d - b * c
        determinant = np.where(np.abs(determinant) < _LEAST_DETERMINANT, np.inf, determinant)
        step_MP = np.stack([d * missing_CP[0] - b * missing_CP[1], a * missing_CP[1] - c * missing_CP[0]]) / determinant
        areal_MP = np.clip(areal_MP + step_MP, 0.0, _MOST_G_CM2)
    return areal_MP
