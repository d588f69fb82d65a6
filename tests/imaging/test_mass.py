from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import (
    Channel,
    Geometry,
    NoPhysics,
    ProfileError,
    Quantity,
    ScannerProfile,
    UnusableScan,
    View,
    areal_density,
    estimate_mass,
    fill_share,
)
from imaging.material import density
from imaging.profile import MaterialCurve

SHAPE = (40, 60)


def slab(attenuation_of, view_of, organic, steel, shape=SHAPE, channels=("low", "high"), noise=0.0, seed=0):
    planes = [np.full(shape, np.exp(-attenuation_of(channel, organic, steel))) for channel in channels]
    noisy = np.stack(planes) + np.random.default_rng(seed).normal(0, noise, (len(planes), *shape))
    return view_of(noisy.astype(np.float32), spacing_mm=(2.0, 5.0))


@pytest.mark.parametrize(("organic", "steel"), [(8.0, 0.0), (0.0, 3.0), (0.5, 0.0), (20.0, 0.0), (0.0, 0.2)])
def test_pure_materials_are_weighed_exactly(attenuation_of, view_of, dual_profile, organic, steel):
    view = slab(attenuation_of, view_of, organic, steel)
    weighed, opaque = areal_density(view, dual_profile)
    assert weighed == pytest.approx(np.full(SHAPE, organic + steel), rel=2e-3)
    assert weighed.dtype == np.float32
    assert not opaque.any()
    mass = estimate_mass(view, dual_profile)
    expected_kg = (organic + steel) * SHAPE[0] * SHAPE[1] * 0.2 * 0.5 / 1000
    assert mass.mass_kg == pytest.approx(expected_kg, rel=2e-3)
    assert mass.lower_kg <= mass.mass_kg <= mass.upper_kg


@pytest.mark.parametrize(("organic", "steel"), [(8.0, 1.0), (3.0, 2.0), (12.0, 0.3)])
def test_mixtures_are_weighed_within_the_stated_error(attenuation_of, view_of, dual_profile, organic, steel):
    view = slab(attenuation_of, view_of, organic, steel)
    weighed, _ = areal_density(view, dual_profile)
    assert weighed == pytest.approx(np.full(SHAPE, organic + steel), rel=0.14)
    mass = estimate_mass(view, dual_profile)
    assert mass.lower_kg < (organic + steel) * SHAPE[0] * SHAPE[1] * 1e-4 < mass.upper_kg < 1.4 * mass.lower_kg


