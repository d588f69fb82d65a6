import numpy as np
import pytest
from mucoeff import Flag, mu

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.physics.beam import of_scanner, signal_density
from datasets.sandbox.physics.detector import primary
from datasets.sandbox.physics.materials import (
    ALUMINIUM,
    COMPOUNDS,
    ELEMENTS,
    GLASS,
    LEAD,
    ORGANIC,
    PLASTIC,
    RUBBER,
    STEEL,
    WOOD,
    compound_share,
    mass_attenuation,
)
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import read_scanner, scanner_names
from datasets.sandbox.physics.spectrum import (
    schiff,
)

LOW, HIGH = 0, 1
SCANNER = read_scanner()
BEAMS = of_scanner(SCANNER)
GRID = BEAMS.grid
WEDGE = np.array([0.0, 2, 5, 10, 20, 40, 70, 100, 140, 180])
WATER = (("water", 1.0),)
# mu/rho in cm2/g at 0.1, 1, 6 and 9 MeV; XCOM at its own nodes.
NODES = {
    "Fe": (0.3717, 0.05995, 0.03057, 0.02987),
    "Pb": (5.549, 0.07102, 0.04391, 0.04823),
    "C": (0.1514, 0.06362, 0.02469, 0.02047),
}


def transmission(material, areal_g_cm2):
    """Transmission of slabs, float64 (2, slabs)."""
    maps_MHW = np.asarray(areal_g_cm2, float).reshape(1, 1, -1)
    return primary(ArealDensity((material,), maps_MHW), SCANNER)[:, 0].astype(np.float64)


def test_air_transmits_everything():
    np.testing.assert_allclose(primary(ArealDensity((), np.zeros((0, 3, 4))), SCANNER), 1.0, rtol=1e-6)
    np.testing.assert_allclose(transmission(STEEL, [0.0]), 1.0, rtol=1e-6)


@pytest.mark.parametrize("element", NODES)
def test_coefficients_at_the_nodes_of_the_tables(element):
    found = mu(Flag.MU_TOT, Z=ELEMENTS[element][0], energy_keV=np.array([100.0, 1000.0, 6000.0, 9000.0]))
    np.testing.assert_allclose(found, NODES[element], rtol=0.01)


@pytest.mark.parametrize(("material", "element"), [(STEEL, "Fe"), (LEAD, "Pb")])
def test_binned_coefficients_pass_through_the_nodes(material, element):
    middles = np.sqrt(GRID.edges_kev()[:-1] * GRID.edges_kev()[1:])
    at_1_mev = np.exp(np.interp(np.log(1000), np.log(middles), np.log(mass_attenuation(material, GRID))))
    assert at_1_mev == pytest.approx(NODES[element][1], rel=0.02)


def test_water_at_1_mev():
    middles = np.sqrt(GRID.edges_kev()[:-1] * GRID.edges_kev()[1:])
    assert np.interp(np.log(1000), np.log(middles), mass_attenuation(WATER, GRID)) == pytest.approx(0.0707, rel=0.01)


@pytest.mark.parametrize(("material", "density", "tenth_cm"), [(STEEL, 7.87, 7.5), (LEAD, 11.35, 4.6)])
def test_tenth_value_thickness_at_6_mv(material, density, tenth_cm):
    """Mean of the first four, high channel, narrow beam; published in "Measurements of 6 MV X-rays: I"."""
    depth_cm = np.linspace(0, 45, 2001)
    decades = -np.log10(transmission(material, depth_cm * density)[HIGH])
    thickness = np.interp([1.0, 2.0, 3.0, 4.0], decades, depth_cm)
    assert thickness[3] / 4 == pytest.approx(tenth_cm, rel=0.10)
    assert (np.diff(np.diff([0.0, *thickness])) > 0).all()  # the beam hardens: every one is thicker than the last


def test_first_half_value_thickness_of_steel_at_6_mv():
    depth_cm = np.linspace(0, 4, 801)
    half = np.interp(np.log(2), -np.log(transmission(STEEL, depth_cm * 7.87)[HIGH]), depth_cm)
    assert half == pytest.approx(1.90, rel=0.10)  # of a prototype of this simulator


@pytest.mark.parametrize("material", [ORGANIC, WATER, ALUMINIUM, STEEL, LEAD])
@pytest.mark.parametrize("channel", [LOW, HIGH])
def test_slabs_transmit_less_the_thicker_they_are_and_ever_less_quickly(material, channel):
    log_t = np.log(transmission(material, WEDGE)[channel])
    slope = np.diff(log_t) / np.diff(WEDGE)
    assert (slope < 0).all()
    assert (np.diff(slope) > 0).all()


