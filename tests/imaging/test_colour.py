import numpy as np
import pytest

from imaging import Channel, Quantity, View, pseudo_colour
from imaging.display import show


def shown(view_of, low, high, **rest):
    pixels = np.exp(-np.stack([np.full((12, 14), low), np.full((12, 14), high)])).astype(np.float32)
    return pseudo_colour(view_of(pixels), **rest)[6, 7].astype(int)


@pytest.mark.parametrize(
    ("ratio", "brightest"), [(1.15, "red"), (1.55, "green"), (2.0, "blue")], ids=["organic", "mixed", "metal"]
)
def test_materials_have_their_colour(view_of, ratio, brightest):
    rgb = shown(view_of, 0.8 * ratio, 0.8)
    assert ("red", "green", "blue")[int(rgb.argmax())] == brightest


def test_curves_of_a_profile_decide_where_there_are_some(view_of, dual_profile, attenuation_of):
    organic, steel = (
        shown(view_of, *(attenuation_of(c, *amounts) for c in ("low", "high")), profile=dual_profile)
        for amounts in ((6.0, 0.0), (0.0, 2.0))
    )
    assert organic.argmax() == 0
    assert steel.argmax() == 2


def test_a_profile_without_usable_curves_still_has_a_picture(view_of, dual_profile, single_profile):
    bare = dual_profile.model_copy(update={"material_curves": {}})
    for profile in (bare, single_profile):
        assert shown(view_of, 1.6, 0.8, profile=profile).tolist() == shown(view_of, 1.6, 0.8).tolist()


def test_more_in_the_beam_is_darker_and_nothing_is_white(view_of):
    brightness = [shown(view_of, 1.2 * h, h).sum() for h in (0.0, 0.1, 0.5, 1, 2, 4, 7)]
    assert brightness == sorted(set(brightness), reverse=True)
    assert shown(view_of, 0, 0).tolist() == [255, 255, 255]
    assert shown(view_of, 9, 9).max() < 20


def test_megavolt_pairs_have_borders_of_their_own():
    """At 6/9 MV the ratio falls with atomic number, the other way round than at 160 kV."""
    high = np.full((30, 30), 1.0)
    channels = (Channel("low", 6000), Channel("high", 9000))
    for ratio, brightest in ((1.16, 0), (1.09, 2)):
        pixels = np.exp(-np.stack([ratio * high, high])).astype(np.float32)
        picture = pseudo_colour(View("0", pixels, channels, Quantity.TRANSMISSION))
        assert int(picture[15, 15].argmax()) == brightest


def test_one_energy_and_unexplained_numbers_are_grey(view_of):
    ramp = np.linspace(0.05, 1, 400, dtype=np.float32).reshape(1, 20, 20)
    for view in (
        view_of(ramp),
        view_of((ramp * 65_535).astype(np.uint16), Quantity.UNKNOWN),
        view_of(np.repeat((ramp * 65_535).astype(np.uint16), 2, axis=0), Quantity.UNKNOWN),
        view_of(np.repeat((ramp * 65_535).astype(np.uint16), 2, axis=0), Quantity.COUNTS),
    ):
        picture = pseudo_colour(view)
        assert picture.dtype == np.uint8
        assert picture.shape == (20, 20, 3)
        assert (picture == picture[..., :1]).all()
        assert (np.diff(picture[..., 0].ravel().astype(int)) >= 0).all()


def test_a_picture_is_shown_as_it_is(view_of):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 9), dtype=np.uint8)
    assert np.array_equal(pseudo_colour(view_of(pixels, Quantity.DISPLAY)), pixels.transpose(1, 2, 0))


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0])
def test_numbers_without_sense_do_not_stop_it(view_of, value):
    assert pseudo_colour(view_of(np.full((2, 1, 1), value, np.float32))).shape == (1, 1, 3)
    assert pseudo_colour(view_of(np.full((2, 3, 3), value, np.float32), Quantity.UNKNOWN)).shape == (3, 3, 3)


def test_it_is_the_view_of_that_kind_where_there_is_one(view_of):
    pixels = np.random.default_rng(0).uniform(0.01, 1, (2, 40, 30)).astype(np.float32)
    assert np.array_equal(pseudo_colour(view_of(pixels)), show(view_of(pixels), "material"))
    assert np.array_equal(pseudo_colour(view_of(pixels[:1])), show(view_of(pixels[:1]), "grey"))


def test_a_volume_is_shown_by_its_middle_slice():
    pixels = np.zeros((1, 3, 4, 5), np.float32)
    pixels[0, 1] = 1.0
    view = View("0", pixels, (Channel("single"),), Quantity.TRANSMISSION)
    assert (pseudo_colour(view) == 255).all()
