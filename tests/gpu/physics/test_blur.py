import numpy as np
import pytest
from scipy import ndimage

from gpu.physics.blur import RandomBlur
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves


def blurred(batch, sigma_px):
    transform = RandomBlur(1.0, sigma_px)
    params = transform.sample(batch, generator_of(0))
    return transform.apply(batch, params), params.sigma_px_B.numpy()


@pytest.mark.parametrize("sigma_px", [(0.3, 0.8), (1.0, 2.5)])
def test_each_picture_is_blurred_as_scipy_does(sigma_px):
    pictures = waves(30, 47), waves(64, 5, seed=1), waves(1, 1, seed=2), waves(3, 70, seed=3)
    after, sigmas = blurred(batch_of_pictures(*pictures), sigma_px)
    assert len(set(sigmas)) == 4
    for found, picture, sigma in zip(pictures_of(after), pictures, sigmas, strict=True):
        want = [ndimage.gaussian_filter(plane.astype(float), sigma, truncate=6, mode="nearest") for plane in picture]
        # Taps end at three of the widest sigmas: 0.3 % of its Gaussian lies further out.
        np.testing.assert_allclose(found, want, rtol=0, atol=2e-3)
    assert (padding_of(after) == 1).all()


def test_flat_pictures_stay_and_light_is_kept():
    after, _ = blurred(batch_of_pictures(np.ones((1, 20, 20)), np.zeros((1, 20, 20)), np.eye(41)[None, 20:21]), (1, 1))
    air, opaque, _ = pictures_of(after)
    np.testing.assert_allclose(air, 1, rtol=0, atol=1e-6)
    assert not opaque.any()
    spot = np.zeros((1, 21, 21), np.float32)
    spot[0, 10, 10] = 1
    (spread,) = pictures_of(blurred(batch_of_pictures(spot), (1, 1))[0])
    assert spread.sum() == pytest.approx(1, abs=1e-6)
    rows, columns = np.mgrid[-10:11, -10:11]
    assert (spread[0] * rows**2).sum() == pytest.approx(1, rel=0.05)
    assert (spread[0] * columns**2).sum() == pytest.approx(1, rel=0.05)
