"""What the CT reads of known bodies, against theory that shares nothing with the simulator but its beam and mucoeff."""

import numpy as np
import pytest
from mucoeff import Flag, mu
from scipy.optimize import brentq

from datasets.sandbox.ct.acquire import equal_quanta
from datasets.sandbox.ct.reconstruct import RESCALE, to_levels, to_mhu, water_attenuation, water_correction
from datasets.sandbox.ct.scanner import CtScanner
from datasets.sandbox.ct.spectra import ct_beams
from datasets.sandbox.physics.materials import ALUMINIUM, LEAD, STEEL

WATER, PE, COCAINE = ((("water", 1.0),), (("polyethylene", 1.0),), (("cocaine", 1.0),))
# Mass shares by atomic number, from atomic weights by hand: H2O, CH2, C17H22ClNO4 (339.8 g/mol), Al.
SHARES = {
    WATER: {1: 0.11190, 8: 0.88810},
    PE: {1: 0.14372, 6: 0.85628},
    COCAINE: {1: 0.06526, 6: 0.60088, 7: 0.04122, 8: 0.18833, 17: 0.10431},
    ALUMINIUM: {13: 1.0},
}
DENSITY = {PE: 0.94, COCAINE: 1.1, ALUMINIUM: 2.7}


def mass_mu(material, energy_kev):
    energies = np.atleast_1d(np.asarray(energy_kev, float))
    return sum(share * mu(Flag.MU_TOT, Z=z, energy_keV=energies) for z, share in SHARES[material].items())


def path_attenuation(material, areal_g_cm2, channel):
    """-ln T of a path, polychromatic, at the middles of the bins."""
    edges = ct_beams().grid.edges_kev()
    weights = ct_beams().weights_CK[channel]
    return -np.log((weights * np.exp(-mass_mu(material, np.sqrt(edges[1:] * edges[:-1])) * areal_g_cm2)).sum())


def mono_equivalent(material, channel, areal_g_cm2):
    """MHU at the one energy that water has, in this beam, over a path of as much mass."""
    seen = path_attenuation(WATER, areal_g_cm2, channel) / areal_g_cm2
    energy = brentq(lambda kev: float(mass_mu(WATER, kev)[0]) - seen, 20, 159)
    return 1000 * DENSITY[material] * float(mass_mu(material, energy)[0]) / seen


def water_equivalent(material, channel, path_cm):
    """MHU of a path of the material: the water that attenuates as much in this beam, over the path."""
    seen = path_attenuation(material, DENSITY[material] * path_cm, channel)
    return 1000 / path_cm * brentq(lambda depth: path_attenuation(WATER, depth, channel) - seen, 1e-6, 200)


@pytest.mark.parametrize("seed", [None, 1])
def test_nothing_reads_zero(image_of, within, seed):
    image = image_of([], seed=seed)
    assert np.isfinite(image).all()
    # A reading averages as many elements as there are views: so small is its error.
    expected = 0.0 if seed is None else 5.0
    assert np.abs(image[:, within(230)]).max() <= expected
    assert np.abs(image[:, within(230)].mean(axis=1)).max() <= 0.2


@pytest.mark.parametrize("radius", [50.0, 100.0, 150.0])
@pytest.mark.parametrize("seed", [None, 2])
def test_water_reads_1000_in_the_middle_and_at_the_rim(image_of, within, rod, radius, seed):
    image = image_of([rod(WATER, 1.0, radius)], seed=seed)
    assert np.abs(image[:, within(20)].mean(axis=1) - 1000).max() <= 15
    ring = within(radius - 8) & ~within(radius - 15)
    assert np.abs(image[:, ring].mean(axis=1) - 1000).max() <= 15


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("material", [PE, COCAINE], ids=["polyethylene", "cocaine"])
def test_light_materials_read_as_at_one_energy(image_of, within, rod, material, channel):
    radius = 12.0
    image = image_of([rod(material, DENSITY[material], radius)])
    expected = mono_equivalent(material, channel, 2 * radius / 10 * DENSITY[material])
    assert image[channel, within(6)].mean() == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("radius", [12.0, 25.0])
@pytest.mark.parametrize("material", [PE, COCAINE, ALUMINIUM], ids=lambda m: m[0][0])
def test_materials_read_as_the_water_that_attenuates_alike(image_of, within, rod, material, radius, channel):
    image = image_of([rod(material, DENSITY[material], radius)])
    expected = water_equivalent(material, channel, 2 * radius / 10)
    assert image[channel, within(radius / 2)].mean() == pytest.approx(expected, rel=0.03)