def test_two_energies_narrow_what_one_leaves_open(attenuation_of, view_of, dual_profile, single_profile):
    dual = estimate_mass(slab(attenuation_of, view_of, 8.0, 0.0, noise=1e-3), dual_profile)
    single = estimate_mass(slab(attenuation_of, view_of, 8.0, 0.0, channels=("high",), noise=1e-3), single_profile)
    assert single.lower_kg < dual.lower_kg < 8.0 * SHAPE[0] * SHAPE[1] * 1e-4 < dual.upper_kg
    assert single.upper_kg - single.lower_kg > 5 * (dual.upper_kg - dual.lower_kg)
    assert single.upper_kg == pytest.approx(8.0 * SHAPE[0] * SHAPE[1] * 1e-4, rel=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_noise_widens_the_interval_and_stays_inside_it(attenuation_of, view_of, dual_profile, seed):
    quiet = estimate_mass(slab(attenuation_of, view_of, 6.0, 0.0), dual_profile)
    noisy = estimate_mass(slab(attenuation_of, view_of, 6.0, 0.0, noise=5e-3, seed=seed), dual_profile)
    assert noisy.lower_kg < 6.0 * SHAPE[0] * SHAPE[1] * 1e-4 < noisy.upper_kg * 1.01
    assert noisy.upper_kg - noisy.lower_kg > quiet.upper_kg - quiet.lower_kg


def test_noise_about_air_weighs_nothing(attenuation_of, view_of, dual_profile):
    empty = slab(attenuation_of, view_of, 0.0, 0.0, shape=(300, 300), noise=0.01)
    one_gram_each_100_cm2 = 300 * 300 * 0.1 * 0.01 / 1000
    assert abs(estimate_mass(empty, dual_profile).mass_kg) < one_gram_each_100_cm2


def test_opaque_parts_leave_a_lower_bound_only(attenuation_of, view_of, dual_profile):
    view = slab(attenuation_of, view_of, 8.0, 0.0)
    open_mass = estimate_mass(view, dual_profile)
    pixels = view.pixels.copy()
    pixels[:, :, :10] = 1e-6
    blocked = view_of(pixels, spacing_mm=view.spacing_mm)
    mass = estimate_mass(blocked, dual_profile)
    assert mass.upper_kg is None
    assert mass.opaque_share == pytest.approx(10 / 60)
    assert mass.lower_kg > open_mass.lower_kg
    assert areal_density(blocked, dual_profile)[1].sum() == 400
    assert estimate_mass(blocked, dual_profile, (20, 0, 60, 40)).upper_kg is not None


def test_all_opaque(view_of, dual_profile):
    mass = estimate_mass(view_of(np.zeros((2, 5, 5), np.float32), spacing_mm=(1.0, 1.0)), dual_profile)
    assert mass.opaque_share == 1.0
    assert mass.upper_kg is None
    assert 0 < mass.lower_kg == mass.mass_kg


def test_one_pixel_and_no_number(view_of, dual_profile):
    one = view_of(np.full((2, 1, 1), 0.3, np.float32), spacing_mm=(1.0, 1.0))
    assert estimate_mass(one, dual_profile).mass_kg > 0
    dead = view_of(np.full((2, 6, 6), np.nan, np.float32), spacing_mm=(1.0, 1.0))
    mass = estimate_mass(dead, dual_profile)
    assert (mass.mass_kg, mass.lower_kg, mass.upper_kg, mass.opaque_share) == (0.0, 0.0, None, 1.0)


def test_blocks_of_rows_change_nothing(attenuation_of, view_of, dual_profile, monkeypatch):
    wedge = np.linspace(0, 12, SHAPE[0])[:, None]
    view = slab(attenuation_of, view_of, wedge, 0.3, noise=2e-3)
    whole, mass = areal_density(view, dual_profile), estimate_mass(view, dual_profile)
    monkeypatch.setattr(density, "_BLOCK_PX", 60 * 7)
    assert np.array_equal(areal_density(view, dual_profile)[0], whole[0])
    assert estimate_mass(view, dual_profile).mass_kg == pytest.approx(mass.mass_kg, rel=1e-6)


@given(x=st.integers(1, 59), y=st.integers(1, 39), seed=st.integers(0, 9))
def test_masses_of_regions_add_up(attenuation_of, view_of, dual_profile, x, y, seed):
    view = slab(attenuation_of, view_of, 5.0, 0.5, noise=3e-3, seed=seed)
    parts = [(0, 0, x, y), (x, 0, 60, y), (0, y, x, 40), (x, y, 60, 40)]
    masses = [estimate_mass(view, dual_profile, part) for part in parts]
    whole = estimate_mass(view, dual_profile)
    assert sum(mass.mass_kg for mass in masses) == pytest.approx(whole.mass_kg, rel=1e-5)
    assert sum(mass.upper_kg for mass in masses) == pytest.approx(whole.upper_kg, rel=1e-5)


def test_what_is_missing_is_said(attenuation_of, view_of, dual_profile, single_profile):
    view = slab(attenuation_of, view_of, 5.0, 0.0)
    no_spacing = view_of(view.pixels)
    picture = view_of(view.pixels, Quantity.UNKNOWN, spacing_mm=(1.0, 1.0))
    for bad in (no_spacing, picture):
        with pytest.raises(NoPhysics):
            estimate_mass(bad, dual_profile)
    for profile in (single_profile, dual_profile.model_copy(update={"material_curves": {}})):
        with pytest.raises(ProfileError):
            areal_density(view, profile)
    with pytest.raises(UnusableScan, match="region"):
        estimate_mass(view, dual_profile, (60, 0, 90, 10))
    with pytest.raises(NoPhysics):
        fill_share(picture)


def test_fill_counts_what_attenuates_more_than_an_empty_unit(view_of):
    pixels = np.full((2, 10, 10), 0.95, np.float32)
    pixels[:, :3] = 0.5
    pixels[:, 3, 0] = np.nan
    assert fill_share(view_of(pixels)) == pytest.approx(30 / 99)
    assert fill_share(view_of(pixels), (0, 0, 10, 3)) == 1.0
    assert fill_share(view_of(pixels), empty_attenuation=0.01) == 1.0
    with pytest.raises(UnusableScan, match="valid"):
        fill_share(view_of(pixels), (0, 3, 1, 4))


@pytest.mark.parametrize(
    "curve",
    [([0.0], [0.0]), ([0.1, 1.0], [0.0, 1.0]), ([0.0, 1.0], [0.1, 1.0]), ([0.0, 1.0, 2.0], [0.0, 1.0, 1.0])],
    ids=["one point", "no zero density", "no zero attenuation", "flat"],
)
def test_curves_that_cannot_be_inverted_are_refused(view_of, dual_profile, curve):
    density_g_cm2, values = curve
    bad = MaterialCurve(areal_density_g_cm2=density_g_cm2, attenuation={"low": values, "high": values})
    profile = dual_profile.model_copy(update={"material_curves": dual_profile.material_curves | {"steel": bad}})
    with pytest.raises(ProfileError, match="rises strictly"):
        areal_density(view_of(np.full((2, 3, 3), 0.5, np.float32)), profile)


def test_channels_that_say_nothing_of_density_are_refused(view_of, dual_profile):
    profile = ScannerProfile(name="rendered", quantity=Quantity.TRANSMISSION, channels=[{"name": "low"}])
    view = View("0", np.full((1, 3, 3), 0.5, np.float32), (Channel("low"),), Quantity.TRANSMISSION)
    with pytest.raises(ProfileError, match="areal density needs"):
        areal_density(view, profile)


def test_volumes_have_no_areal_density(view_of, dual_profile):
    with pytest.raises(NoPhysics, match="radiograph"):
        areal_density(view_of(np.full((2, 3, 4, 4), 0.5, np.float32)), dual_profile)


@pytest.mark.parametrize("shape", [(2, 40, 1), (2, 1, 60), (2, 40, 60), (2, 1, 1)])
def test_air_of_each_element_is_cropped_with_its_pixels(attenuation_of, view_of, dual_profile, shape):
    """Counts over an uneven air weigh what the same transmission does, in a region as well."""
    plain = slab(attenuation_of, view_of, 5.0, 0.5)
    air = np.random.default_rng(0).uniform(30000, 60000, shape).astype(np.float32)
    counts = replace(plain, pixels=plain.pixels * air, quantity=Quantity.COUNTS, air=air)
    region = (7, 5, 31, 22)
    wanted = estimate_mass(plain, dual_profile, region)
    assert estimate_mass(counts, dual_profile, region).mass_kg == pytest.approx(wanted.mass_kg, rel=1e-4)


def test_blocks_outside_the_region_weigh_nothing(attenuation_of, view_of, dual_profile, monkeypatch):
    view = slab(attenuation_of, view_of, 5.0, 0.5)
    wanted = estimate_mass(view, dual_profile, (10, 10, 30, 12)).mass_kg
    monkeypatch.setattr(density, "_BLOCK_PX", 1)  # a block for each row, the halo's rows among them
    assert estimate_mass(view, dual_profile, (10, 10, 30, 12)).mass_kg == pytest.approx(wanted, rel=1e-6)


def test_a_fan_beam_needs_a_distance_and_its_depth_widens_the_interval(attenuation_of, view_of, dual_profile):
    view = slab(attenuation_of, view_of, 5.0, 0.5)
    plain = estimate_mass(view, dual_profile)
    with pytest.raises(NoPhysics, match="how far away"):
        estimate_mass(replace(view, geometry=Geometry(fan_deg=60.0)), dual_profile)
    at = estimate_mass(replace(view, geometry=Geometry(fan_deg=60.0, source_object_mm=4000.0)), dual_profile)
    assert at == plain
    deep = Geometry(fan_deg=60.0, source_object_mm=4000.0, object_depth_mm=2400.0)
    spread = estimate_mass(replace(view, geometry=deep), dual_profile)
    assert spread.mass_kg == plain.mass_kg
    assert spread.lower_kg == pytest.approx(0.7 * plain.lower_kg)
    assert spread.upper_kg == pytest.approx(1.3 * plain.upper_kg)
