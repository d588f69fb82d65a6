import numpy as np
import pytest

from gpu.physics.line_noise import RandomLineNoise
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves


def jittered(batch, jitter):
    transform = RandomLineNoise(1.0, (jitter, jitter))
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


def test_each_column_has_one_factor():
    before = waves(30, 700)
    (after,) = pictures_of(jittered(batch_of_pictures(before), 0.05))
    ratio = after / before
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1], ratio.shape), rtol=1e-5)
    np.testing.assert_allclose(ratio[:, 0].std(1), 0.05, rtol=0.1)
    np.testing.assert_allclose(ratio[:, 0].mean(1), 1, atol=0.01)
    assert abs(np.corrcoef(ratio[:, 0])[0, 1]) < 0.15


def test_opaque_stays_opaque_and_padding_air():
    after = jittered(batch_of_pictures(np.zeros((1, 5, 5)), waves(40, 33)[:1]), 0.5)
    assert not pictures_of(after)[0].any()
    assert (padding_of(after) == 1).all()


@pytest.mark.parametrize("width", [1, 7])
def test_elements_differ(width):
    first, second = pictures_of(jittered(batch_of_pictures(*[np.ones((1, 3, width))] * 2), 0.1))
    assert (first != second).all()