@pytest.mark.parametrize("material", [ORGANIC, ALUMINIUM, STEEL, LEAD])
def test_the_low_channel_is_attenuated_more(material):
    low, high = -np.log(transmission(material, WEDGE[1:]))
    assert (low > high).all()


def test_the_ratio_of_channels_falls_with_atomic_number():
    """Organic, aluminium, steel, lead in this order at every depth from 30 g/cm2."""
    log_t = np.array([np.log(transmission(m, [30.0, 60.0, 120.0])) for m in (ORGANIC, ALUMINIUM, STEEL, LEAD)])
    assert (np.diff(log_t[:, LOW] / log_t[:, HIGH], axis=0) < 0).all()


@pytest.mark.parametrize(("material", "number"), [(ALUMINIUM, 13), (STEEL, 26), (LEAD, 82)])
@pytest.mark.parametrize("name", scanner_names())
def test_few_bins_are_as_good_as_many(material, number, name):
    scanner = read_scanner(name)
    grid = of_scanner(scanner).grid
    energy = np.geomspace(grid.lowest_kev, grid.highest_kev, 4001)
    coefficient = mu(Flag.MU_TOT, Z=number, energy_keV=energy)
    areal = np.array([0.1, 0.5, 2, 5, 10, 20, 60, 120, 200])
    seen_CN = primary(ArealDensity((material,), areal.reshape(1, 1, -1)), scanner)[:, 0]
    found = -np.log(np.maximum(seen_CN.astype(np.float64), 1e-30))
    for channel, seen in zip(scanner.channels, found, strict=True):
        weight = signal_density(energy, channel) * energy  # equal steps of log energy
        exact = -np.log((weight * np.exp(-np.outer(areal, coefficient))).sum(axis=1) / weight.sum())
        told = exact < 12
        np.testing.assert_allclose(seen[told], exact[told], rtol=0.01)


def test_two_slabs_are_as_good_as_one_of_both():
    maps_MHW = np.array([5.0, 20.0]).reshape(2, 1, 1)
    mixture = (("iron", 0.2), ("cellulose", 0.8))
    layered = primary(ArealDensity((STEEL, ORGANIC), maps_MHW), SCANNER)
    np.testing.assert_allclose(layered[:, 0, 0], transmission(mixture, [25.0])[:, 0], rtol=1e-5)


def test_spectra():
    weights = BEAMS.weights_CK
    assert weights.shape == (2, GRID.bins)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    assert (weights >= 0).all()
    assert not weights[LOW, GRID.edges_kev()[:-1] > 4000].any()


@pytest.mark.parametrize(
    ("channel", "mean_mev"),
    [
        (HIGH, 2.11),
        pytest.param(
            LOW, 1.55, marks=pytest.mark.xfail(reason="1.41 MeV here: the 4 MV spectrum is softer than the prototype's")
        ),
    ],
)
def test_mean_energy_of_the_signal(channel, mean_mev):
    """Figures of a prototype of this simulator."""
    energy = GRID.fine_kev().mean(axis=1)
    assert BEAMS.weights_CK[channel] @ energy == pytest.approx(1000 * mean_mev, rel=0.05)


def test_transmission_of_10_to_40_cm_of_steel_at_6_mv():
    """Figures of a prototype of this simulator."""
    found = transmission(STEEL, np.array([10.0, 20.0, 30.0, 40.0]) * 7.87)[HIGH]
    np.testing.assert_allclose(found, [3.6e-2, 1.9e-3, 1.2e-4, 8e-6], rtol=0.10)


def test_no_photon_has_more_energy_than_its_electron():
    photon = np.array([500.0, 2990, 3000, 3010, 6000])
    emitted = schiff(photon, 3000)
    assert (emitted[:2] > 0).all()
    assert not emitted[2:].any()


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_mass_shares_of_a_compound_sum_to_one(compound):
    assert sum(compound_share(compound).values()) == pytest.approx(1.0)


def test_water_is_a_ninth_hydrogen():
    assert compound_share("water")["H"] == pytest.approx(0.1119, abs=1e-4)


def test_an_unknown_compound_is_an_error():
    with pytest.raises(KeyError):
        compound_share("kryptonite")


@pytest.mark.parametrize("material", [STEEL, ALUMINIUM, LEAD, WOOD, ORGANIC, PLASTIC, RUBBER, GLASS])
def test_named_materials_are_whole(material):
    assert sum(share for _, share in material) == pytest.approx(1.0)
    assert (mass_attenuation(material, GRID) > 0).all()


@pytest.mark.parametrize("goods", all_goods(), ids=lambda goods: goods.key)
def test_goods_are_of_whole_materials(goods):
    assert (mass_attenuation(goods.composition, GRID) > 0).all()


def test_a_material_with_a_part_missing_is_refused():
    with pytest.raises(ValueError, match="sum to 1"):
        mass_attenuation((("iron", 0.5),), GRID)
