"""Uneven belts against numpy's interpolation; boxes through the inverse map; padding stays."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu import RandomBeltSpeed, Sample, collate
from gpu.geometry.belt_speed import _seen_at, _shown_at
from gpu.padding import inside_picture
from tests.gpu.batches import batch_of, generator_of


def test_agrees_with_numpy_and_keeps_the_padding():
    batch, transform = batch_of(4), RandomBeltSpeed(1.0, 0.3)
    noise_BCHW = torch.rand(batch.image_BCHW.shape, generator=generator_of(0))
    batch = batch.with_image(torch.where(inside_picture(batch), batch.image_BCHW, noise_BCHW))
    drawn = transform.sample(batch, generator_of(2))
    after = transform.apply(batch, drawn).image_BCHW
    for index, (_, width) in enumerate(batch.size_B2.tolist()):
        place = (torch.arange(width) + 0.5)[None] / width
        source = _seen_at(place, drawn.element(index))[0][0].numpy() * width - 0.5
        for before, moved in zip(batch.image_BCHW[index].flatten(0, 1), after[index].flatten(0, 1), strict=True):
            expected = np.interp(source, np.arange(width), before[:width].numpy())
            np.testing.assert_allclose(moved[:width].numpy(), expected, atol=1e-4)
        assert after[index, :, :, width:].equal(batch.image_BCHW[index, :, :, width:])


@settings(max_examples=60, derandomize=True, deadline=None)
@given(seed=st.integers(0, 9999), most=st.floats(0.0, 0.6))
def test_the_map_rises_keeps_its_ends_and_has_its_inverse(seed, most):
    transform = RandomBeltSpeed(1.0, most)
    drawn = transform.sample(batch_of(3), generator_of(seed))
    place = torch.linspace(0, 1, 101).expand(3, -1)
    seen, speed = _seen_at(place, drawn)
    assert (seen.diff(dim=1) > 0).all()
    assert ((speed - 1).abs() <= most + 1e-5).all()
    torch.testing.assert_close(seen[:, [0, -1]], place[:, [0, -1]], rtol=0, atol=1e-5)
    torch.testing.assert_close(_shown_at(seen, drawn), place, rtol=0, atol=1e-4)


def test_boxes_bound_their_masks():
    batch = batch_of(6, seed=2)
    after = RandomBeltSpeed(1.0, 0.4).apply(batch, RandomBeltSpeed(1.0, 0.4).sample(batch, generator_of(7)))
    moved = (after.boxes_BN4 - batch.boxes_BN4).abs()
    assert moved[..., [1, 3]].max() < 1e-3
    assert moved[..., [0, 2]].max() > 0.3
    for mask, box in zip(after.objects.masks_BNHW.flatten(0, 1), after.boxes_BN4.flatten(0, 1), strict=True):
        columns = mask.any(0).nonzero()
        assert abs(float(columns.min()) - float(box[0])) <= 1
        assert abs(float(columns.max() + 1) - float(box[2])) <= 1


@pytest.mark.parametrize("boxes", [0, 1])
def test_a_picture_of_one_pixel_stays_what_it_is(boxes):
    box = np.array([[0, 0, 1, 1]] * boxes, np.float32).reshape(-1, 4)
    batch = collate([Sample(np.full((1, 1, 1), 0.25, np.float32), box, np.zeros(boxes, np.int64))], fill=1.0)
    after = RandomBeltSpeed(1.0, 0.5).apply(batch, RandomBeltSpeed(1.0, 0.5).sample(batch, generator_of(0)))
    assert after.image_BCHW.equal(batch.image_BCHW)
    torch.testing.assert_close(after.boxes_BN4, batch.boxes_BN4, rtol=0, atol=1e-5)
