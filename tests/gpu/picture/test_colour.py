import math

import numpy as np
import pytest
import torch
from torchvision.transforms.v2 import functional

from gpu.picture.colour import ColourParams, RandomColour
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of

COLOURS = np.random.default_rng(0).uniform(0, 1, (3, 12, 15)).astype(np.float32)


def recoloured(picture_CHW, degrees, saturation):
    params = ColourParams(torch.tensor([True]), torch.tensor([math.radians(degrees)]), torch.tensor([saturation]))
    return pictures_of(RandomColour().apply(batch_of_pictures(picture_CHW), params))[0]


@pytest.mark.parametrize("saturation", [0.0, 0.5, 1.0, 1.7])
def test_saturation_is_that_of_torchvision(saturation):
    want = functional.adjust_saturation(torch.from_numpy(COLOURS), saturation).numpy()
    np.testing.assert_allclose(recoloured(COLOURS, 0.0, saturation), want, atol=2e-3)


def test_a_third_of_a_turn_makes_red_green():
    np.testing.assert_allclose(recoloured(COLOURS, 120.0, 1.0), COLOURS[[2, 0, 1]], atol=1e-5)
    np.testing.assert_allclose(recoloured(COLOURS, 360.0, 1.0), COLOURS, atol=1e-5)


def test_a_small_turn_goes_the_same_way_as_that_of_torchvision():
    soft = 0.4 + 0.2 * COLOURS
    turned = recoloured(soft, 10.0, 1.0) - soft
    want = functional.adjust_hue(torch.from_numpy(soft), 10 / 360).numpy() - soft
    assert np.corrcoef(turned.ravel(), want.ravel())[0, 1] > 0.7


def test_greys_stay_and_values_are_held():
    grey = np.repeat(COLOURS[:1], 3, 0)
    np.testing.assert_allclose(recoloured(grey, 30.0, 2.0), grey, atol=1e-6)
    found = recoloured(COLOURS, 40.0, 3.0)
    assert found.min() == 0
    assert found.max() == 1


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_other_channel_counts_keep_every_bit(channels):
    batch = batch_of_pictures(np.full((channels, 4, 4), 0.3))
    transform = RandomColour(1.0)
    assert transform.apply(batch, transform.sample(batch, generator_of(0))) is batch


def test_padding_stays_and_elements_differ():
    transform = RandomColour(1.0, 60.0)
    batch = batch_of_pictures(COLOURS, COLOURS)
    after = transform.apply(batch, transform.sample(batch, generator_of(0)))
    first, second = pictures_of(after)
    assert np.abs(first - second).max() > 0.05
    assert (padding_of(after) == 1).all()
