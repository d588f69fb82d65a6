import numpy as np
import pytest

from gpu.physics.interlace import RandomInterlace
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves


def interlaced(batch, low, high):
    transform = RandomInterlace(1.0, (low, high))
    params = transform.sample(batch, generator_of(0))
    return transform.apply(batch, params), params.columns_B.tolist()


def test_the_low_channel_is_what_lies_between_its_columns():
    pictures = waves(30, 47), waves(33, 20, seed=1), waves(5, 1, seed=2)
    after, columns = interlaced(batch_of_pictures(*pictures), 0.1, 0.9)
    for found, picture, by in zip(pictures_of(after), pictures, columns, strict=True):
        place = np.arange(picture.shape[2])
        want = [np.interp(place + by, place, row) for row in picture[0]]
        np.testing.assert_allclose(found[0], want, rtol=0, atol=1e-6)
        np.testing.assert_array_equal(found[1], picture[1])
    assert (padding_of(after) == 1).all()


def test_nothing_and_a_whole_column():
    picture = waves(4, 9)
    assert np.array_equal(pictures_of(interlaced(batch_of_pictures(picture), 0.0, 0.0)[0])[0], picture)
    (whole,) = pictures_of(interlaced(batch_of_pictures(picture), 1.0, 1.0)[0])
    np.testing.assert_allclose(whole[0], picture[0][:, [*range(1, 9), 8]], atol=1e-7)


@pytest.mark.parametrize("channels", [1, 3])
def test_other_channel_counts_keep_every_bit(channels):
    batch = batch_of_pictures(np.repeat(waves(9, 9)[:1], channels, 0))
    assert interlaced(batch, 0.5, 0.5)[0] is batch
