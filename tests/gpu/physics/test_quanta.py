import numpy as np
import pytest
import torch

from gpu.physics.quanta import dark_variance_BC11, per_quantum_BC11, with_noise
from tests.gpu.pictures import batch_of_pictures, waves


def test_nothing_known_is_no_noise():
    taken = batch_of_pictures(waves(2, 2)).acquisition
    assert not per_quantum_BC11(taken).any()
    assert not dark_variance_BC11(taken).any()


def test_known_figures():
    taken = batch_of_pictures(waves(2, 2), quanta=1e4, electronic=1e-3).acquisition
    assert per_quantum_BC11(taken).flatten().tolist() == pytest.approx([1e-4] * 2)
    assert dark_variance_BC11(taken).flatten().tolist() == pytest.approx([1e-6] * 2)


def test_noise_has_the_variance_of_its_pixel():
    variance = torch.tensor([0.0, 1.0, 4.0])[:, None, None].expand(1, 3, 200, 200)
    noise = with_noise(torch.full((1, 3, 200, 200), 7.0), variance.clone(), torch.tensor([5])).numpy() - 7
    assert not noise[0, 0].any()
    np.testing.assert_allclose(noise[0].std((1, 2)), [0, 1, 2], rtol=0.02)
    assert abs(np.corrcoef(noise[0, 1].ravel(), noise[0, 2].ravel())[0, 1]) < 0.03
