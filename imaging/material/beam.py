"""A scanner's two effective beams, fitted to a wedge of known materials; from then on any material can be computed.

Attenuation of a wedge says how hard the beam is; a handful of energies with the right weights reproduce it within one
per cent, and predict materials that were not in the wedge. What is behind how much of what else needs no table then:
the beam is simply followed through both. The floor is what reaches a detector however thick the object (scatter,
afterglow, an offset that was not taken off).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from imaging.errors import ProfileError
from imaging.material.attenuation import COMPOSITIONS, Floats, mass_attenuation
from imaging.material.curves import MEGAVOLT_KV
from imaging.profile import ScannerProfile
from imaging.scan import DUAL_ENERGY

_ENERGIES = 20
_TUBE_KEV, _ACCELERATOR_KEV = (15.0, 180.0), (60.0, 9000.0)
_ERROR = 0.01  # of an attenuation, and relative to it: what a wedge is worth
_BACKGROUND_ERROR = 0.02
_TILT = 0.5  # wedges lie more or less square to the beam
_ROUGHNESS, _SHRINKAGE = 0.3, 0.03  # weights vary slowly with energy: 20 of them are not measured by a dozen steps


@dataclass(frozen=True, eq=False)
class Beam:
    """Effective spectra: `energies_kev` (K), `weights_CK` summing to 1 for each channel (low, high), `floor_C`."""

    energies_kev: Floats
    weights_CK: Floats
    floor_C: Floats

    def attenuation(self, depth_NK: Floats) -> Floats:
        """Attenuation -ln T (C, N) behind the given sums of mass attenuation x areal density (N, K; no unit)."""
        transmission = np.exp(-depth_NK) @ self.weights_CK.T + self.floor_C
        measured: Floats = -np.log(transmission / (1 + self.floor_C)).T
        return measured

    def of_slab(self, material: str | float, areal_density_g_cm2: Floats) -> Floats:
        """Attenuation (C, N) of slabs of one material, areal densities (N) in g/cm2."""
        return self.attenuation(areal_density_g_cm2[:, None] * mass_attenuation(material, self.energies_kev))


@dataclass(frozen=True, slots=True)
class WedgeStep:
    """One step of a wedge: material and areal density in g/cm2, its attenuation (low, high) with what it lies on.

    `background` is the attenuation beside the step. Steps of one named `scan` share an unknown factor on their
    densities, because a wedge that is not square to the beam is longer in it; without a name the wedge was square.
    """

    material: str
    areal_density_g_cm2: float
    attenuation: tuple[float, float]
    background: tuple[float, float] = (0.0, 0.0)
    scan: str = ""


def fit_beam(steps: Sequence[WedgeStep], *, megavolt: bool = False) -> Beam:
    """Fit both effective beams to steps of at least two materials.

    The backgrounds are taken to be polyethylene. Energies run from 15 to 180 keV, or from 0.06 to 9 MeV.

    Raises:
        ProfileError: for fewer than two materials or six steps, a step without a positive finite density or
            attenuation, or when no beam explains the steps within ten per cent.
    """
    _check(steps)
    energies = np.geomspace(*(_ACCELERATOR_KEV if megavolt else _TUBE_KEV), _ENERGIES)
    problem = _Problem(steps, energies)
    found = least_squares(problem.residuals, problem.start(), x_scale="jac", max_nfev=300)
    beam, _, _ = problem.unpacked(found.x)
    worst = float(np.abs(problem.misfit(found.x)).max())
    if worst > 0.1:
        raise ProfileError(
            "one beam explains every step of a wedge within 10 %",
            f"a step that is {100 * worst:.0f} % off",
            "check materials and thicknesses of the wedge",
        )
    return beam


def beam_of_profile(profile: ScannerProfile) -> Beam:
    """The beams behind the material curves of a profile.

    Raises:
        ProfileError: when the profile has no dual-energy curves of two materials that `mass_attenuation` knows.
    """
    if {channel.name for channel in profile.channels} != set(DUAL_ENERGY):
        raise ProfileError(
            "materials are told apart by `low` and `high`",
            f"profile {profile.name!r} with {[channel.name for channel in profile.channels]}",
            "use the profile of a dual-energy scanner",
        )
    steps = [
        WedgeStep(name, density, (curve.attenuation["low"][index], curve.attenuation["high"][index]))
        for name, curve in profile.material_curves.items()
        if name in COMPOSITIONS
        for index, density in enumerate(curve.areal_density_g_cm2)
        if density > 0
    ]
    return fit_beam(steps, megavolt=max(channel.energy_kv or 0 for channel in profile.channels) >= MEGAVOLT_KV)


def _check(steps: Sequence[WedgeStep]) -> None:
    values = np.array([(step.areal_density_g_cm2, *step.attenuation) for step in steps]).reshape(-1, 3)
    materials = sorted({step.material for step in steps})
    if len(materials) < 2 or len(steps) < 6 or not (np.isfinite(values).all() and (values > 0).all()):
        raise ProfileError(
            "a beam is fitted to six or more steps of two or more materials, all positive",
            f"{len(steps)} steps of {materials}",
            "measure a wedge of an organic material or aluminium, and one of steel",
        )


class _Problem:
    """The fit as a vector of unknowns: log weights, log floors, a tilt for each named scan, a background each step."""

    def __init__(self, steps: Sequence[WedgeStep], energies: Floats) -> None:
        self.energies = energies
        self.measured_CN = np.array([step.attenuation for step in steps]).T
        self.background_CN = np.array([step.background for step in steps]).T
        materials = np.array([mass_attenuation(step.material, energies) for step in steps])
        self.depth_NK = materials * np.array([[step.areal_density_g_cm2] for step in steps])
        self.under_K = mass_attenuation("polyethylene", energies)
        tilted = sorted({step.scan for step in steps} - {""})
        self.tilted_NS = np.array([[step.scan == scan for scan in tilted] for step in steps]).reshape(len(steps), -1)
        self.has_background = bool(self.background_CN.any())

    def start(self) -> Floats:
        """Broad beams, the high one harder; small floors; no tilt; backgrounds by their high-energy attenuation."""
        place = np.linspace(-1.5, 1.5, len(self.energies))
        low, high = -((place + 0.3) ** 2), -((place - 0.3) ** 2)
        under = self.background_CN[1] / 0.18 if self.has_background else np.zeros(0)
        return np.concatenate([low, high, np.log([1e-3, 1e-3]), np.ones(self.tilted_NS.shape[1]), under])

    def unpacked(self, unknowns: Floats) -> tuple[Beam, Floats, Floats]:
        """The beam, the density factor of each step, and the polyethylene under each step in g/cm2."""
        count, tilts = len(self.energies), self.tilted_NS.shape[1]
        logs = unknowns[: 2 * count].reshape(2, count)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        floor = np.exp(np.clip(unknowns[2 * count : 2 * count + 2], -20, -2))
        beam = Beam(self.energies, weights / weights.sum(axis=1, keepdims=True), floor)
        tilt = unknowns[2 * count + 2 : 2 * count + 2 + tilts]
        factor = 1 + self.tilted_NS @ (tilt - 1)
        under = unknowns[2 * count + 2 + tilts :] if self.has_background else np.zeros(len(factor))
        return beam, factor, under

    def misfit(self, unknowns: Floats) -> Floats:
        """Relative error of each step's attenuation, (C, N)."""
        beam, factor, under = self.unpacked(unknowns)
        computed = beam.attenuation(under[:, None] * self.under_K + factor[:, None] * self.depth_NK)
        relative: Floats = (computed - self.measured_CN) / (1 + self.measured_CN)
        return relative

    def residuals(self, unknowns: Floats) -> Floats:
        """Misfits in units of their errors, and how rough the weights are."""
        beam, _, under = self.unpacked(unknowns)
        logs = unknowns[: 2 * len(self.energies)].reshape(2, -1)
        tilt = unknowns[2 * len(self.energies) + 2 :][: self.tilted_NS.shape[1]]
        parts = [
            *(self.misfit(unknowns) / _ERROR, (tilt - 1) / _TILT),
            *(_ROUGHNESS * np.diff(logs, 2, axis=1), _SHRINKAGE * logs),
        ]
        if self.has_background:
            computed = beam.attenuation(under[:, None] * self.under_K)
            parts.append((computed - self.background_CN) / _BACKGROUND_ERROR)
        return np.concatenate([part.ravel() for part in parts])
