"""Crops: where they lie, that no pixel changes, that boxes and masks come along."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu import RandomCrop
from gpu.batch import Sample, collate
from tests.gpu.batches import batch_of, generator_of


def numbered(rows=48, columns=64, boxes=((10, 8, 22, 20),)):
    """A picture each of whose pixels says where it stands."""
    y, x = np.mgrid[:rows, :columns]
    boxes_N4 = np.array(boxes, np.float32).reshape(-1, 4)
    return collate(
        [Sample((y * columns + x)[None].astype(np.float32), boxes_N4, np.zeros(len(boxes_N4), int))], fill=-1.0
    )


def origin_of(after):
    first = int(after.image_BCHW[0, 0, 0, 0])
    return divmod(first, 64)


def cropped(transform, batch, seed=0):
    return transform.apply(batch, transform.sample(batch, generator_of(seed)))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(seed=st.integers(0, 9999), rows=st.integers(1, 70), columns=st.integers(1, 80))
def test_pixels_are_those_of_the_picture_and_boxes_follow(seed, rows, columns):
    batch = numbered(boxes=((10, 8, 22, 20), (40, 30, 64, 48)))
    after = cropped(RandomCrop((rows, columns), fill=-1.0, min_visible=0.0), batch, seed)
    top, left = origin_of(after)
    height, width = min(rows, 48), min(columns, 64)
    assert after.image_BCHW.shape == (1, 1, rows, columns)
    assert after.size_B2.tolist() == [[height, width]]
    expected = batch.image_BCHW[0, 0, top : top + height, left : left + width]
    assert torch.equal(after.image_BCHW[0, 0, :height, :width], expected)
    assert (after.image_BCHW[0, 0, height:] == -1).all()
    assert (after.image_BCHW[0, 0, :, width:] == -1).all()
    for number, (x0, y0, x1, y1) in enumerate(batch.boxes_BN4[0].tolist()):
        box = [max(x0 - left, 0), max(y0 - top, 0), min(x1 - left, width), min(y1 - top, height)]
        if box[2] <= box[0] or box[3] <= box[1]:
            box = [0, 0, 0, 0]
        assert after.boxes_BN4[0, number].tolist() == pytest.approx(box, abs=1e-3)


def test_an_interesting_part_holds_the_whole_object_where_it_fits():
    places = set()
    for seed in range(60):
        after = cropped(RandomCrop((24, 24), interesting=1.0, clean=0.0), numbered(), seed)
        assert float(after.objects.visible_BN) == pytest.approx(1, abs=1e-4)
        places.add(origin_of(after))
    assert len(places) > 30


def test_a_part_smaller_than_the_object_lies_on_it():
    for seed in range(20):
        after = cropped(RandomCrop((8, 8), interesting=1.0, clean=0.0, min_visible=0.0), numbered(), seed)
        assert after.boxes_BN4[0, 0].tolist() == pytest.approx([0, 0, 8, 8], abs=1e-3)


def test_every_object_is_chosen_now_and_then():
    batch, seen = numbered(boxes=((0, 0, 6, 6), (30, 20, 36, 26), (58, 42, 64, 48))), set()
    for seed in range(40):
        after = cropped(RandomCrop((10, 10), interesting=1.0, clean=0.0), batch, seed)
        seen |= set(after.objects.is_box_BN[0].nonzero()[:, 0].tolist())
    assert seen == {0, 1, 2}


def test_a_clean_part_is_free_of_objects_where_there_is_room():
    for seed in range(60):
        after = cropped(RandomCrop((24, 24), interesting=0.0, clean=1.0), numbered(), seed)
        assert not after.objects.is_box_BN.any()


@pytest.mark.parametrize("boxes", [0, 2])
def test_without_objects_any_part_is_taken(boxes):
    batch = batch_of(4, boxes=boxes)
    after = cropped(RandomCrop((16, 16), interesting=0.5, clean=0.5), batch)
    assert after.image_BCHW.shape[-2:] == (16, 16)
    assert (after.size_B2 == 16).all()


def test_masks_come_along():
    batch = batch_of(6, seed=3)
    after = cropped(RandomCrop((20, 30), min_visible=0.0), batch, 5)
    for mask, box in zip(after.objects.masks_BNHW.flatten(0, 1), after.boxes_BN4.flatten(0, 1), strict=True):
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        bounds = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1] if len(rows) else [0, 0, 0, 0]
        torch.testing.assert_close(torch.tensor(bounds).float(), box, rtol=0, atol=1e-3)
