"""Scans as pictures for a reader: every type, every range, no warning; faint letters stand out."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.anonymisation.contrast import greyness_of, pictures_of

TYPES = (np.bool_, np.uint8, np.uint16, np.int32, np.int64, np.float16, np.float32, np.float64)
SHAPES = ((1, 1, 1), (1, 1, 30), (2, 7, 1), (3, 9, 12), (4, 6, 5))


def strokes(shape_hw, text="MSKU 48", height=12):
    drawn = np.zeros(shape_hw, np.uint8)
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, height)
    return cv2.putText(drawn, text, (12, shape_hw[0] // 2 + 5), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1) > 0


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("value", [0, 1])
def test_a_picture_of_one_value_stays_flat(dtype, shape, value):
    shown, drawn_out = pictures_of(np.full(shape, value, dtype))
    for picture, level in ((shown, 0), (drawn_out, 127)):
        assert picture.dtype == np.uint8
        assert picture.shape == (*shape[1:], 3)
        assert picture.flags.c_contiguous
        np.testing.assert_array_equal(picture, level)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_pictures_of_any_type_and_size(dtype, shape):
    values = np.random.default_rng(0).integers(0, 2 if dtype is np.bool_ else 100, shape).astype(dtype)
    before = values.copy()
    for picture in pictures_of(values):
        assert picture.dtype == np.uint8
        assert picture.shape == (*shape[1:], 3)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -1e300, 3e38, -1e30])
def test_what_is_no_number_of_a_scanner_is_zero(value):
    image = np.random.default_rng(0).normal(0, 5, (2, 20, 30))
    without = image.copy()
    image[:, 3:8, 4:9], without[:, 3:8, 4:9] = value, 0
    for one, other in zip(pictures_of(image), pictures_of(without), strict=True):
        np.testing.assert_array_equal(one, other)
    for picture, level in zip(pictures_of(np.full((1, 3, 3), value)), (0, 127), strict=True):
        np.testing.assert_array_equal(picture, level)


@pytest.mark.parametrize(
    "ends", [(-9e29, 9e29), (0.0, 1e-30), (-(2.0**62), 2.0**62), (0, 2**32 - 1)], ids=["far", "near", "int64", "uint32"]
)
def test_ranges_of_any_width_are_spread_over_all_grey_levels(ends):
    image = np.full((1, 40, 60), ends[0])
    image[0, :, 30:] = ends[1]
    shown, drawn_out = pictures_of(image)
    assert shown[20, 10, 0] == 0
    assert shown[20, 50, 0] == 255
    assert drawn_out[20, 25, 0] < 127 < drawn_out[20, 35, 0]


def test_grey_levels_lie_between_the_thousandths_at_both_ends():
    image = np.arange(1001, dtype=np.uint16).reshape(1, 7, 143)
    shown, _ = pictures_of(image)
    for value, level in ((0, 0), (1, 0), (250, 63), (500, 127), (750, 191), (999, 255), (1000, 255)):
        assert shown[value // 143, value % 143].tolist() == [level] * 3


def test_one_pixel_that_differs_decides_where_all_else_is_one_value():
    image = np.full((1, 50, 50), 30_000, np.uint16)
    image[0, 20, 30] += 1
    shown, _ = pictures_of(image)
    assert shown[20, 30].tolist() == [255] * 3
    assert np.count_nonzero(shown) == 3


def test_two_channels_become_three_and_a_fourth_is_left_out():
    image = np.zeros((4, 10, 10), np.uint16)
    image[0, 2, 3], image[1, 4, 5], image[2, 6, 7], image[3, 8, 9] = 255, 255, 255, 60_000
    assert [pictures_of(image[:1])[0][2, 3].tolist(), pictures_of(image[:1])[0][4, 5].tolist()] == [[255] * 3, [0] * 3]
    two = pictures_of(image[:2])[0]
    assert [two[2, 3].tolist(), two[4, 5].tolist()] == [[255, 128, 0], [0, 128, 255]]
    four = pictures_of(image)[0]
    assert [four[2, 3].tolist(), four[4, 5].tolist(), four[6, 7].tolist()] == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert not four[8, 9].any()
    np.testing.assert_array_equal(four, pictures_of(image[:3])[0])


@given(
    dtype=st.sampled_from([np.uint8, np.uint16, np.float32]),
    seed=st.integers(0, 99),
    scale=st.integers(1, 200),
    channels=st.integers(1, 3),
)
def test_pictures_do_not_depend_on_unit_and_offset(dtype, seed, scale, channels):
    image = np.random.default_rng(seed).integers(0, 200, (channels, 12, 15)).astype(dtype)
    other = image.astype(np.int64) * scale + 7
    for one, two in zip(pictures_of(image), pictures_of(other), strict=True):
        assert np.abs(one.astype(int) - two).max() <= 1


@pytest.mark.parametrize(("level", "step"), [(60_000, -200), (2000, 30), (300, 10)])
def test_faint_letters_stand_out_from_what_is_quiet_around_them(level, step):
    image = np.full((1, 140, 120), level, np.int32)
    image[0, 100:] = 60_000  # the picture holds air and deep shadow as well
    image[0, 120:, :60] = 0
    text = strokes((50, 120))
    image[0, :50][text] += step
    shown, drawn_out = (picture[:50, :, 0].astype(int) for picture in pictures_of(image))
    background = ~cv2.dilate(text.astype(np.uint8), np.ones((3, 3))).astype(bool)
    assert abs(int(np.median(shown[text])) - np.median(shown[background])) <= 1
    assert np.sign(step) * (np.median(drawn_out[text]) - np.median(drawn_out[background])) >= 10


def test_flat_parts_stay_flat_beside_strong_ones():
    image = np.full((1, 100, 100), 30_000, np.uint16)
    image[0, :, 60:] = 60_000
    image[0, :, 90:] = 0
    image[0, ::2, :30] += 1
    drawn_out = pictures_of(image)[1][:, :30, 0]
    assert int(drawn_out.max()) - int(drawn_out.min()) <= 1


def test_noise_alone_is_drawn_out_to_a_third_of_what_it_would_be():
    drawn_out = pictures_of(np.random.default_rng(3).normal(30_000, 50, (1, 150, 150)))[1][30:-30, 30:-30, 0]
    assert 10 < drawn_out.std() < 50 / 2.5


def test_noise_is_not_drawn_out_as_far_as_letters():
    rng = np.random.default_rng(3)
    image = rng.normal(30_000, 50, (1, 60, 120))
    text = strokes((60, 120))
    image[0][text] += 1000
    drawn_out = pictures_of(image)[1][..., 0].astype(float)
    background = ~cv2.dilate(text.astype(np.uint8), np.ones((3, 3))).astype(bool)
    assert drawn_out[text].mean() - drawn_out[background].mean() > 3 * drawn_out[background].std()


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_what_is_grey_or_has_other_than_three_channels_is_no_picture_in_colour(dtype, channels):
    assert greyness_of(np.ones((channels, 5, 6), dtype)) is None
    plane = np.random.default_rng(0).integers(0, 2, (5, 6)).astype(dtype)
    assert greyness_of(np.stack([plane] * channels)) is None


def test_grey_letters_stand_out_from_coloured_goods_of_their_own_brightness():
    rng = np.random.default_rng(5)
    image = np.stack([rng.normal(mean, 12, (60, 120)) for mean in (160, 110, 60)]).clip(0, 255).astype(np.uint8)
    text = strokes((60, 120))
    image[:, text] = np.round(image[:, text].mean(axis=0)).astype(np.uint8)  # as bright as what was there
    before = image.copy()
    grey = greyness_of(image)
    np.testing.assert_array_equal(image, before)
    assert (grey.shape, grey.dtype) == ((60, 120, 3), np.uint8)
    background = ~cv2.dilate(text.astype(np.uint8), np.ones((3, 3))).astype(bool)
    assert np.median(grey[text]) < np.percentile(grey[background], 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_what_is_no_number_has_no_colour(value):
    image = np.random.default_rng(0).normal(0, 5, (3, 20, 30))
    without = image.copy()
    image[:, 3:8, 4:9], without[:, 3:8, 4:9] = value, 0
    np.testing.assert_array_equal(greyness_of(image), greyness_of(without))
