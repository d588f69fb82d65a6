import numpy as np
import torch
from scipy import ndimage

from gpu.taps import edges_held, weighted
from tests.gpu.pictures import batch_of_pictures, pictures_of, waves


def test_edges_go_on_over_padding():
    batch = batch_of_pictures(waves(5, 9), waves(32, 3), waves(1, 1))
    held = edges_held(batch.image_BCHW, batch.size_B2, 2)
    assert held.shape == (3, 2, 36, 36)
    for found, picture in zip(held.numpy(), pictures_of(batch), strict=True):
        rows, columns = picture.shape[1:]
        np.testing.assert_array_equal(found, np.pad(picture, ((0, 0), (2, 34 - rows), (2, 34 - columns)), "edge"))


def test_each_element_has_its_own_kernel():
    image, weights = torch.rand(2, 3, 11, 13), torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.2, 0.05]])
    found = weighted(image, weights)
    torch.testing.assert_close(found[0], image[0, :, 2:-2, 2:-2], rtol=0, atol=0)
    taps = [0.05, 0.2, 0.5, 0.2, 0.05]
    for plane, of_plane in zip(image[1].numpy(), found[1].numpy(), strict=True):
        want = ndimage.correlate1d(ndimage.correlate1d(plane, taps, 0), taps, 1)[2:-2, 2:-2]
        np.testing.assert_allclose(of_plane, want, rtol=0, atol=1e-6)
