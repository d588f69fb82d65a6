import numpy as np
import pytest
import torch
from torchvision.transforms.v2 import functional

from gpu.picture.sharpness import RandomSharpness
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves


def sharpened(batch, low, high):
    transform = RandomSharpness(1.0, (low, high))
    params = transform.sample(batch, generator_of(0))
    return transform.apply(batch, params), params.sharpness_B.tolist()


@pytest.mark.parametrize("channels", [slice(0, 1), slice(0, 2), [0, 1, 0]])
@pytest.mark.parametrize("factors", [(0.0, 1.0), (1.5, 3.0)])
def test_each_picture_is_what_torchvision_makes_of_it(channels, factors):
    pictures = [picture[channels] for picture in (waves(30, 47), waves(33, 20, seed=1).round(), waves(3, 3, seed=2))]
    after, drawn = sharpened(batch_of_pictures(*pictures), *factors)
    for found, picture, factor in zip(pictures_of(after), pictures, drawn, strict=True):
        planes = [functional.adjust_sharpness(torch.from_numpy(plane[None]), factor)[0] for plane in picture]
        np.testing.assert_allclose(found, np.array(planes), atol=1e-5)
    assert (padding_of(after) == 1).all()


def test_flat_small_and_unchanged_pictures():
    thin, flat = waves(1, 30), np.full((2, 9, 9), 0.25)
    of_thin, of_flat = pictures_of(sharpened(batch_of_pictures(thin, flat), 3.0, 3.0)[0])
    np.testing.assert_array_equal(of_thin, thin)
    np.testing.assert_allclose(of_flat, 0.25, atol=1e-6)
    np.testing.assert_allclose(pictures_of(sharpened(batch_of_pictures(waves(9, 9)), 1.0, 1.0)[0])[0], waves(9, 9))
