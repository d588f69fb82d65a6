"""Views by name: each gives what it says, falls with attenuation, and refuses what it would have to guess."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import Channel, NoPhysics, Quantity, UnsupportedScan, View
from imaging.display import VIEWS, blocks, show
from imaging.display.colour_table import Look, look_up
from imaging.display.detail import without_detail
from imaging.display.flat import flat
from imaging.law import Law
from imaging.palettes import NO_DATA, PALETTES
from imaging.scan import Rescale

COLOURED = ("material", "material_orange_blue", "organic_only", "metal_only")
PHYSICAL = (*COLOURED, "high_penetration", "low_penetration", "window")
ANY = ("edges", "grey", "inverse")
ENERGIES = (Channel("low"), Channel("high"))
SINGLE = (Channel("single"),)
LUMA = (0.2126, 0.7152, 0.0722)


@pytest.fixture(scope="module")
def samples(dual_profile, attenuation_of):
    """Organic, mixed, metal and air in stripes of 20 columns: attenuation about 1 at high energy."""
    layers = [(6.0, 0.0), (3.0, 0.9), (0.0, 1.8), (0.0, 0.0)]
    planes = [[attenuation_of(channel, *layer) for layer in layers] for channel in ("low", "high")]
    pixels = np.exp(-np.repeat(np.repeat(np.array(planes, np.float32)[:, None], 20, axis=1), 20, axis=2))
    return View("0", pixels, ENERGIES, Quantity.TRANSMISSION)


def stripes(picture):
    return [picture[10, 20 * stripe + 10].astype(int) for stripe in range(4)]


def luminance(picture):
    value = picture / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4) @ LUMA


def single(attenuation, **rest):
    """A view of one energy with 9 equal rows."""
    pixels = np.exp(-np.broadcast_to(np.asarray(attenuation, np.float32), (1, 9, len(attenuation))))
    return View("0", pixels.astype(np.float32), SINGLE, Quantity.TRANSMISSION, **rest)


def test_every_name_is_in_one_of_these_tests():
    assert set(VIEWS) == {*PHYSICAL, *ANY}
    assert len(VIEWS) == len(set(VIEWS))


def test_material_colours_are_orange_green_blue_and_white_air(samples, dual_profile):
    orange, green, blue, air = stripes(show(samples, "material", dual_profile))
    assert orange[0] > orange[1] + 30 > orange[2] + 60
    assert green[1] > max(green[0], green[2]) + 50
    assert blue[2] > blue[1] + 30 > blue[0] + 60
    assert air.tolist() == [255, 255, 255]


def test_the_second_palette_has_no_green(samples, dual_profile):
    orange, between, blue, _ = stripes(show(samples, "material_orange_blue", dual_profile))
    assert orange[0] > orange[2] + 60
    assert blue[2] > blue[0] + 60
    assert np.ptp(between) < 30


@pytest.mark.parametrize(("name", "own"), [("organic_only", 0), ("metal_only", 2)])
def test_one_class_keeps_its_colour_and_the_rest_is_pale(samples, dual_profile, name, own):
    coloured, shown = (stripes(show(samples, view, dual_profile)) for view in ("material", name))
    for stripe in range(3):
        if stripe == own:
            assert np.array_equal(shown[stripe], coloured[stripe])
        else:
            assert np.ptp(shown[stripe]) <= 1
            assert 190 < shown[stripe][0] < 250


def test_cuts_move_the_classes(samples, dual_profile):
    plain = stripes(show(samples, "material", dual_profile))
    all_organic = stripes(show(samples, "material", dual_profile, cuts=(0.98, 0.99)))
    all_metal = stripes(show(samples, "metal_only", dual_profile, cuts=(0.01, 0.02)))
    assert np.array_equal(all_organic[0], plain[0])
    assert all_organic[1].argmax() == 0
    assert all_metal[1].argmax() == 2


@pytest.mark.parametrize("cuts", [(0.7, 0.3), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5), (0.5,), (np.nan, 0.5)])
def test_cuts_that_do_not_rise_are_refused(samples, cuts):
    with pytest.raises(UnsupportedScan, match="rise"):
        show(samples, "material", cuts=cuts)


@pytest.mark.parametrize("name", COLOURED)
def test_what_is_nearly_opaque_has_no_colour_and_stays_dark(name, dual_profile):
    view = View("0", np.full((2, 9, 9), np.exp(-5.2), np.float32), ENERGIES, Quantity.TRANSMISSION)
    pixel = show(view, name, dual_profile)[4, 4].astype(int)
    assert np.ptp(pixel) == 0
    assert pixel[0] < 40


def test_a_profile_says_from_where_on_nothing_gets_through(dual_profile):
    view = View("0", np.exp(-np.full((2, 9, 9), 3.0)).astype(np.float32), ENERGIES, Quantity.TRANSMISSION)
    shallow = dual_profile.model_copy(update={"opaque_transmission": 0.05, "material_curves": {}})
    assert np.ptp(show(view, "material", shallow)[4, 4].astype(int)) == 0
    assert np.ptp(show(view, "material")[4, 4].astype(int)) > 30
    assert show(view, "high_penetration", shallow)[4, 4, 0] < 70 < 150 < show(view, "high_penetration")[4, 4, 0]


def test_materials_of_one_attenuation_are_equally_light(dual_profile):
    """Hue says what, lightness how much: a colour never makes a thing look thicker."""
    high = np.float32(1.0)
    for palette in PALETTES:
        name = "material" if palette == "screener" else "material_orange_blue"
        levels = []
        for ratio in (1.1, 1.4, 1.55, 1.8, 2.2):
            pixels = np.exp(-np.stack([np.full((9, 9), ratio * high), np.full((9, 9), high)])).astype(np.float32)
            levels.append(luminance(show(View("0", pixels, ENERGIES, Quantity.TRANSMISSION), name)[4, 4]))
        assert np.ptp(levels) < 0.006


@given(
    values=st.lists(st.floats(0, 7.5, width=32), min_size=2, max_size=12),
    energy_kv=st.sampled_from([160.0, 6000.0]),
    name=st.sampled_from(["grey", "inverse", "high_penetration", "low_penetration", "window"]),
)
def test_lightness_falls_with_attenuation(values, energy_kv, name):
    """More in the beam is never shown lighter (the negative: never darker)."""
    shown = []
    for attenuation in sorted(values):
        pixels = np.full((1, 1, 1), np.exp(-attenuation), np.float32)
        view = View("0", pixels, (Channel("single", energy_kv),), Quantity.TRANSMISSION)
        shown.append(int(show(view, name)[0, 0, 0]))
    steps = np.diff(shown) if name != "inverse" else -np.diff(shown)
    assert (steps <= 0).all()


@pytest.mark.parametrize("shown", [(True, True, True), (True, False, False), (False, False, True)], ids=str)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES.keys())
@pytest.mark.parametrize(("cargo", "opaque"), [(False, 5.3), (True, 7.6), (False, 1.0)])
def test_lightness_of_every_palette_falls_with_attenuation(palette, shown, cargo, opaque):
    """For any material between organic and metal."""
    look = Look(palette, (0.3, 0.7), shown, opaque, cargo)
    attenuation = np.linspace(0, 8, 800, dtype=np.float32)
    place = np.linspace(0, 1, 21, dtype=np.float32)
    picture = look_up(look, *np.meshgrid(place, attenuation, indexing="ij"))
    light = luminance(picture)
    assert np.diff(light, axis=1).max() < 0.005  # rounding of three channels to eight bits
    assert (light[:, ::50][:, :-1] >= light[:, ::50][:, 1:]).all()
    assert light[:, 0].min() == 1
    assert light[:, -1].max() < 0.01


def test_golden_values_of_grey():
    """exp(-0.6 h^0.8) of 255, by hand; accelerators 0.38."""
    at = [0.0, 0.5, 1.0, 3.0, 7.6]
    assert show(single(at), "grey")[4, :, 0].tolist() == [255, 181, 140, 60, 5]
    cargo = View("0", single(at).pixels, (Channel("single", 9000.0),), Quantity.TRANSMISSION)
    assert show(cargo, "grey")[4, :, 0].tolist() == [255, 205, 174, 102, 5]
    assert show(single(at), "inverse")[4, :, 0].tolist() == [0, 74, 115, 195, 250]


def test_grey_adds_the_signals_of_both_energies():
    """One detector would see their mean; where the low energy is at its floor the high one speaks."""
    pixels = np.array([[[0.2]], [[0.6]]], np.float32)
    both = show(View("0", pixels, ENERGIES, Quantity.TRANSMISSION), "grey")
    alone = show(View("0", np.array([[[0.4]]], np.float32), SINGLE, Quantity.TRANSMISSION), "grey")
    assert np.array_equal(both, alone)


def test_penetration_views_take_the_energy_that_suits_them():
    def pair(low, high):
        pixels = np.exp(-np.stack([np.full((9, 9), low), np.full((9, 9), high)])).astype(np.float32)
        return View("0", pixels, ENERGIES, Quantity.TRANSMISSION)

    assert np.array_equal(*(show(pair(low, 4.0), "high_penetration") for low in (4.0, 7.0)))
    assert np.array_equal(*(show(pair(0.5, high), "low_penetration") for high in (0.1, 0.4)))


def test_thick_and_thin_things_have_their_windows():
    thin, thick = (
        [int(show(single([value] * 9), name)[4, 4, 0]) for value in (0.1, 0.8, 3.5, 5.3)]
        for name in ("low_penetration", "high_penetration")
    )
    assert thin[0] - thin[1] > 60
    assert thin[2] - thin[3] < 30
    assert thick[0] - thick[1] < 20
    assert thick[2] - thick[3] > 80


@pytest.mark.parametrize(
    ("name", "level", "step"), [("high_penetration", 5.0, 0.15), ("low_penetration", 1.0, 0.04), ("edges", 1.0, 0.04)]
)
def test_fine_structure_stands_out_nearly_twice_as_much_or_more(name, level, step):
    attenuation = np.full(101, level, np.float32)
    attenuation[49:52] += step
    line = show(single(attenuation), name)[4, :, 0].astype(int)
    level_of = [int(show(single([value] * 9), name)[4, 4, 0]) for value in (level, level + step)]
    assert line[10] == level_of[0]
    assert line[10] - line[50] >= 1.7 * (level_of[0] - level_of[1]) > 0


def test_strong_edges_carry_no_seams_into_the_penetration_views():
    attenuation = np.repeat(np.array([0.2, 5.0], np.float32), 60)
    line = show(single(attenuation), "high_penetration")[4, :, 0].astype(int)
    assert np.ptp(line[:57]) <= 3
    assert np.ptp(line[63:]) <= 3


def test_edges_darken_the_dense_side_and_brighten_the_other():
    line = show(single(np.repeat(np.array([0.5, 1.5], np.float32), 40)), "edges")[4, :, 0].astype(int)
    plain = show(single([0.5, 1.5]), "grey")[4, :, 0].astype(int)
    assert line[38] > plain[0] + 20
    assert line[41] < plain[1] - 20
    assert [line[5], line[75]] == plain.tolist()


def test_the_guided_filter_keeps_edges_and_takes_what_is_fine():
    """Against the sums of its paper, written out pixel by pixel."""
    plane = np.random.default_rng(0).normal(1, 0.2, (9, 11)).astype(np.float32)
    padded = np.pad(plane, 4, mode="edge").astype(np.float64)

    def squares(array, y, x):
        return array[y - 2 : y + 3, x - 2 : x + 3]

    slope, offset = np.zeros_like(padded), np.zeros_like(padded)
    for y in range(2, padded.shape[0] - 2):
        for x in range(2, padded.shape[1] - 2):
            window = squares(padded, y, x)
            slope[y, x] = window.var() / (window.var() + 0.09)
            offset[y, x] = window.mean() * (1 - slope[y, x])
    inner = [(y, x) for y in range(2, 7) for x in range(2, 9)]  # clear of how borders are continued
    shown = without_detail(plane, 2, 0.3)
    for y, x in inner:
        expected = squares(slope, y + 4, x + 4).mean() * plane[y, x] + squares(offset, y + 4, x + 4).mean()
        assert shown[y, x] == pytest.approx(expected, abs=1e-5)


def test_windows_spread_what_lies_in_them():
    view = single([0.5, 2.0, 3.0, 3.5, 5.0])
    assert show(view, "window", centre=3.0, width=2.0)[4, :, 0].tolist() == [255, 255, 128, 64, 0]
    half = View("0", np.full((1, 1, 1), 0.5, np.float32), SINGLE, Quantity.TRANSMISSION)
    assert show(half, "window", centre=0.5, width=1.0, unit="transmission")[0, 0, 0] == 128
    assert show(half, "window", centre=1.0, width=1.0, unit="value")[0, 0, 0] == 0


def test_windows_in_hounsfield_for_volumes_that_state_their_line():
    """-1000 HU black, 0 grey, 1000 white."""
    pixels = np.array([0, 1024, 2024], np.uint16).reshape(1, 1, 1, 3)
    view = View("0", pixels, SINGLE, Quantity.UNKNOWN, rescale=Rescale(1.0, -1024.0, "HU"))
    assert show(view, "window", centre=0, width=2000, unit="value")[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize(
    "settings",
    [{"width": 0.0}, {"width": -1.0}, {"centre": np.nan}, {"width": np.inf}, {"unit": "furlong"}],
    ids=str,
)
def test_a_window_that_is_none_is_refused(samples, settings):
    with pytest.raises(UnsupportedScan, match="window"):
        show(samples, "window", **settings)


def views_without_physics():
    ramp = np.tile(np.arange(32, dtype=np.uint8) * 8, (3, 32, 1))
    colours = tuple(map(Channel, ("red", "green", "blue")))
    yield View("0", ramp, colours, Quantity.DISPLAY)
    yield View("0", ramp[:1], SINGLE, Quantity.DISPLAY)
    yield View("0", ramp[:1].astype(np.uint16) * 257, SINGLE, Quantity.UNKNOWN)
    yield View("0", ramp[:2], ENERGIES, Quantity.UNKNOWN)
    yield View("0", ramp[:2], ENERGIES, Quantity.COUNTS)


@pytest.mark.parametrize("name", PHYSICAL)
def test_views_of_attenuation_are_refused_in_words_where_there_is_none(name):
    for view in views_without_physics():
        with pytest.raises(NoPhysics, match=f"`{name}`"):
            show(view, name)


@pytest.mark.parametrize("name", ANY)
def test_grey_views_show_anything(name):
    for view in views_without_physics():
        line = show(view, name)[16].astype(int)
        assert (line == line[:, :1]).all()
        steps = np.diff(line[4:-4, 0]) * (-1 if name == "inverse" else 1)
        assert (steps >= 0).all()
        assert np.ptp(line) > 150


@pytest.mark.parametrize("name", COLOURED)
def test_one_energy_tells_no_materials(name):
    with pytest.raises(NoPhysics, match="`low` and `high`"):
        show(single([0.5]), name)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("shape", [(2, 1, 1), (2, 1, 6000), (2, 400, 3), (2, 4, 7, 9)], ids=str)
def test_every_view_keeps_the_size_whatever_the_numbers(name, shape, dual_profile):
    pixels = np.random.default_rng(0).uniform(-0.1, 1.2, shape).astype(np.float32)
    view = View("0", pixels, ENERGIES, Quantity.TRANSMISSION)
    picture = show(view, name, dual_profile)
    assert picture.shape == (*shape[-2:], 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, show(view, name, dual_profile))


@pytest.mark.parametrize("name", VIEWS)
def test_pixels_without_data_have_a_colour_of_their_own(name):
    pixels = np.full((2, 6, 8), 0.5, np.float32)
    pixels[0, 1, 2], pixels[1, 3, 4] = np.nan, np.inf
    valid = np.ones((6, 8), np.bool_)
    valid[5, 7] = False
    picture = show(View("0", pixels, ENERGIES, Quantity.TRANSMISSION, valid=valid), name)
    silent = (picture == NO_DATA).all(axis=-1)
    assert sorted(map(tuple, np.argwhere(silent).tolist())) == [(1, 2), (3, 4), (5, 7)]


@pytest.mark.parametrize("quantity", [Quantity.UNKNOWN, Quantity.DISPLAY])
def test_a_picture_without_any_data_is_all_of_that_colour(quantity):
    view = View("0", np.full((1, 3, 3), np.nan, np.float32), SINGLE, quantity)
    assert (show(view, "grey") == NO_DATA).all()
    masked = View("0", np.zeros((1, 3, 3), np.uint16), SINGLE, quantity, valid=np.zeros((3, 3), np.bool_))
    assert (show(masked, "inverse") == NO_DATA).all()


@pytest.mark.parametrize("name", VIEWS)
def test_blocks_of_rows_change_nothing(name, monkeypatch):
    random = np.random.default_rng(0)
    pixels = np.exp(-random.uniform(0, 6, (2, 400, 30))).astype(np.float32) * 50_000
    air = np.repeat(random.uniform(48_000, 52_000, (2, 400, 1)), 1, axis=2)  # one level for each detector row
    view = View("0", pixels.astype(np.uint16), ENERGIES, Quantity.COUNTS, air=air, law=Law(dark=air / 1e4))
    whole = show(view, name)
    monkeypatch.setattr(blocks, "_BLOCK_PX", 95)
    assert np.abs(show(view, name).astype(int) - whole).max() <= 1  # sums of averages are rounded in another order


def test_volumes_are_shown_by_their_middle_or_their_densest_voxels():
    pixels = np.zeros((1, 5, 2, 3), np.float32)
    pixels[0, 2, 0, 0], pixels[0, 4, 1, 1] = 1.0, 2.0
    pixels[0, 0, 1, 2] = np.nan
    view = View("0", pixels, SINGLE, Quantity.ATTENUATION, spacing_mm=(3.0, 2.0, 1.0))
    middle, most = (show(view, "window", projection=way)[..., 0] for way in ("middle", "maximum"))
    assert middle.tolist() == [[170, 255, 255], [255, 255, 255]]
    assert most.tolist() == [[170, 255, 255], [255, 85, 255]]


@pytest.mark.parametrize(
    ("quantity", "law", "wanted"),
    [
        (Quantity.COUNTS, None, 10),
        (Quantity.TRANSMISSION, None, 10),
        (Quantity.ATTENUATION, None, 90),
        (Quantity.ATTENUATION, Law(scale=-1.0), 10),
        (Quantity.UNKNOWN, None, 90),
    ],
)
def test_densest_is_the_largest_or_the_smallest_number(quantity, law, wanted):
    pixels = np.array([50, 10, 90, 0, 255], np.uint8).reshape(1, 5, 1, 1)
    valid = np.array([True, True, True, False, False]).reshape(5, 1, 1)
    view = View("0", pixels, SINGLE, quantity, valid=valid, law=law, air=(200.0,))
    plane = flat(view, "maximum")
    assert plane.pixels.tolist() == [[[wanted]]]
    assert plane.pixels.dtype == np.uint8
    assert plane.valid.tolist() == [[True]]


@pytest.mark.parametrize(
    ("name", "settings", "match"), [("rainbow", {}, "grey"), ("grey", {"projection": "minimum"}, "middle")]
)
def test_names_that_are_none_are_refused_with_the_list(samples, name, settings, match):
    with pytest.raises(UnsupportedScan, match=match):
        show(samples, name, **settings)


def test_a_volume_without_slices_is_refused():
    with pytest.raises(UnsupportedScan, match="slices"):
        show(View("0", np.zeros((1, 0, 3, 3), np.uint8), SINGLE, Quantity.UNKNOWN), "grey")


def test_energies_a_fraction_of_a_pixel_apart_colour_no_edge_like_another_material():
    """A steel bar with blurred edges, its low energy seen 0.35 pixel to the left: which pixels are blue."""
    columns = np.arange(60)

    def bar(centre):
        distance = np.abs(columns - centre)
        return 1 / (1 + np.exp((distance - 12) / 0.7))

    high = np.tile(1.0 * bar(30.0), (15, 1))
    low = np.tile(1.95 * bar(29.65), (15, 1))
    pixels = np.exp(-np.stack([low, high])).astype(np.float32)
    line = show(View("0", pixels, ENERGIES, Quantity.TRANSMISSION), "material")[7].astype(int)
    inside = high[7] > 0.5
    assert (line[inside].argmax(axis=1) == 2).all()
    assert inside.sum() == 23
    fringe = (high[7] > 0.2) & (line.argmax(axis=1) != 2)
    assert fringe.sum() <= 1
