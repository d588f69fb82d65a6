"""Movements against scipy, in one resampling or several, at borders, in bf16."""

import math

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from gpu import Batch, RandomAffine, RandomFlip, Sample, Warp, collate, no_objects, unknown_acquisition
from gpu.geometry.affine import AffineParams
from gpu.geometry.flip import FlipParams
from gpu.pipeline import PipelineParams
from tests.gpu.batches import batch_of, generator_of, parts


def smooth(rows=40, columns=56, channels=2) -> Batch:
    y, x = np.mgrid[:rows, :columns]
    planes = [0.5 + 0.4 * np.sin(y / (4 + c)) * np.cos(x / (5 + c)) for c in range(channels)]
    image = torch.tensor(np.array(planes)[None], dtype=torch.float32)
    return Batch(image, torch.tensor([[rows, columns]]), no_objects(1), unknown_acquisition(1, channels))


def params(angle=0.0, shear=0.0, scale=(1.0, 1.0), shift=(0.0, 0.0)) -> AffineParams:
    return AffineParams(
        torch.tensor([True]), torch.tensor([angle]), torch.tensor([shear]), torch.tensor([scale]), torch.tensor([shift])
    )


MOVES = {
    "turn": params(angle=0.4),
    "shear": params(shear=0.3),
    "scale": params(scale=(1.3, 0.8)),
    "shift": params(shift=(0.11, -0.07)),
    "all": params(0.2, 0.1, (0.9, 1.1), (0.05, 0.1)),
}


@pytest.mark.parametrize("name", MOVES)
def test_agrees_with_scipy(name):
    batch, transform = smooth(), RandomAffine(1.0)
    after = transform.apply(batch, MOVES[name]).image_BCHW[0].numpy()
    forward = transform.matrix(batch.size_B2, MOVES[name])[0].numpy().astype(np.float64)
    # scipy counts pixels from their centres, row first, and asks where each new pixel comes from
    swap = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1.0]])
    centres = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    backward = np.linalg.inv(centres) @ swap @ np.linalg.inv(forward) @ swap @ centres
    for plane, moved in zip(batch.image_BCHW[0].numpy(), after, strict=True):
        expected = ndimage.affine_transform(plane, backward[:2, :2], backward[:2, 2], order=1, cval=np.nan)
        known = ~np.isnan(expected)
        assert known.mean() > 0.5
        np.testing.assert_allclose(moved[known], expected[known], atol=2e-4)


def test_a_quarter_turn_of_a_square_is_exact():
    batch = smooth(32, 32)
    after = RandomAffine(1.0).apply(batch, params(angle=math.pi / 2)).image_BCHW
    torch.testing.assert_close(after, batch.image_BCHW.rot90(-1, (2, 3)), rtol=0, atol=1e-5)


def test_a_flip_in_a_warp_is_a_flip():
    batch = batch_of(5)
    flip = RandomFlip(0.5, 0.5)
    drawn = flip.sample(batch, generator_of(2))
    one, other = flip.apply(batch, drawn), Warp((flip,)).apply(batch, PipelineParams((drawn,)))
    for name, value in parts(one).items():
        if value.is_floating_point():
            torch.testing.assert_close(parts(other)[name], value, rtol=0, atol=1e-4, equal_nan=True)
        else:
            assert parts(other)[name].equal(value), name


def test_two_movements_in_one_warp_are_their_product():
    batch = smooth()
    flip, affine = RandomFlip(), RandomAffine(1.0)
    drawn = FlipParams(torch.tensor([True]), torch.tensor([False])), MOVES["all"]
    once = Warp((flip, affine)).apply(batch, PipelineParams(drawn)).image_BCHW
    twice = affine.apply(flip.apply(batch, drawn[0]), drawn[1]).image_BCHW
    torch.testing.assert_close(once, twice, rtol=0, atol=2e-3)


def test_what_was_nowhere_is_air():
    after = RandomAffine(1.0).apply(smooth(), params(shift=(0.5, 0.0))).image_BCHW
    assert (after[..., :27] == 1).all()


def test_turning_in_bf16_loses_no_place():
    batch = smooth(512, 512, 1)
    whole = RandomAffine(1.0).apply(batch, MOVES["turn"]).image_BCHW
    half = RandomAffine(1.0).apply(batch.with_image(batch.image_BCHW.bfloat16()), MOVES["turn"]).image_BCHW
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), whole, rtol=0, atol=2**-7)


