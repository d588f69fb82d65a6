"""Mosaics: each quadrant is the half-size picture of its member."""

import pytest
import torch

from gpu import NO_BOX, RandomCrop, RandomMosaic
from gpu.geometry.mosaic import MosaicParams
from gpu.geometry.resize import scaled
from tests.gpu.batches import batch_of, generator_of

PARAMS = MosaicParams(torch.tensor([True, False, True]), torch.tensor([[1, 2, 0], [0, 0, 0], [2, 2, 1]]))


def test_quadrants_are_the_members():
    batch = batch_of(3)
    after = RandomMosaic(min_visible=0.0).apply(batch, PARAMS)
    half = scaled(batch.image_BCHW, (32, 32))
    for element, members in ((0, (0, 1, 2, 0)), (2, (2, 2, 2, 1))):
        for quadrant, member in enumerate(members):
            top, left = 32 * (quadrant // 2), 32 * (quadrant % 2)
            shown = after.image_BCHW[element, :, top : top + 32, left : left + 32]
            torch.testing.assert_close(shown, half[member])
            own = slice(3 * quadrant, 3 * quadrant + 3)
            moved = batch.boxes_BN4[member] / 2 + torch.tensor([left, top, left, top])
            torch.testing.assert_close(after.boxes_BN4[element, own], moved)
            assert after.labels_BN[element, own].equal(batch.labels_BN[member])
            assert after.objects.masks_BNHW[element, own].any((1, 2)).all()


def test_a_closed_element_keeps_every_bit_with_room_for_more():
    batch = batch_of(3)
    after = RandomMosaic().apply(batch, PARAMS)
    assert after.image_BCHW[1].equal(batch.image_BCHW[1])
    assert after.boxes_BN4[1, :3].equal(batch.boxes_BN4[1])
    assert (after.labels_BN[1, 3:] == NO_BOX).all()
    assert after.acquisition.scanner_B.tolist() == [-1, 0, -1]
    assert after.acquisition.pitch_mm_B.isnan().tolist() == [True, False, True]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_nobody_is_its_own_partner_where_there_are_others(count):
    batch = batch_of(count)
    drawn = RandomMosaic(1.0).sample(batch, generator_of(1))
    own = torch.arange(count)[:, None]
    assert (drawn.partner_B3 != own).all() == (count > 1)
    assert ((drawn.partner_B3 >= 0) & (drawn.partner_B3 < count)).all()
    assert RandomMosaic(1.0).apply(batch, drawn).boxes_BN4.shape == (count, 12, 4)


def test_boxes_that_become_too_small_to_see_stay_and_hidden_ones_go():
    batch = batch_of(2, boxes=1)
    hidden = torch.tensor([[0.1], [1.0]])
    batch.objects.visible_BN.copy_(hidden)
    after = RandomMosaic(1.0, min_visible=0.25).apply(batch, RandomMosaic(1.0).sample(batch, generator_of(0)))
    assert (after.labels_BN != NO_BOX).sum(1).tolist() == [3, 1]


def test_all_of_an_odd_canvas_is_covered_and_boxes_stay_inside():
    batch = batch_of(2, seed=5)
    crop = RandomCrop((17, 23), interesting=1.0, clean=0.0)
    odd = crop.apply(batch, crop.sample(batch, generator_of(0)))
    after = RandomMosaic(1.0, min_visible=0.0).apply(odd, RandomMosaic(1.0).sample(odd, generator_of(0)))
    assert after.image_BCHW.shape == odd.image_BCHW.shape
    assert after.size_B2.tolist() == [[17, 23]] * 2
    half = scaled(odd.image_BCHW, (9, 12))
    torch.testing.assert_close(after.image_BCHW[0, :, 9:, 12:], half[1, :, :8, :11])
    across = torch.tensor([12 / 23, 9 / 17]).repeat(2)
    expected = torch.minimum(odd.boxes_BN4[1] * across + torch.tensor([12, 9, 12, 9]), torch.tensor([23, 17, 23, 17]))
    torch.testing.assert_close(after.boxes_BN4[0, 9:], expected * odd.is_box_BN[1, :, None])
    assert after.is_box_BN[0, 9:].equal(odd.is_box_BN[1])


def test_masks_lie_in_their_quadrants_only():
    batch = batch_of(3)
    after = RandomMosaic(min_visible=0.0).apply(batch, PARAMS)
    for quadrant in range(4):
        own = after.objects.masks_BNHW[0, 3 * quadrant : 3 * quadrant + 3].clone()
        top, left = 32 * (quadrant // 2), 32 * (quadrant % 2)
        own[:, top : top + 32, left : left + 32] = False
        assert not own.any()
