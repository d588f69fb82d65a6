"""Materials told apart: against beams whose every photon energy is known, and against laws that any answer obeys."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mucoeff import Flag, mu

from imaging import ProfileError, UnsupportedScan, read_profile
from imaging.material import (
    COMPOSITIONS,
    MaterialClass,
    WedgeStep,
    beam_of_profile,
    chances_of_classes,
    class_probabilities,
    effective_z,
    fit_beam,
    local_background,
    mass_attenuation,
    material_classes,
)

# The oracle: two tube-like beams on a grid of energies that the fit does not use.
ENERGIES = np.arange(20.0, 161.0, 1.0)
SPECTRA = {"low": np.exp(-(((ENERGIES - 55) / 22) ** 2)), "high": np.exp(-(((ENERGIES - 100) / 35) ** 2))}
FLOOR = {"low": 1e-3, "high": 2e-3}


def _element(number):
    return np.asarray(mu(Flag.MU_TOT, Z=number, energy_keV=ENERGIES))


def _reference_attenuation(layers):
    """Attenuation (low, high) of layers of (composition, g/cm2), photon energy by photon energy."""
    depth = sum(density * sum(share * _element(z) for z, share in parts.items()) for parts, density in layers)
    depth = np.zeros_like(ENERGIES) + depth
    result = []
    for channel, spectrum in SPECTRA.items():
        transmission = (spectrum * np.exp(-depth)).sum() / spectrum.sum()
        result.append(-np.log((transmission + FLOOR[channel]) / (1 + FLOOR[channel])))
    return tuple(result)


def _wedge(tilt=1.0, background=0.0, scan=""):
    under = [(COMPOSITIONS["polyethylene"], background)]
    thicknesses = {"aluminium": (1.0, 2.5, 4.3, 6.0, 9.0), "steel": (0.8, 1.6, 3.1, 5.0, 8.0, 12.0, 18.0)}
    return [
        WedgeStep(
            name,
            density,
            _reference_attenuation([*under, (COMPOSITIONS[name], tilt * density)]),
            _reference_attenuation(under),
            scan,
        )
        for name, densities in thicknesses.items()
        for density in densities
    ]


@pytest.fixture(scope="module")
def beam():
    return fit_beam([*_wedge(), *_wedge(1.3, 1.5, "oblique")])


def _scene(layers, background, side=41, noise=0.0, seed=0):
    """Attenuation CHW float32 of a square object in the middle of a background, and its mask."""
    mask = np.zeros((side, side), np.bool_)
    mask[10:-10, 10:-10] = True
    inside, outside = _reference_attenuation([*background, *layers]), _reference_attenuation(background)
    planes = np.where(mask, np.reshape(inside, (2, 1, 1)), np.reshape(outside, (2, 1, 1)))
    planes = planes + noise * np.random.default_rng(seed).standard_normal(planes.shape)
    return planes.astype(np.float32), mask


@pytest.mark.parametrize(("material", "z"), [("aluminium", 13), ("steel", 26), (6.0, 6), ("lead", 82)])
def test_coefficients_are_those_of_the_source(material, z):
    assert np.array_equal(mass_attenuation(material, ENERGIES), _element(z))


@settings(deadline=None)
@given(st.floats(5, 30), st.floats(0.01, 5))
def test_coefficients_rise_with_atomic_number_where_absorption_rules(number, more):
    at = np.array([30.0, 50.0])
    assert (mass_attenuation(number + more, at) > mass_attenuation(number, at)).all()


@pytest.mark.parametrize("material", ["kryptonite", 0.5, 101.0])
def test_unknown_materials_are_refused(material):
    with pytest.raises(ProfileError):
        mass_attenuation(material, ENERGIES)


def test_a_beam_predicts_materials_and_mixtures_that_were_not_in_its_wedge(beam):
    for layers in (
        [("polyethylene", 4.0)],
        [("water", 12.0)],
        [("copper", 2.0)],
        [("polyethylene", 6.0), ("steel", 2.0)],
        [("aluminium", 4.0), ("steel", 6.0)],
    ):
        depth = sum(density * mass_attenuation(name, beam.energies_kev) for name, density in layers)
        wanted = _reference_attenuation([(COMPOSITIONS[name], density) for name, density in layers])
        assert beam.attenuation(depth[None])[:, 0] == pytest.approx(wanted, rel=0.03), layers


def test_a_beam_knows_the_floor_of_its_detector(beam):
    assert beam.floor_C == pytest.approx([FLOOR["low"], FLOOR["high"]], rel=0.5)
    assert beam.of_slab("steel", np.array([1e4]))[:, 0] == pytest.approx(-np.log(beam.floor_C / (1 + beam.floor_C)))
    assert beam.of_slab("steel", np.zeros(1)) == pytest.approx(np.zeros((2, 1)), abs=1e-6)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        _wedge()[:5],
        [step for step in _wedge() if step.material == "steel"],
        [*_wedge(), WedgeStep("steel", 1.0, (np.nan, 1.0))],
        [*_wedge(), WedgeStep("steel", -1.0, (1.0, 1.0))],
        [*_wedge(), WedgeStep("lead", 20.0, (0.1, 0.1))],
    ],
    ids=["none", "few", "one material", "no number", "negative", "mislabelled"],
)
def test_wedges_that_say_nothing_are_refused(steps):
    with pytest.raises(ProfileError):
        fit_beam(steps)


@pytest.mark.parametrize("number", [6, 8, 11, 13, 17, 20, 26])
@pytest.mark.parametrize("high", [0.5, 1.5])
def test_slabs_have_their_own_atomic_number(beam, number, high):
    density = high / float(mass_attenuation(float(number), np.array([90.0]))[0])
    planes, mask = _scene([({number: 1.0}, density)], [])
    numbers = effective_z(planes, np.zeros_like(planes), mask, beam)
    assert numbers.value[20, 20] == pytest.approx(number, abs=1.0 if number <= 20 else 2.0)
    assert numbers.areal_density_g_cm2[20, 20] == pytest.approx(density, rel=0.12)


@pytest.mark.parametrize(("number", "name"), [(6, "ORGANIC"), (13, "MIXED"), (26, "METAL")])
@pytest.mark.parametrize("front", [("polyethylene", 6.0), ("steel", 1.2)])
def test_the_object_keeps_its_class_behind_other_things(beam, number, name, front):
    density = 0.6 / float(mass_attenuation(float(number), np.array([100.0]))[0])
    planes, mask = _scene([({number: 1.0}, density)], [(COMPOSITIONS[front[0]], front[1])], noise=2e-3)
    background = local_background(planes, mask).attenuation_CHW
    stripped = material_classes(effective_z(planes, background, mask, beam))
    inner = np.zeros_like(mask)
    inner[13:-13, 13:-13] = True
    assert (stripped[inner] == MaterialClass[name]).mean() > 0.9


def test_the_number_of_an_overlap_is_not_that_of_the_object(beam):
    """Steel behind bags of sugar reads as something light until the sugar is taken off."""
    planes, mask = _scene([({26: 1.0}, 1.0)], [(COMPOSITIONS["organic"], 12.0)])
    whole = effective_z(planes, np.zeros_like(planes), mask, beam).value[20, 20]
    alone = effective_z(planes, local_background(planes, mask).attenuation_CHW, mask, beam).value[20, 20]
    assert whole < 18 < 23 < alone


def test_the_increase_hardened_by_a_background_is_not_read_as_in_air(beam):
    """The same increases, taken to be in front of nothing, give a lighter element."""
    planes, mask = _scene([({26: 1.0}, 2.0)], [(COMPOSITIONS["steel"], 3.0)])
    background = local_background(planes, mask).attenuation_CHW
    conditional = effective_z(planes, background, mask, beam).value[20, 20]
    in_air = effective_z(planes - background, np.zeros_like(planes), mask, beam).value[20, 20]
    assert conditional == pytest.approx(26, abs=2.5)
    assert in_air < 22


def test_a_standard_error_is_what_repeats_scatter_by(beam):
    density, values, sigmas = 3.0, [], []
    for seed in range(60):
        planes, mask = _scene([({13: 1.0}, density)], [], noise=0.02, seed=seed)
        numbers = effective_z(planes, np.zeros_like(planes), mask, beam)
        values.append(numbers.value[20, 20])
        sigmas.append(numbers.sigma[20, 20])
    assert 0.7 < np.std(values) / np.median(sigmas) < 1.4


def test_nothing_is_said_outside_the_object_or_where_it_adds_nothing(beam):
    planes, mask = _scene([({13: 1.0}, 3.0)], [])
    planes[:, 11:18, 11:18] = 0
    planes[:, 25, 25] = np.nan
    numbers = effective_z(planes, np.zeros_like(planes), mask, beam)
    assert np.isnan(numbers.value[~mask]).all()
    assert np.isnan(numbers.value[14, 14])
    assert np.isnan(numbers.value[25, 25])
    assert material_classes(numbers)[14, 14] == MaterialClass.UNKNOWN
    empty = effective_z(planes, planes, np.zeros_like(mask), beam)
    assert np.isnan(empty.value).all()


def test_effective_z_wants_two_planes_of_one_size(beam):
    planes, mask = _scene([({13: 1.0}, 3.0)], [])
    with pytest.raises(UnsupportedScan):
        effective_z(planes[:1], planes[:1], mask, beam)
    with pytest.raises(UnsupportedScan):
        effective_z(planes, planes, mask[:5], beam)


def test_cut_offs_are_a_matter_of_choice(beam):
    planes, mask = _scene([({13: 1.0}, 3.0)], [])
    numbers = effective_z(planes, np.zeros_like(planes), mask, beam)
    assert material_classes(numbers)[20, 20] == MaterialClass.MIXED
    assert material_classes(numbers, cutoffs=(15.0, 20.0))[20, 20] == MaterialClass.ORGANIC
    assert material_classes(numbers, cutoffs=(5.0, 11.0))[20, 20] == MaterialClass.METAL


def test_chances_from_a_number_sum_to_one_and_are_even_where_nothing_is_known(beam):
    planes, mask = _scene([({13: 1.0}, 3.0)], [], noise=0.01)
    chances = chances_of_classes(effective_z(planes, np.zeros_like(planes), mask, beam))
    assert chances.organic + chances.mixed + chances.metal == pytest.approx(np.ones(mask.shape), abs=1e-5)
    assert chances.mixed[20, 20] > 0.9
    assert chances.organic[0, 0] == pytest.approx(1 / 3)


def test_a_background_is_carried_inwards_from_both_sides():
    """A ramp under the object is found again under it."""
    columns = np.linspace(0.2, 0.8, 61, dtype=np.float32)
    under = np.stack([np.tile(1.3 * columns, (61, 1)), np.tile(columns, (61, 1))])
    mask = np.zeros((61, 61), np.bool_)
    mask[20:41, 20:41] = True
    background = local_background(under + np.float32(1.5) * mask, mask)
    assert background.kept_share == 1.0
    assert np.abs(background.attenuation_CHW - under)[:, mask].max() < 0.12
    assert background.attenuation_CHW[1, 30, 36] > background.attenuation_CHW[1, 30, 24]


def test_a_neighbour_as_dense_as_the_object_is_no_background():
    planes = np.full((2, 60, 60), 0.2, np.float32)
    mask = np.zeros((60, 60), np.bool_)
    mask[20:40, 20:40] = True
    planes[:, mask] = 1.0
    planes[:, 20:40, 42:60] = 1.1
    background = local_background(planes, mask)
    assert background.kept_share < 0.9
    assert background.attenuation_CHW[1, 30, 35] == pytest.approx(0.2, abs=0.01)


def test_an_object_among_dense_things_takes_the_lightest_fifth_of_them():
    planes = np.ones((2, 40, 40), np.float32)
    planes[:, :20] = 1.2
    mask = np.zeros((40, 40), np.bool_)
    mask[15:25, 15:25] = True
    background = local_background(planes, mask)
    assert background.attenuation_CHW[1, 20, 20] == pytest.approx(1.0, abs=0.01)
    assert background.kept_share < 0.6


def test_a_single_pixel_is_an_object():
    planes = np.full((2, 30, 30), 0.3, np.float32)
    mask = np.zeros((30, 30), np.bool_)
    mask[15, 15] = True
    planes[:, 15, 15] = 2
    assert local_background(planes, mask).attenuation_CHW[:, 15, 15] == pytest.approx([0.3, 0.3], abs=1e-3)


@pytest.mark.parametrize("mask", [np.zeros((9, 9), np.bool_), np.ones((9, 9), np.bool_), np.ones((3, 9), np.bool_)])
def test_a_background_needs_an_object_and_its_surroundings(mask):
    with pytest.raises(UnsupportedScan):
        local_background(np.zeros((2, 9, 9), np.float32), mask)


@pytest.fixture(scope="module")
def linac(root):
    return beam_of_profile(read_profile(root / "configs" / "scanners" / "sandbox_linac_6_4.yaml"))


def _chances(linac, material, density, error, background=(0.0, 0.0)):
    planes = linac.of_slab(material, np.array([density])).astype(np.float32)[..., None]
    return class_probabilities(planes, np.full_like(planes, error), linac, background)


def test_accelerator_energies_give_chances_and_noise_takes_them_away(linac):
    assert _chances(linac, "polyethylene", 40.0, 1e-3).organic[0, 0] > 0.8
    assert _chances(linac, "steel", 40.0, 1e-3).metal[0, 0] > 0.8
    vague = _chances(linac, "steel", 40.0, 0.3)
    assert max(vague.organic[0, 0], vague.mixed[0, 0], vague.metal[0, 0]) < 0.45


def test_a_thin_piece_of_uranium_is_not_surely_metal(linac):
    """Pair production bends the curves of heavy elements back: at some thickness they look like lighter ones."""
    sure = [_chances(linac, "uranium", density, 4e-3).metal[0, 0] for density in np.geomspace(2, 60, 30)]
    assert min(sure) < 0.75
    total = _chances(linac, "uranium", 10.0, 4e-3)
    assert total.organic + total.mixed + total.metal == pytest.approx(np.ones((1, 1)), abs=1e-5)


def test_air_at_accelerator_energies_has_even_chances(linac):
    nothing = class_probabilities(np.zeros((2, 1, 1), np.float32), np.full((2, 1, 1), 0.01, np.float32), linac)
    assert nothing.organic[0, 0] == pytest.approx(1 / 3, abs=0.05)


def test_beams_come_from_dual_energy_profiles_with_curves(dual_profile, single_profile):
    with pytest.raises(ProfileError, match="low"):
        beam_of_profile(single_profile)
    with pytest.raises(ProfileError):
        beam_of_profile(dual_profile.model_copy(update={"material_curves": {}}))
