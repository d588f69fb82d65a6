"""From numpy to tensor: nothing merges, nothing is enlarged, padding is not an object."""

import numpy as np
import pytest
import torch

from gpu import NO_BOX, Sample, collate, fit_signal


def test_every_16_bit_level_stays_distinct():
    levels = (np.arange(65536, dtype=np.float32) / np.float32(65535)).reshape(1, 256, 256)
    signal, scale = fit_signal(levels, None)
    batch = collate([Sample(signal, np.zeros((0, 4), np.float32), np.zeros(0, np.int64))], fill=1.0)
    assert scale == 1.0
    assert batch.image_BCHW.dtype == torch.float32
    assert len(batch.image_BCHW.unique()) == 65536


@pytest.mark.parametrize(
    ("shape", "long_side", "expected"), [((1, 1, 1), 8, (1, 1)), ((2, 4, 8), 8, (4, 8)), ((3, 10, 40), 20, (5, 20))]
)
def test_longest_side_is_the_limit_and_nothing_is_enlarged(shape, long_side, expected):
    signal, scale = fit_signal(np.ones(shape, np.float32), long_side)
    assert signal.shape[1:] == expected
    assert scale <= 1
    np.testing.assert_allclose(signal, 1.0, atol=1e-6)


def test_padding_is_air_to_the_right_and_below_and_holds_no_box():
    small = Sample(np.zeros((1, 5, 7), np.float32), np.array([[1, 1, 3, 4]], np.float32), np.array([2]))
    large = Sample(np.zeros((1, 40, 30), np.float32), np.zeros((2, 4), np.float32), np.array([0, 1]))
    batch = collate([small, large], fill=1.0)
    assert batch.image_BCHW.shape == (2, 1, 64, 32)
    assert batch.image_BCHW[0, 0, :5, :7].sum() == 0
    assert batch.image_BCHW[0].sum() == 64 * 32 - 35
    assert batch.labels_BN.tolist() == [[2, NO_BOX], [0, 1]]
    assert batch.size_B2.tolist() == [[5, 7], [40, 30]]


def test_mixed_channels_are_refused():
    samples = [
        Sample(np.zeros((c, 4, 4), np.float32), np.zeros((0, 4), np.float32), np.zeros(0, np.int64)) for c in (1, 2)
    ]
    with pytest.raises(ValueError, match="one channel count"):
        collate(samples, fill=1.0)
