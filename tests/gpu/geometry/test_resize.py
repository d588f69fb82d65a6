"""Resizing against torchvision."""

import pytest
import torch
from torchvision.transforms.v2 import functional as reference

from gpu import Resize
from tests.gpu.batches import batch_of, generator_of, parts


def resized(batch, long_side):
    transform = Resize(long_side)
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


@pytest.mark.parametrize("long_side", [1, 7, 40, 63])
def test_agrees_with_torchvision(long_side):
    batch = batch_of(3)
    after = resized(batch, long_side)
    height, width = after.image_BCHW.shape[-2:]
    assert max(height, width) == long_side
    expected = reference.resize(batch.image_BCHW, [height, width], antialias=True)
    torch.testing.assert_close(after.image_BCHW, expected, rtol=0, atol=1e-6)
    across = torch.tensor([width / 64, height / 64]).repeat(2)
    inside = torch.minimum(batch.boxes_BN4 * across, after.size_B2.flip(-1).repeat(1, 2)[:, None])
    torch.testing.assert_close(after.boxes_BN4, inside, rtol=0, atol=1e-3)
    assert (after.size_B2 >= 1).all()


def test_a_smaller_batch_stays_as_it_is():
    batch = batch_of(2)
    for name, value in parts(resized(batch, 200)).items():
        torch.testing.assert_close(value, parts(batch)[name], rtol=0, atol=0, equal_nan=True)


def test_pixels_become_larger_and_less_noisy():
    batch = batch_of(2)
    after = resized(batch, 32).acquisition
    torch.testing.assert_close(after.pitch_mm_B, torch.tensor([12.0, 12.0]))
    torch.testing.assert_close(after.quanta_BC[0], 4 * batch.acquisition.quanta_BC[0])
