import numpy as np
import pytest

from imaging import Quantity, UnusableScan, check_usable


def noise(shape=(2, 50, 60), scale=0.003):
    return np.random.default_rng(1).normal(1.0, scale, shape).astype(np.float32)


@pytest.mark.parametrize(
    "pixels",
    [noise(), np.ones((2, 50, 60), np.float32), np.zeros((2, 50, 60), np.float32), np.full((2, 1, 1), 0.5, np.float32)],
    ids=["air noise", "air", "nothing gets through", "one pixel"],
)
def test_nothing_can_be_judged_from_these(view_of, pixels):
    with pytest.raises(UnusableScan, match=r";.*found .*;"):
        check_usable(view_of(pixels))


def test_opaque_with_dark_noise_is_opaque(view_of):
    with pytest.raises(UnusableScan, match="beam gets through"):
        check_usable(view_of(np.abs(noise()) * 1e-4))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_picture_is_blank(view_of, value):
    with pytest.raises(UnusableScan, match="contrast"):
        check_usable(view_of(np.full((3, 20, 20), value, np.uint8), Quantity.DISPLAY))


def test_a_small_object_in_air_is_enough(view_of):
    pixels = noise()
    pixels[:, 20:25, 30:35] = 0.9
    check_usable(view_of(pixels))


def test_an_almost_opaque_view_with_a_gap_is_usable(view_of):
    pixels = np.full((2, 50, 60), 1e-5, np.float32)
    pixels[:, :5] = 0.5
    check_usable(view_of(pixels))


@pytest.mark.parametrize(("dead_columns", "usable"), [(2, True), (4, False)])
def test_dead_columns(view_of, dead_columns, usable):
    pixels = noise()
    pixels[:, 20:30, 30:40] = 0.4
    pixels[:, :, :dead_columns] = np.nan
    view = view_of(pixels, valid=np.isfinite(pixels).all(axis=0))
    if usable:
        check_usable(view)
    else:
        with pytest.raises(UnusableScan, match="no number"):
            check_usable(view)
