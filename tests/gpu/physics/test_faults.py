import numpy as np
import pytest

from gpu.physics.faults import RandomDeadElements
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of


def failed(batch, **arguments):
    transform = RandomDeadElements(1.0, **arguments)
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


GREY = np.full((2, 3000, 5), 0.5, np.float32)


@pytest.mark.parametrize("apart", [0.0, 1.0])
def test_so_many_rows_read_nothing_and_so_many_full_scale(apart):
    (after,) = pictures_of(failed(batch_of_pictures(GREY), share=(0.1, 0.1), hot=0.25, apart=apart, full_scale=1.5))
    assert (after == after[..., :1]).all()
    assert set(np.unique(after)) == {0, 0.5, 1.5}
    np.testing.assert_allclose((after == 0).mean((1, 2)), 0.075, atol=0.02)
    np.testing.assert_allclose((after == 1.5).mean((1, 2)), 0.025, atol=0.01)
    assert np.array_equal(after[0], after[1]) == (apart == 0)


def test_every_row_or_none_and_padding_stays():
    batch = batch_of_pictures(np.full((1, 33, 7), 0.5), np.full((1, 5, 64), 0.5))
    after = failed(batch, share=(1.0, 1.0), hot=0.0)
    assert not any(picture.any() for picture in pictures_of(after))
    assert (padding_of(after) == 1).all()
    assert failed(batch, share=(1e-9, 1e-9)).image_BCHW.equal(batch.image_BCHW)


def test_elements_fail_in_their_own_rows():
    first, second = pictures_of(failed(batch_of_pictures(GREY, GREY), share=(0.1, 0.1)))
    assert not np.array_equal(first, second)
