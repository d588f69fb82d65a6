"""Views by name: each gives the colours it says, falls with attenuation, and refuses what it would have to guess."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging import Channel, NoPhysics, Quantity, UnsupportedScan, View
from imaging.display import VIEWS, show
from imaging.display.grey import window
from imaging.display.material import metal_only, organic_only
from imaging.palettes import PALETTES, Palette

GREY_VIEWS = ("grey", "inverse", "high_penetration", "low_penetration")
PHYSICAL = ("high_penetration", "low_penetration", "organic_only", "metal_only")


@pytest.fixture(scope="module")
def samples(dual_profile, attenuation_of):
    """Organic, mixed and metal stripes 20 pixels wide, and air: attenuation about 1 at high energy."""
    layers = [(6.0, 0.0), (3.0, 0.9), (0.0, 1.8), (0.0, 0.0)]
    planes = [[attenuation_of(channel, *layer) for layer in layers] for channel in ("low", "high")]
    pixels = np.exp(-np.repeat(np.repeat(np.array(planes, np.float32)[:, None], 20, axis=1), 20, axis=2))
    return View("0", pixels, (Channel("low"), Channel("high")), Quantity.TRANSMISSION)


def _hues(picture):
    return [picture[10, 20 * stripe + 10].astype(int) for stripe in range(4)]


def test_the_names_are_what_the_documentation_promises():
    assert set(VIEWS) >= {"material", "grey", "inverse", "edges", "organic_only", "metal_only", *PHYSICAL}
    assert len(VIEWS) == len(set(VIEWS))


def test_material_colours_are_orange_green_blue_and_white_air(samples, dual_profile):
    orange, green, blue, air = _hues(show(samples, "material", dual_profile))
    assert orange[0] > orange[1] > orange[2]
    assert green[1] > max(green[0], green[2])
    assert blue[2] > blue[1] > blue[0]
    assert min(air) > 250


def test_the_second_palette_has_no_green(samples, dual_profile):
    orange, between, blue, _ = _hues(show(samples, "material_orange_blue", dual_profile))
    assert orange[0] > orange[2] + 60
    assert blue[2] > blue[0] + 60
    assert np.ptp(between) < 30


def test_organic_only_and_metal_only_colour_their_own_and_keep_the_rest_faint(samples, dual_profile):
    coloured = show(samples, "material", dual_profile)
    for name, own in (("organic_only", 0), ("metal_only", 2)):
        picture = show(samples, name, dual_profile)
        for stripe in range(3):
            pixel = picture[10, 20 * stripe + 10].astype(int)
            if stripe == own:
                assert np.array_equal(pixel, coloured[10, 20 * stripe + 10])
            else:
                assert np.ptp(pixel) == 0
                assert 180 < pixel[0] < 255


def test_what_is_nearly_opaque_stays_dark_and_grey_in_every_material_view(dual_profile):
    pixels = np.full((2, 9, 9), np.exp(-4.9), np.float32)
    view = View("0", pixels, (Channel("low"), Channel("high")), Quantity.TRANSMISSION)
    for name in ("organic_only", "metal_only"):
        pixel = show(view, name, dual_profile)[4, 4].astype(int)
        assert np.ptp(pixel) == 0
        assert pixel[0] < 60


def test_cut_offs_of_the_material_views_can_be_moved(samples, dual_profile):
    assert np.ptp(organic_only(samples, dual_profile, up_to=1.1)[10, 50].astype(int)) > 30
    assert np.ptp(metal_only(samples, dual_profile, starting_at=-0.1)[10, 10].astype(int)) > 30


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 7, width=32), min_size=2, max_size=30))
def test_grey_views_fall_with_attenuation(values):
    """More in the beam is never shown lighter (the negative: never darker)."""
    attenuation = np.repeat(np.sort(np.array(values, np.float32)), 7)
    pixels = np.exp(-np.broadcast_to(attenuation, (1, 7, len(attenuation)))).astype(np.float32)
    view = View("0", pixels, (Channel("single"),), Quantity.TRANSMISSION)
    for name in GREY_VIEWS:
        line = show(view, name)[3, :, 0].astype(int)
        steps = np.diff(line) if name != "inverse" else -np.diff(line)
        assert (steps <= 0).all(), name


def test_windows_show_what_lies_in_them():
    attenuation = np.repeat(np.array([0.1, 0.6, 3.5, 5.5], np.float32), 10)
    pixels = np.exp(-np.broadcast_to(attenuation, (1, 9, 40))).astype(np.float32)
    view = View("0", pixels, (Channel("single"),), Quantity.TRANSMISSION)
    thin, thick = (show(view, name)[4, 5::10, 0].astype(int) for name in ("low_penetration", "high_penetration"))
    assert thin[0] - thin[1] > 100
    assert thin[2] == thin[3] == 0
    assert thick[2] - thick[3] > 80
    assert thick[0] == thick[1] == 255
    chosen = window(view, 3.0, 2.0)[4, 5::10, 0]
    assert chosen.tolist() == [255, 255, round(255 * (1 - 0.75)), 0]


@pytest.mark.parametrize(("centre", "width"), [(1.0, 0.0), (1.0, -1.0), (np.nan, 1.0), (1.0, np.inf)])
def test_a_window_without_width_is_refused(samples, centre, width):
    with pytest.raises(UnsupportedScan):
        window(samples, centre, width)


def test_edges_bring_out_a_wire_and_leave_flat_parts_alone():
    attenuation = np.full((1, 41, 41), 1.0, np.float32)
    attenuation[0, :, 20] = 1.1
    view = View("0", np.exp(-attenuation), (Channel("single"),), Quantity.TRANSMISSION)
    plain, sharp = (show(view, name)[20, :, 0].astype(int) for name in ("grey", "edges"))
    assert plain[10] - sharp[20] > 2 * (plain[10] - plain[20]) > 0
    assert sharp[5] == plain[5]


@pytest.mark.parametrize("quantity", [Quantity.DISPLAY, Quantity.UNKNOWN, Quantity.COUNTS])
@pytest.mark.parametrize("name", VIEWS)
def test_views_of_attenuation_are_refused_where_there_is_none(name, quantity):
    colour = quantity is Quantity.DISPLAY
    names = ("red", "green", "blue") if colour else ("low", "high")
    ramp = np.tile(np.arange(32, dtype=np.uint8) * 8, (len(names), 32, 1))
    view = View("0", ramp, tuple(map(Channel, names)), quantity)
    if name in PHYSICAL:
        with pytest.raises(NoPhysics, match="view"):
            show(view, name)
    else:
        assert show(view, name).shape == (32, 32, 3)


def test_one_energy_tells_no_materials():
    view = View("0", np.full((1, 5, 5), 0.5, np.float32), (Channel("single"),), Quantity.TRANSMISSION)
    for name in ("organic_only", "metal_only"):
        with pytest.raises(NoPhysics, match="two energies"):
            show(view, name)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("shape", [(2, 1, 1), (2, 3, 3000), (2, 4, 7, 9)])
def test_every_view_keeps_the_size_whatever_the_numbers(name, shape, dual_profile):
    pixels = np.random.default_rng(0).uniform(-0.1, 1.2, shape).astype(np.float32)
    pixels.reshape(-1)[0] = np.nan
    view = View("0", pixels, (Channel("low"), Channel("high")), Quantity.TRANSMISSION)
    picture = show(view, name, dual_profile)
    assert picture.shape == (*shape[-2:], 3)
    assert picture.dtype == np.uint8


def test_accelerator_scans_have_windows_of_their_own():
    pixels = np.exp(np.full((1, 5, 5), -6.4, np.float32))
    bag, cargo = (
        View("0", pixels, (Channel("single", energy_kv),), Quantity.TRANSMISSION) for energy_kv in (160.0, 6000.0)
    )
    assert show(bag, "high_penetration")[2, 2, 0] == 0
    assert show(cargo, "high_penetration")[2, 2, 0] > 20


def test_unknown_names_are_refused_with_the_list(samples):
    with pytest.raises(UnsupportedScan, match="inverse"):
        show(samples, "rainbow")


@pytest.mark.parametrize(("places", "colours"), [((0.0, 1.0), 3), ((0.5, 0.5), 2), ((0.9, 0.1), 2)])
def test_a_palette_is_a_rising_table(places, colours):
    with pytest.raises(ValueError, match="rising"):
        Palette(places, np.zeros((colours, 3)))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES.keys())
def test_palettes_end_in_orange_and_blue(palette):
    organic, metal = palette.at(np.array([0.0, 1.0], np.float32))
    assert organic[0] > organic[1] > organic[2]
    assert metal[2] > metal[1] > metal[0]
