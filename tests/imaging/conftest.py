"""Views and profiles for the tests of imaging."""

import numpy as np
import pytest

from imaging import Channel, Quantity, ScannerProfile, View

# A beam with two energies per channel: (weights, mass attenuation in cm2/g of organic and steel at each).
BEAM = {
    "low": ((0.7, 0.3), (0.22, 0.18), (1.60, 0.60)),
    "high": ((0.4, 0.6), (0.20, 0.16), (0.90, 0.35)),
}


def beam_attenuation(channel, organic_g_cm2, steel_g_cm2):
    """Attenuation of organic material with steel behind it, by summing the beam's energies: the tests' oracle."""
    weights, organic, steel = BEAM[channel]
    transmission = sum(
        weight * np.exp(-(mu_o * np.asarray(organic_g_cm2) + mu_s * np.asarray(steel_g_cm2)))
        for weight, mu_o, mu_s in zip(weights, organic, steel, strict=True)
    )
    return -np.log(transmission)


@pytest.fixture(scope="session")
def attenuation_of():
    return beam_attenuation


@pytest.fixture(scope="session")
def dual_profile():
    density = np.linspace(0, 60, 601)
    zero = np.zeros_like(density)
    curves = {
        "polyethylene": {c: beam_attenuation(c, density, zero).tolist() for c in BEAM},
        "steel": {c: beam_attenuation(c, zero, density).tolist() for c in BEAM},
    }
    return ScannerProfile(
        name="test-dual",
        quantity=Quantity.TRANSMISSION,
        channels=[{"name": "low"}, {"name": "high"}],
        spacing_mm=[2.0, 5.0],
        material_curves={
            name: {"areal_density_g_cm2": density.tolist(), "attenuation": curve} for name, curve in curves.items()
        },
    )


@pytest.fixture(scope="session")
def single_profile(dual_profile):
    entry = dual_profile.model_dump()
    entry["channels"] = [{"name": "single"}]
    for curve in entry["material_curves"].values():
        curve["attenuation"] = {"single": curve["attenuation"]["high"]}
    return ScannerProfile.model_validate(entry)


@pytest.fixture(scope="session")
def view_of():
    def make(pixels_CHW, quantity=Quantity.TRANSMISSION, **rest):
        names = {1: ("single",), 2: ("low", "high"), 3: ("red", "green", "blue")}[len(pixels_CHW)]
        return View("0", np.asarray(pixels_CHW), tuple(map(Channel, names)), quantity, **rest)

    return make
