"""Spectra of a linear accelerator as the detector weighs them, on one energy grid shared by both channels.

Bremsstrahlung: Schiff, integrated over angle (Koch & Motz, Rev. Mod. Phys. 31:920, 1959, formula 3BS(e)), summed over
the energies that an electron has while it slows down in a thick tungsten target. Attenuation: mucoeff (Boone & Chavez,
Med. Phys. 23:1997, 1996).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from mucoeff import Flag, mu
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HIGH_MV, LOW_MV = 6.0, 4.0
BINS = 22
_LOWEST_MEV = 0.12  # what lies below is stopped by the target and the filter
_POINTS_PER_BIN = 12
_ELECTRON_MASS_MEV = 0.510999
_TUNGSTEN = 74
_SLOWING_STEPS = 8
# Target, housing and cladding: (Z, g/cm2) of 1.5 mm W, 3 mm Cu and 3 mm Fe. An estimate.
_FILTER = ((74, 0.15 * 19.3), (29, 0.3 * 8.96), (26, 0.3 * 7.87))
# Cadmium tungstate, 30 mm at 7.9 g/cm3: mass shares by Z. The depth is an estimate.
_CRYSTAL = ((48, 0.312), (74, 0.510), (8, 0.178))
_CRYSTAL_G_CM2 = 3.0 * 7.9


def energy_edges_mev() -> Floats:
    """Edges of the energy bins in MeV, BINS + 1 of them, equal steps of log energy."""
    return np.geomspace(_LOWEST_MEV, HIGH_MV, BINS + 1)


def fine_energies_mev() -> Floats:
    """Energies in MeV at which spectra and coefficients are computed before binning, shape (BINS, points per bin)."""
    edges = np.log(energy_edges_mev())
    places = (np.arange(_POINTS_PER_BIN) + 0.5) / _POINTS_PER_BIN
    return np.exp(edges[:-1, None] + places * np.diff(edges)[:, None])


def schiff(photon_mev: Floats, electron_mev: float, atomic_number: int = _TUNGSTEN) -> Floats:
    """Photons per energy (arbitrary unit) from electrons of one kinetic energy; 0 above that energy."""
    k = photon_mev / _ELECTRON_MASS_MEV
    start = electron_mev / _ELECTRON_MASS_MEV + 1.0
    end = start - k
    emitted = end > 1.0
    end = np.where(emitted, end, 1.0)
    third = atomic_number ** (1 / 3) / 111
    b = 2 * start * end * third / k
    log_m = -np.log((k / (2 * start * end)) ** 2 + third**2)
    ratio, angle = end / start, np.arctan(b)
    first = (1 + ratio**2 - 2 / 3 * ratio) * (log_m + 1 - 2 / b * angle)
    second = ratio * (2 / b**2 * np.log1p(b**2) + 4 * (2 - b**2) / (3 * b**3) * angle - 8 / (3 * b**2) + 2 / 9)
    return np.where(emitted, np.maximum(first + second, 0.0) / k, 0.0)


def signal_density(photon_mev: Floats, endpoint_mv: float) -> Floats:
    """Detector signal per energy behind nothing but the filter, arbitrary unit, shape of `photon_mev`."""
    electrons = endpoint_mv * (np.arange(_SLOWING_STEPS) + 0.5) / _SLOWING_STEPS
    # Fast electrons radiate forwards: the intensity on the axis grows with the square of their energy.
    photons = sum(electron**2 * schiff(photon_mev, float(electron)) for electron in electrons)
    kev = photon_mev * 1000.0
    filtered = np.exp(-sum(mu(Flag.MU_TOT, Z=z, energy_keV=kev) * depth for z, depth in _FILTER))
    total = sum(mu(Flag.MU_TOT, Z=z, energy_keV=kev) * share for z, share in _CRYSTAL)
    absorbed = sum(mu(Flag.MU_EN_TOT, Z=z, energy_keV=kev) * share for z, share in _CRYSTAL)
    response = photon_mev * absorbed / total * -np.expm1(-total * _CRYSTAL_G_CM2)
    return np.asarray(photons * filtered * response, np.float64)


@cache
def signal_weights() -> Floats:
    """Share of the air signal in each energy bin, shape (2, BINS): low channel first; each row sums to 1."""
    fine, widths = fine_energies_mev(), np.diff(np.log(energy_edges_mev()))[:, None]
    rows = [(signal_density(fine, mv) * fine * widths).sum(axis=1) for mv in (LOW_MV, HIGH_MV)]
    weights = np.stack([row / row.sum() for row in rows])
    weights.flags.writeable = False
    return weights
