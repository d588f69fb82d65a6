"""Attenuation against XCOM at the nodes of its own tables, read by another package, which is wrong between nodes."""

import warnings

import numpy as np
import pytest

from datasets.sandbox.physics.materials import COMPOUNDS, ELEMENTS, coefficients

xcom = pytest.importorskip("xcom")

AVOGADRO = 6.02214076e23
NODES_MEV = np.array([0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0])
CLEAR_OF_EDGES_KEV = np.array([20.0, 30, 40, 50, 60, 80, 100, 150])


@pytest.fixture(scope="module", autouse=True)
def closed():
    """The package leaves its table open, and says so when the process ends."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("tables").file._open_files.close_all()


def of_xcom(number, mass, kev):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        barns = xcom.calculate_cross_section(number, kev * 1000)["total"]
    return barns * 1e-24 * AVOGADRO / mass


def pure(element):
    return next((name for name, atoms in COMPOUNDS.items() if list(atoms) == [element]), None)


@pytest.mark.parametrize("element", [element for element in ELEMENTS if pure(element) is not None])
def test_elements_from_200_kev_to_9_mev(element):
    number, mass = ELEMENTS[element]
    found = coefficients(pure(element), NODES_MEV * 1000)
    np.testing.assert_allclose(found, of_xcom(number, mass, NODES_MEV * 1000), rtol=0.01 if number <= 50 else 0.02)


@pytest.mark.parametrize("compound", ["water", "polyethylene", "cellulose", "pvc", "silica", "cocaine"])
def test_compounds_from_20_kev_to_9_mev(compound):
    kev = np.concatenate([CLEAR_OF_EDGES_KEV, NODES_MEV * 1000])
    masses = {element: count * ELEMENTS[element][1] for element, count in COMPOUNDS[compound].items()}
    wanted = sum(mass / sum(masses.values()) * of_xcom(*ELEMENTS[element], kev) for element, mass in masses.items())
    tolerance = np.where(kev < 200, 0.015, 0.01)  # chlorine at 60 keV: 1.4 %
    assert (np.abs(coefficients(compound, kev) / wanted - 1) < tolerance).all()


def test_carbon_rises_nowhere_and_pairs_begin_above_twice_the_electron_mass():
    kev = np.geomspace(100, 9000, 400)
    assert (np.diff(coefficients("polyethylene", kev)) < 0).all()
    lead = coefficients("lead", kev)
    assert 2500 < kev[lead.argmin()] < 4500  # from there pair production gains on scattering
