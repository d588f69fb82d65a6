import torch

from gpu.padding import inside_picture, padding_kept
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves

BATCH = batch_of_pictures(waves(5, 9), waves(32, 3))


def test_each_picture_is_inside_and_nothing_else():
    inside = inside_picture(BATCH)
    assert inside.sum((1, 2, 3)).tolist() == [45, 96]
    assert inside[0, 0, :5, :9].all()
    assert inside[1, 0, :32, :3].all()


def test_margin_leaves_the_border_out():
    inside = inside_picture(BATCH, 1)
    assert inside.sum((1, 2, 3)).tolist() == [3 * 7, 30 * 1]
    assert inside[0, 0, 1:4, 1:8].all()
    assert not inside_picture(BATCH, 2)[1].any()


def test_padding_and_dtype_are_those_of_the_batch():
    after = BATCH.with_image(padding_kept(BATCH, torch.zeros(BATCH.image_BCHW.shape, dtype=torch.float64)))
    assert after.image_BCHW.dtype is torch.float32
    assert (padding_of(after) == 1).all()
    assert not any(picture.any() for picture in pictures_of(after))
