"""One equivalence over all transforms: a batch is its elements, a closed gate keeps every bit, boxes follow pixels."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as reference

from gpu import NO_BOX, Batch, Pipeline, RandomAffine, RandomFlip, RandomNoise, Sample, collate

OPEN = {
    "flip": RandomFlip(0.5, 0.5),
    "affine": RandomAffine(0.5, 20.0, (0.7, 1.4), 0.2),
    "noise": RandomNoise(0.5, 0.05),
    "pipeline": Pipeline((RandomFlip(0.5, 0.5), RandomAffine(0.5, 20.0), RandomNoise(0.5, 0.05))),
}
CLOSED = {"flip": RandomFlip(0, 0), "affine": RandomAffine(0.0), "noise": RandomNoise(0.0)}


def batch_of(count: int, channels: int = 2, seed: int = 0, boxes: int = 3) -> Batch:
    generator = np.random.default_rng(seed)
    samples = []
    for _ in range(count):
        height, width = generator.integers(20, 64, 2)
        low = generator.uniform(0, 0.5, (boxes, 2)) * [width, height]
        size = generator.uniform(0.1, 0.5, (boxes, 2)) * [width, height]
        samples.append(
            Sample(
                generator.uniform(0, 1, (channels, height, width)).astype(np.float32),
                np.concatenate([low, low + size], 1).astype(np.float32),
                generator.integers(0, 4, boxes),
            )
        )
    return collate(samples, fill=1.0)


def parts(batch: Batch) -> tuple[torch.Tensor, ...]:
    return batch.image_BCHW, batch.size_B2, batch.boxes_BN4, batch.labels_BN


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_batch_equals_element_by_element(name, channels):
    batch = batch_of(6, channels)
    params = OPEN[name].sample(batch, torch.Generator().manual_seed(3))
    whole = OPEN[name].apply(batch, params)
    for index in range(6):
        alone = OPEN[name].apply(batch.element(index), params.element(index))
        for one, other in zip(parts(whole.element(index)), parts(alone), strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", CLOSED)
def test_closed_gate_is_bit_identical(name):
    batch = batch_of(4)
    after = CLOSED[name].apply(batch, CLOSED[name].sample(batch, torch.Generator().manual_seed(0)))
    for one, other in zip(parts(batch), parts(after), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("name", OPEN)
def test_same_seed_same_bytes_and_another_seed_another_picture(name):
    batch = batch_of(6)
    runs = [OPEN[name].apply(batch, OPEN[name].sample(batch, torch.Generator().manual_seed(s))) for s in (1, 1, 2)]
    assert torch.equal(runs[0].image_BCHW, runs[1].image_BCHW)
    assert not torch.equal(runs[0].image_BCHW, runs[2].image_BCHW)


@pytest.mark.parametrize("name", OPEN)
def test_no_boxes_is_ordinary(name):
    batch = batch_of(3, boxes=0)
    after = OPEN[name].apply(batch, OPEN[name].sample(batch, torch.Generator().manual_seed(0)))
    assert after.boxes_BN4.shape == (3, 0, 4)


@pytest.mark.parametrize("name", OPEN)
def test_input_is_not_changed(name):
    batch = batch_of(4)
    before = [part.clone() for part in parts(batch)]
    OPEN[name].apply(batch, OPEN[name].sample(batch, torch.Generator().manual_seed(5)))
    for one, other in zip(before, parts(batch), strict=True):
        assert torch.equal(one, other)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    flip=st.booleans(),
    box=st.tuples(st.integers(0, 24), st.integers(0, 24), st.integers(4, 24), st.integers(4, 24)),
)
def test_boxes_are_the_bounds_of_the_moved_mask_at_the_borders_too(seed, flip, box):
    left, top = box[0], box[1]
    right, bottom = min(left + box[2], 48), min(top + box[3], 40)
    mask = np.ones((1, 40, 48), np.float32)
    mask[:, top:bottom, left:right] = 0
    sample = Sample(mask, np.array([[left, top, right, bottom]], np.float32), np.array([0]))
    batch = collate([sample], fill=1.0)
    transform = RandomFlip(1.0, 1.0) if flip else RandomAffine(1.0, 30.0, (0.6, 1.6), 0.3, min_visible=0.0)
    after = transform.apply(batch, transform.sample(batch, torch.Generator().manual_seed(seed)))
    shadow = after.image_BCHW[0, 0, :40, :48] < 0.5
    if after.labels_BN[0, 0] == NO_BOX:
        assert not shadow.any()
        return
    if not shadow.any():
        return
    rows, columns = shadow.any(1).nonzero()[:, 0], shadow.any(0).nonzero()[:, 0]
    bounds = torch.tensor([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]).float()
    # The corner of a turned rectangle covers less than half of its last pixels.
    torch.testing.assert_close(after.boxes_BN4[0, 0], bounds, rtol=0, atol=1e-4 if flip else 2.5)


def test_affine_agrees_with_torchvision():
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, 64, 64, generator=generator)
    batch = Batch(image, torch.tensor([[64, 64]]), torch.zeros(1, 0, 4), torch.zeros(1, 0, dtype=torch.int64))
    transform = RandomAffine(1.0, 25.0, (0.8, 1.3), 0.1)
    params = transform.sample(batch, generator)
    ours = transform.apply(batch, params).image_BCHW
    degrees = float(torch.rad2deg(params.angle_B[0]))
    shift = (params.shift_B2[0] * 64).tolist()
    theirs = reference.affine(
        image,
        degrees,
        shift,
        float(params.scale_B[0]),
        [0.0, 0.0],
        interpolation=v2.InterpolationMode.BILINEAR,
        fill=1.0,
    )
    # torchvision treats pixels beyond the edge by a mask: compare where the picture came from inside.
    inside = (ours[0, :, 8:56, 8:56] - theirs[0, :, 8:56, 8:56]).abs()
    assert inside.median() < 1e-4


def test_mostly_hidden_boxes_are_dropped_and_half_hidden_ones_clipped():
    boxes = np.array([[0, 10, 10, 20], [20, 10, 30, 20]], np.float32)
    batch = collate([Sample(np.ones((1, 40, 40), np.float32), boxes, np.array([1, 2]))], fill=1.0)
    transform = RandomAffine(1.0, min_visible=0.25)
    params = transform.sample(batch, torch.Generator().manual_seed(0))
    left = type(params)(params.gate_B, torch.zeros(1), torch.ones(1), torch.tensor([[-25 / 40, 0.0]]))
    after = transform.apply(batch, left)
    assert after.labels_BN[0].tolist() == [NO_BOX, 2]
    assert after.boxes_BN4[0, 1].tolist() == pytest.approx([0, 10, 5, 20], abs=1e-4)


def test_noise_is_fresh_for_every_element_and_has_the_asked_strength():
    batch = collate(
        [Sample(np.zeros((1, 64, 64), np.float32), np.zeros((0, 4), np.float32), np.zeros(0, np.int64))] * 3, fill=1.0
    )
    params = RandomNoise(1.0, 0.1).sample(batch, torch.Generator().manual_seed(0))
    after = RandomNoise(1.0, 0.1).apply(batch, params).image_BCHW
    assert not torch.equal(after[0], after[1])
    spread = after.flatten(1).std(1)
    torch.testing.assert_close(spread, params.std_B, rtol=0.05, atol=0)
