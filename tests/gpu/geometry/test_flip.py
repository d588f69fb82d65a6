"""Mirror images against torchvision, picture by picture; padding stays."""

import pytest
import torch
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional as reference

from gpu import RandomFlip
from gpu.geometry.flip import FlipParams
from tests.gpu.batches import batch_of, generator_of, parts

MIRRORS = {0: (reference.horizontal_flip,), 1: (reference.vertical_flip,)}
MIRRORS[2] = MIRRORS[0] + MIRRORS[1]


def _reference_flip(element, mirrors):
    rows, columns = element.size_B2[0].tolist()
    picture = element.image_BCHW[0, :, :rows, :columns]
    masks = element.objects.masks_BNHW[0, :, :rows, :columns]
    boxes = tv_tensors.BoundingBoxes(element.boxes_BN4[0], format="XYXY", canvas_size=(rows, columns))
    for mirror in mirrors:
        picture, masks, boxes = mirror(picture), mirror(masks), mirror(boxes)
    return picture, masks, boxes.as_subclass(torch.Tensor)


@pytest.mark.parametrize("axes", MIRRORS)
def test_agrees_with_torchvision_and_keeps_the_padding(axes):
    batch = batch_of(5)
    gates = torch.full((5,), axes != 1), torch.full((5,), axes != 0)
    after = RandomFlip().apply(batch, FlipParams(*gates))
    for index, (rows, columns) in enumerate(batch.size_B2.tolist()):
        picture, masks, boxes = _reference_flip(batch.element(index), MIRRORS[axes])
        assert after.image_BCHW[index, :, :rows, :columns].equal(picture)
        assert after.objects.masks_BNHW[index, :, :rows, :columns].equal(masks)
        torch.testing.assert_close(after.boxes_BN4[index], boxes)
        assert after.image_BCHW[index, :, rows:].equal(batch.image_BCHW[index, :, rows:])
        assert after.image_BCHW[index, :, :, columns:].equal(batch.image_BCHW[index, :, :, columns:])


def test_twice_is_nothing():
    batch, flip = batch_of(4), RandomFlip(1.0, 1.0)
    drawn = flip.sample(batch, generator_of(0))
    again = parts(flip.apply(flip.apply(batch, drawn), drawn))
    for name, value in parts(batch).items():
        torch.testing.assert_close(again[name], value, equal_nan=True)


def test_padding_holds_no_box_afterwards():
    batch = batch_of(2)
    batch.labels_BN[0] = -1
    batch.boxes_BN4[0] = 0
    after = RandomFlip(1.0, 1.0).apply(batch, RandomFlip(1.0, 1.0).sample(batch, generator_of(0)))
    assert not after.boxes_BN4[0].any()
    assert after.boxes_BN4[1].any()