def test_two_energies_tell_materials_of_one_density_apart(image_of, within, rod):
    ratio = {}
    for material in (PE, COCAINE, ALUMINIUM):
        low, high = image_of([rod(material, DENSITY[material], 12.0)])[:, within(6)].mean(axis=1)
        ratio[material] = low / high
    assert ratio[PE] < 1 < ratio[COCAINE] < ratio[ALUMINIUM]


@pytest.mark.parametrize("channel", [0, 1])
def test_water_correction_gives_back_the_water(channel):
    depth = np.linspace(0, 49.9, 777)
    attenuation = water_attenuation(depth, channel).astype(np.float32)
    correction = water_correction(channel)
    assert np.abs(correction.paths_g_cm2(attenuation) - depth).max() < 0.01
    further = correction.paths_g_cm2(np.linspace(0, 15, 4000, dtype=np.float32))
    assert (np.diff(further) > 0).all()


def test_beams_are_shares_and_the_high_one_is_harder():
    weights = ct_beams().weights_CK
    assert weights.sum(axis=1) == pytest.approx([1, 1])
    middles = np.sqrt(ct_beams().grid.edges_kev()[1:] * ct_beams().grid.edges_kev()[:-1])
    low, high = weights @ middles
    assert 50 < low < 70 < high < 95
    assert all(1.0 < factor < 1.6 for factor in ct_beams().excess_C)


def test_levels_are_mhu_with_room_below_air():
    mhu = np.array([-2000.0, -1000.0, -0.4, 0.0, 1000.0, 64_535.0, 1e9], np.float32)
    levels = to_levels(mhu)
    assert levels.tolist() == [0, 0, 1000, 1000, 2000, 65_535, 65_535]
    assert to_mhu(levels)[4] == 1000.0
    assert levels[4] * RESCALE.slope + RESCALE.intercept == 0.0  # water in Hounsfield units


def test_streaks_lie_between_two_rods_of_metal(image_of, within, rod):
    water, rods = rod(WATER, 1.0, 90.0), [rod(STEEL, 7.85, 10.0, x=x) for x in (-50.0, 50.0)]
    image = image_of([water, *rods], seed=4)
    between, away = within(15), within(15, y=60.0)
    clean = image_of([water], seed=4)
    for channel in (0, 1):
        assert image[channel, between].mean() < image[channel, away].mean()  # the dark band
        assert image[channel, between].var() > 4 * image[channel, away].var()
        assert image[channel, between].var() > 4 * clean[channel, between].var()


def test_lead_starves_the_detector_and_nothing_breaks(image_of, within, rod):
    water = rod(WATER, 1.0, 90.0)
    noise = []
    for sheet in (0.0, 2.0, 12.0):
        things = [water] + ([rod(LEAD, 11.3, sheet, x=x) for x in (-40.0, 40.0)] if sheet else [])
        one, other = (image_of(things, seed=seed) for seed in (5, 6))
        assert np.isfinite(one).all()
        noise.append((one - other)[:, within(20)].std(axis=1))  # streaks cancel, noise stays
    assert (noise[1] > noise[0]).all()
    assert (noise[2] > 3 * noise[0]).all()


def test_noise_falls_as_the_root_of_the_dose(image_of, within, rod):
    water = rod(WATER, 1.0, 60.0)

    def noise(dose):
        scanner = CtScanner(quanta=(1e5 * dose, 1e5 * dose), electronic_quanta=0.0, gain_drift=0.0, air_reads=10**9)
        one, other = (image_of([water], scanner=scanner, seed=seed) for seed in (7, 8))
        return (one - other)[:, within(50)].std(axis=1)

    assert noise(1) / noise(16) == pytest.approx([4.0, 4.0], rel=0.12)


def test_excess_noise_takes_quanta_away():
    scanner, beams = CtScanner(), ct_beams()
    assert (equal_quanta(scanner, beams) < scanner.quanta).all()
    assert equal_quanta(scanner, beams) * beams.excess_C == pytest.approx(scanner.quanta)


@pytest.mark.parametrize("words", [{"pixels": 1}, {"views": 10}, {"quanta": (0.0, 1.0)}, {"air_reads": 0}])
def test_impossible_scanners_are_refused(words):
    with pytest.raises(ValueError, match="; found "):
        CtScanner(**words)
