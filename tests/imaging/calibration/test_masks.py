from dataclasses import replace

import numpy as np
import pytest

from imaging import NoPhysics, Quantity, UnsupportedScan
from imaging.calibration import no_penetration_mask, saturation_mask


def noise(dtype, level=0.9, top=None, sigma=0.02, scale=65535, shape=(1, 100, 120)):
    values = scale * np.random.default_rng(0).normal(level, sigma, shape)
    return np.clip(values, 0, top).astype(dtype) if top is not None else values.astype(dtype)


@pytest.mark.parametrize("bits", [8, 12, 14, 16])
def test_the_top_of_the_scale_is_found_where_values_pile_up(view_of, bits):
    top = (1 << bits) - 1
    pixels = noise(np.uint8 if bits == 8 else np.uint16, level=1.0, top=top, scale=top)
    mask = saturation_mask(view_of(pixels, Quantity.COUNTS))
    assert np.array_equal(mask, pixels == top)
    assert 0.3 < mask.mean() < 0.7


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_air_that_ends_by_itself_is_not_full(view_of, dtype):
    assert not saturation_mask(view_of(noise(dtype), Quantity.COUNTS)).any()


def test_coarse_counts_that_thin_out_are_not_full(view_of):
    pixels = np.repeat(np.array([100, 101, 102, 103], np.uint8), [1000, 500, 200, 100]).reshape(1, 30, 60)
    assert not saturation_mask(view_of(pixels, Quantity.COUNTS)).any()


def test_air_that_was_cut_is_full_in_its_own_channel_only(view_of):
    pixels = np.concatenate([noise(np.uint16), noise(np.uint16, top=60000)])
    mask = saturation_mask(view_of(pixels, Quantity.UNKNOWN))
    assert not mask[0].any()
    assert np.array_equal(mask[1], pixels[1] == 60000)


def test_a_floating_point_pile_is_found(view_of):
    pixels = noise(np.float32, level=1.0, scale=1.0, top=1.0)
    pixels[0, 0, 0] = np.nan
    mask = saturation_mask(view_of(pixels))
    assert np.array_equal(mask, pixels == 1)


def test_values_that_are_no_numbers_are_not_full(view_of):
    assert not saturation_mask(view_of(np.full((1, 4, 4), np.nan, np.float32))).any()


@pytest.mark.parametrize("pixels", [np.zeros((1, 2, 2), np.uint16), np.full((1, 1, 1), 300, np.uint16)])
def test_a_handful_of_equal_values_is_no_pile(view_of, pixels):
    assert not saturation_mask(view_of(pixels, Quantity.COUNTS)).any()


def test_a_stated_scale_and_the_end_of_the_type_need_no_pile(view_of):
    pixels = np.array([[[10, 4095, 4096, 65535]]], np.uint16)
    view = view_of(pixels, Quantity.COUNTS)
    assert saturation_mask(view).tolist() == [[[False, False, False, True]]]
    assert saturation_mask(view, full_scale=4095).tolist() == [[[False, True, True, True]]]


@pytest.mark.parametrize("quantity", [Quantity.DISPLAY, Quantity.ATTENUATION])
def test_other_numbers_have_no_full_scale(view_of, quantity):
    with pytest.raises(UnsupportedScan, match=quantity.value):
        saturation_mask(view_of(noise(np.float32), quantity))


def test_what_did_not_get_through(view_of):
    pixels = np.array([[[1.0, 6e-4, 5e-4, 0.0, -0.1, np.nan]]], np.float32)
    view = view_of(pixels)
    assert no_penetration_mask(view).tolist() == [[[False, False, True, True, True, True]]]
    assert no_penetration_mask(view, opaque_transmission=0.01).sum() == 5
    assert no_penetration_mask(view, floor_sigma=0.0003).sum() == 5
    assert no_penetration_mask(view, floor_sigma=0.0003, sigmas=1).sum() == 4


def test_each_element_has_its_own_floor(view_of):
    pixels = np.full((2, 3, 4), 0.01, np.float32)
    floor = np.array([[0.001, 0.004, 0.001], [0.001, 0.001, 0.004]])[..., None]
    mask = no_penetration_mask(view_of(pixels), floor_sigma=floor)
    assert np.argwhere(mask.all(axis=2)).tolist() == [[0, 1], [1, 2]]


def test_numbers_without_a_meaning_are_refused(view_of):
    with pytest.raises(NoPhysics):
        no_penetration_mask(replace(view_of(noise(np.float32)), quantity=Quantity.UNKNOWN))


@pytest.mark.real
def test_thick_steel_of_the_test_piece_is_not_penetrated_and_bags_are_not_full(bags):
    shares = [no_penetration_mask(view, opaque_transmission=0.005)[1].mean() for view in bags]
    assert not any(saturation_mask(view).any() for view in bags)
    assert max(shares) > 0.005
    assert np.median(shares) < 0.001
