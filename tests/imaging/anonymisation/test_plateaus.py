"""Strokes of one value: letters drawn into noise are found whole, noise and wide areas are not."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.anonymisation.plateaus import plateaus_of

TYPES = (np.uint8, np.uint16, np.int32, np.float32, np.float64)


def noise(dtype=np.uint16, channels=1, size_hw=(80, 160), seed=0):
    return np.random.default_rng(seed).normal(120, 40, (channels, *size_hw)).clip(0, 250).astype(dtype) * dtype(2)


def letters(size_hw=(80, 160), text="MSKU 48", thickness=3):
    drawn = cv2.putText(
        np.zeros(size_hw, np.uint8), text, (8, 50), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, thickness, cv2.LINE_8
    )
    return drawn == 255


@pytest.mark.parametrize("dtype", [np.bool_, *TYPES])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 40), (3, 40, 1), (4, 50, 50)])
def test_a_picture_of_one_value_has_no_strokes(dtype, shape):
    assert plateaus_of(np.ones(shape, dtype)) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_noise_that_is_measured_has_none(dtype):
    assert plateaus_of(np.random.default_rng(1).normal(size=(1, 200, 300)).astype(dtype)) is None
    assert plateaus_of(np.full((1, 9, 9), np.nan, dtype)) is None


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_letters_of_one_value_are_found_whole_in_noise_as_bright_as_they_are(dtype, channels):
    image, text = noise(dtype, channels), letters()
    image[:, text] = 240
    before = image.copy()
    found = plateaus_of(image)
    np.testing.assert_array_equal(image, before)
    assert (found.shape, found.dtype, found.flags.c_contiguous) == ((80, 160, 3), np.uint8, True)
    assert set(np.unique(found)) == {0, 255}
    assert (found[text] == 255).mean() > 0.99
    assert (found[~text] == 255).mean() < 0.01


def test_one_channel_that_differs_makes_no_stroke():
    image, text = noise(channels=3), letters()
    image[:2, text] = 240
    assert plateaus_of(image) is None


def test_what_is_nearly_flat_as_a_lossy_format_leaves_it_has_hardly_any():
    blocks = np.random.default_rng(2).integers(250, 256, (1, 27, 54), np.uint8)
    image = blocks.repeat(3, axis=1).repeat(3, axis=2)[:, :80, :160].copy()
    assert (plateaus_of(image) == 255).mean() < 0.08  # all of it, did strokes that touch others count
    text = letters()
    edge = (cv2.dilate(text.astype(np.uint8), np.ones((3, 3))) > 0) & ~text  # as of letters drawn smoothly
    image[0, edge] = np.random.default_rng(3).integers(60, 230, np.count_nonzero(edge))
    image[0, text] = 40
    found = plateaus_of(image)[..., 0] == 255
    assert found[text].mean() > 0.8
    assert found[~text].mean() < 0.08


def test_areas_wider_than_a_stroke_are_left_out_to_their_edge_and_cores_of_letters_on_them_stay():
    image, text = noise(), letters()
    image[0, :, 60:] = 500  # air, saturated
    assert plateaus_of(image) is None
    image[0, text] = 498
    found = plateaus_of(image)[..., 0] == 255
    assert found[text].mean() > 0.6
    for y, x in ((5, 60), (5, 159), (79, 100), (0, 130)):  # its edges, and the picture's
        assert not found[y, x]


@pytest.mark.parametrize(("width", "is_stroke"), [(2, True), (16, True), (17, False), (30, False)])
def test_how_wide_a_stroke_may_be(width, is_stroke):
    image = noise(size_hw=(90, 90))
    image[0, 20:70, 30 : 30 + width] = 240
    assert (plateaus_of(image) is not None) == is_stroke


@pytest.mark.parametrize(("length", "is_stroke"), [(3, False), (4, True)])
def test_how_many_pixels_a_stroke_has(length, is_stroke):
    image = np.arange(900, dtype=np.int32).reshape(1, 30, 30)
    image[0, 10:12, 5 : 5 + length] = -1
    assert (plateaus_of(image) is not None) == is_stroke


@given(seed=st.integers(0, 99), offset=st.integers(1, 9000), turns=st.integers(0, 3))
def test_neither_level_nor_direction_matters(seed, offset, turns):
    image, text = noise(seed=seed), letters()
    image[0, text] = 240
    found = plateaus_of(image)
    np.testing.assert_array_equal(plateaus_of(image + np.uint16(offset)), found)
    turned = plateaus_of(np.ascontiguousarray(np.rot90(image, turns, (1, 2))))
    np.testing.assert_array_equal(turned, np.rot90(found, turns))
