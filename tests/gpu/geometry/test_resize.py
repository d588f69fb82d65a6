"""Resizing against torchvision."""

import numpy as np
import pytest
import torch
from torchvision.transforms.v2 import functional as reference

from gpu import Resize, Sample, collate
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
    for shown, wanted, (rows, columns) in zip(after.image_BCHW, expected, after.size_B2.tolist(), strict=True):
        torch.testing.assert_close(shown[:, :rows, :columns], wanted[:, :rows, :columns], rtol=0, atol=1e-6)
        assert (shown[:, rows:] == 1).all()
        assert (shown[:, :, columns:] == 1).all()
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


@pytest.mark.parametrize("boxes", [0, 2])
def test_masks_become_as_small_as_their_picture(boxes):
    batch = batch_of(3, boxes=boxes)
    after = resized(batch, 32)
    assert after.objects.masks_BNHW.shape == (3, boxes, 32, 32)
    for mask, box in zip(after.objects.masks_BNHW.flatten(0, 1), after.boxes_BN4.flatten(0, 1), strict=True):
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        bounds = torch.tensor([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        torch.testing.assert_close(bounds.float(), box, rtol=0, atol=0.51)


def test_a_picture_of_one_pixel_stays_one_pixel():
    pixel = Sample(np.full((1, 1, 1), 0.25, np.float32), np.array([[0, 0, 1, 1]], np.float32), np.array([2]))
    wide = Sample(np.ones((1, 8, 64), np.float32), np.zeros((0, 4), np.float32), np.zeros(0, np.int64))
    after = resized(collate([pixel, wide], fill=1.0), 8)
    assert after.size_B2.tolist() == [[1, 1], [1, 8]]
    assert after.labels_BN.tolist() == [[2], [-1]]
    assert after.boxes_BN4[0, 0].tolist() == [0, 0, 0.125, 0.125]
