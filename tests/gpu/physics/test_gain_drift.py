import numpy as np
import pytest

from gpu.physics.gain_drift import RandomGainDrift
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves


def drifted(batch, gain, drift):
    transform = RandomGainDrift(1.0, (gain, gain), (drift, drift))
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


def test_without_drift_each_row_has_one_gain():
    before = waves(700, 20)
    ratio = pictures_of(drifted(batch_of_pictures(before), 0.02, 0.0))[0] / before
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[..., :1], ratio.shape), rtol=1e-5)
    np.testing.assert_allclose(ratio[..., 0].std(1), 0.02, rtol=0.1)
    assert abs(np.corrcoef(ratio[..., 0])[0, 1]) < 0.15


def test_errors_change_in_proportion_to_the_columns_of_their_own_picture():
    small, large = pictures_of(drifted(batch_of_pictures(np.ones((1, 600, 9)), np.ones((1, 600, 61))), 0.02, 0.5))
    for error in (small[0] - 1, large[0] - 1):
        steps = np.diff(error, axis=1)
        np.testing.assert_allclose(steps, np.broadcast_to(steps[:, :1], steps.shape), atol=1e-6)
        change = error[:, -1] - error[:, 0]
        assert change.std() == pytest.approx(0.01, rel=0.1)
        assert error[:, 0].std() == pytest.approx(0.02, rel=0.1)
        assert abs(np.corrcoef(change, error[:, 0])[0, 1]) < 0.15


def test_one_column_opaque_and_padding():
    after = drifted(batch_of_pictures(np.zeros((2, 5, 8)), np.full((2, 40, 1), 0.5)), 0.1, 1.0)
    dark, narrow = pictures_of(after)
    assert not dark.any()
    assert np.isfinite(narrow).all()
    assert (narrow != 0.5).any()
    assert (padding_of(after) == 1).all()
