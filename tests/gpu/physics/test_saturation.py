import numpy as np
import pytest

from gpu.physics.saturation import RandomSaturation
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of

RAMP = np.linspace(-0.2, 1.3, 60_001, dtype=np.float32).reshape(1, 1, -1)


def converted(batch, **arguments):
    transform = RandomSaturation(1.0, **arguments)
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


def test_readings_are_held_between_dark_and_full_scale_and_else_untouched():
    (after,) = pictures_of(converted(batch_of_pictures(RAMP), full_scale=(1.05, 1.05)))
    np.testing.assert_array_equal(after, RAMP.clip(0, np.float32(1.05)))


@pytest.mark.parametrize("bits", [8, 12, 14, 16])
def test_readings_are_rounded_to_so_many_steps(bits):
    (after,) = pictures_of(converted(batch_of_pictures(RAMP), full_scale=(1.1, 1.1), bits=(bits,)))
    step = 1.1 / (2**bits - 1)
    assert np.abs(after - RAMP.clip(0, 1.1)).max() <= step / 2 + 1e-6
    codes = after / step
    np.testing.assert_allclose(codes, codes.round(), atol=0.02)
    assert codes.max().round() == 2**bits - 1
    if bits <= 12:
        assert len(np.unique(after)) == 2**bits
    assert (np.diff(after) >= 0).all()


def test_bits_are_drawn_for_each_element_and_padding_stays():
    batch = batch_of_pictures(*[np.full((1, 3, 3), 0.3)] * 40)
    params = RandomSaturation(1.0, bits=(12, 14)).sample(batch, generator_of(1))
    assert set(params.bits_B.tolist()) == {12, 14}
    after = converted(batch, full_scale=(0.7, 0.9), bits=(4,))
    assert (padding_of(after) == 1).all()
    assert len(np.unique(np.array(pictures_of(after)))) > 30