def test_pitch_and_noise_follow_the_magnification():
    batch = batch_of(1)
    after = RandomAffine(1.0).apply(batch, params(scale=(0.5, 0.5))).acquisition
    torch.testing.assert_close(after.pitch_mm_B, torch.tensor([12.0]))
    torch.testing.assert_close(after.quanta_BC, 4 * batch.acquisition.quanta_BC)
    torch.testing.assert_close(after.electronic_BC, batch.acquisition.electronic_BC / 2)
    enlarged = RandomAffine(1.0).apply(batch, params(scale=(2.0, 2.0))).acquisition
    torch.testing.assert_close(enlarged.pitch_mm_B, torch.tensor([3.0]))
    torch.testing.assert_close(enlarged.quanta_BC, batch.acquisition.quanta_BC)


def test_the_visible_share_becomes_less_with_every_movement():
    batch = batch_of(1, boxes=1, seed=4)
    left = RandomAffine(1.0, min_visible=0.0)
    width, (x0, _, x1, _) = float(batch.size_B2[0, 1]), batch.boxes_BN4[0, 0].tolist()
    half_out = params(shift=(-(x0 + (x1 - x0) / 2) / width, 0.0))
    once = left.apply(batch, half_out)
    assert float(once.objects.visible_BN) == pytest.approx(0.5, abs=1e-4)
    again = left.apply(once, params(shift=(-(x1 - x0) / 4 / width, 0.0)))
    assert float(again.objects.visible_BN) == pytest.approx(0.25, abs=1e-4)
    assert (
        RandomAffine(1.0, min_visible=0.3).apply(once, params(shift=(-(x1 - x0) / 4 / width, 0.0))).labels_BN < 0
    ).all()


@settings(max_examples=60, derandomize=True, deadline=None)
@example(angle=0.0, scale=0.703125, shift=(0.390625, 0.0), low=(9, 1))
@given(
    angle=st.floats(-0.5, 0.5),
    scale=st.floats(0.7, 1.5),
    shift=st.tuples(*[st.floats(-0.4, 0.4)] * 2),
    low=st.tuples(st.integers(0, 30), st.integers(0, 20)),
)
def test_boxes_bound_the_moved_masks_at_the_border_too(angle, scale, shift, low):
    box = [*low, low[0] + 24, low[1] + 18]
    mask = np.zeros((1, 40, 56), bool)
    mask[:, box[1] : box[3], box[0] : box[2]] = True
    pictures = np.ones((1, 40, 56), np.float32)
    batch = collate([Sample(pictures, np.array([box], np.float32), np.array([0]), masks_NHW=mask)], fill=1.0)
    moved = RandomAffine(1.0, min_visible=0.5).apply(batch, params(angle, 0.0, (scale, scale), shift)).objects
    rows, columns = (moved.masks_BNHW[0, 0].any(axis).nonzero() for axis in (1, 0))
    assert moved.is_box_BN.all() == bool(len(rows))
    if len(rows):
        bounds = torch.tensor([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        # the corner of a turned rectangle covers less than half of its last pixels
        torch.testing.assert_close(bounds.float(), moved.boxes_BN4[0, 0], rtol=0, atol=2.0)
    if float(moved.visible_BN) > 0.999:
        # a side of 16.9 pixels covers the middles of 16 or of 17: half a pixel all around
        assert float(moved.masks_BNHW.sum()) == pytest.approx(24 * 18 * scale**2, abs=(24 + 18) * scale)


def test_a_picture_of_one_pixel_can_be_moved():
    pixel = Sample(np.full((1, 1, 1), 0.25, np.float32), np.array([[0, 0, 1, 1]], np.float32), np.array([2]))
    after = RandomAffine(1.0).apply(collate([pixel], fill=1.0), params(angle=math.pi / 2))
    assert float(after.image_BCHW[0, 0, 0, 0]) == pytest.approx(0.25, abs=1e-5)
    assert (after.image_BCHW == 1).sum() == 32 * 32 - 1
    torch.testing.assert_close(after.boxes_BN4, torch.tensor([[[0.0, 0, 1, 1]]]), rtol=0, atol=1e-5)
