"""Copies as somebody might pass them on: each way changes what it says and nothing else."""

import numpy as np
import pytest

from tools.near_duplicates import WAYS, altered


def picture(dtype, seed=0):
    most = np.iinfo(dtype).max
    rough = np.random.default_rng(seed).uniform(0.1, 0.6, (6, 8))
    return np.rint(np.kron(rough, np.ones((20, 20))) * most).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("way", WAYS)
def test_a_copy_is_of_the_same_type_and_not_the_same(way, dtype):
    original = picture(dtype)
    copy = altered(original, way, np.random.default_rng(1))
    assert copy.dtype == dtype
    assert copy.shape != original.shape or not np.array_equal(copy, original)
    again = altered(original, way, np.random.default_rng(1))
    assert np.array_equal(copy, again)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_crop_is_a_part_and_loses_a_tenth_of_a_side_at_most(dtype):
    original = picture(dtype)
    copy = altered(original, "cropped", np.random.default_rng(2))
    views = np.lib.stride_tricks.sliding_window_view(original, copy.shape).reshape(-1, *copy.shape)
    assert (views == copy).all(axis=(1, 2)).any()
    assert all(0.88 * whole <= part <= whole for part, whole in zip(copy.shape, original.shape, strict=True))


def test_a_compressed_copy_has_no_more_than_8_bits_and_looks_the_same():
    original = picture(np.uint16)
    copy = altered(original, "compressed", np.random.default_rng(3))
    assert len(np.unique(copy)) <= 256
    assert abs(copy.astype(float) - original).mean() < 0.02 * 65_535


def test_brightness_keeps_the_order_of_levels():
    original = picture(np.uint16)
    copy = altered(original, "brightened", np.random.default_rng(4))
    order = np.argsort(original, axis=None, kind="stable")
    assert (np.diff(copy.ravel()[order].astype(int)) >= 0).all()
