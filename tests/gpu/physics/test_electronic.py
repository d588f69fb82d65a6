import numpy as np
import pytest

from gpu.physics.electronic import RandomElectronicNoise
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of


def noisy(batch, **arguments):
    transform = RandomElectronicNoise(1.0, **arguments)
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("known", "wanted"), [(1e-3, 3e-3), (None, 6e-3)])
def test_the_same_noise_whatever_is_seen(level, known, wanted):
    after = noisy(batch_of_pictures(np.full((2, 300, 300), level), electronic=known), factor=(3.0, 3.0), std=2e-3)
    noise = pictures_of(after)[0] - level
    np.testing.assert_allclose(noise.std((1, 2)), wanted, rtol=0.02)
    assert abs(noise.mean()) < 5 * wanted / 400
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.02


def test_what_is_known_adds_up_and_what_is_not_stays_unknown():
    air = np.ones((1, 10, 10))
    assert noisy(batch_of_pictures(air, electronic=3e-3), factor=(4 / 3, 4 / 3)).acquisition.electronic_BC.item() == (
        pytest.approx(5e-3)
    )
    assert noisy(batch_of_pictures(air)).acquisition.electronic_BC.isnan().all()


def test_padding_stays():
    assert (padding_of(noisy(batch_of_pictures(np.zeros((1, 10, 40))), std=0.1)) == 1).all()
