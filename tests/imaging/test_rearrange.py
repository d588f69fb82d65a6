import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.formats.rearrange import channels_first


@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 2, 3, 4, 5, 64, 65, 600])),
    dtype=st.sampled_from(["u1", "i1", "<u2", ">u2", "i2", "f2", "<u4", "i4", ">f4", "f8"]),
    seed=st.integers(0, 99),
)
def test_planes_are_a_transposed_copy_bit_by_bit(shape, dtype, seed):
    dtype = np.dtype(dtype)
    size = (*shape[:2], shape[2] * dtype.itemsize)
    pixels = np.random.default_rng(seed).integers(0, 256, size, np.uint8).view(dtype)  # every pattern, NaN among them
    planes = channels_first(pixels)
    assert planes.dtype == dtype
    assert planes.flags.c_contiguous
    assert planes.tobytes() == np.ascontiguousarray(pixels.transpose(2, 0, 1)).tobytes()


@pytest.mark.parametrize("view", [np.s_[::-1], np.s_[:, ::2], np.s_[:, :, ::2]])
def test_what_is_not_contiguous(view):
    pixels = np.random.default_rng(0).integers(0, 65_536, (6, 8, 4), np.uint16)[view]
    assert np.array_equal(channels_first(pixels), pixels.transpose(2, 0, 1))
