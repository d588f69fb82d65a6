import numpy as np
import torch

from gpu.picture.brightness_contrast import BrightnessContrastParams, RandomBrightnessContrast
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves

RAMP = np.linspace(0, 1, 11, dtype=np.float32)[None, None]


def changed(picture_CHW, brightness, contrast):
    params = BrightnessContrastParams(torch.tensor([True]), torch.tensor([brightness]), torch.tensor([contrast]))
    return pictures_of(RandomBrightnessContrast().apply(batch_of_pictures(picture_CHW), params))[0]


def test_contrast_is_about_middle_grey_and_values_are_held():
    np.testing.assert_allclose(changed(RAMP, 0.0, 2.0), (2 * RAMP - 0.5).clip(0, 1), atol=1e-6)
    np.testing.assert_allclose(changed(RAMP, 0.0, 0.5), 0.5 * RAMP + 0.25, atol=1e-6)


def test_brightness_is_added():
    np.testing.assert_allclose(changed(RAMP, 0.3, 1.0), (RAMP + 0.3).clip(0, 1), atol=1e-6)
    np.testing.assert_allclose(changed(RAMP, -0.3, 1.0), (RAMP - 0.3).clip(0, 1), atol=1e-6)


def test_nothing_drawn_is_nothing_done_and_padding_stays():
    np.testing.assert_allclose(changed(waves(5, 5), 0.0, 1.0), waves(5, 5), atol=1e-6)
    transform = RandomBrightnessContrast(1.0, 0.5, (0.2, 0.5))
    batch = batch_of_pictures(waves(9, 40), waves(40, 9))
    assert (padding_of(transform.apply(batch, transform.sample(batch, generator_of(0)))) == 1).all()
