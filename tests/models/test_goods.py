"""The goods network: padding does not speak, and a group that fills a part of the image is heard."""

import torch

from models.build import build_network


def network():
    torch.manual_seed(0)
    return build_network("goods", channels=2, labels=4, normalisation="attenuation", width=32).eval()


def test_answers_one_log_odds_per_group():
    assert network()(torch.rand(3, 2, 64, 96), torch.tensor([[64, 96]] * 3)).shape == (3, 4)


def test_pooling_lies_between_mean_and_maximum_of_the_cells():
    net = network()
    image = torch.rand(1, 2, 64, 64)
    cells = net.cells(image).flatten(2)
    pooled = net(image, torch.tensor([[64, 64]]))
    assert (pooled <= cells.amax(-1) + 1e-5).all()
    assert (pooled >= cells.mean(-1) - 1e-5).all()


def test_cells_on_padding_do_not_count():
    net = network()
    image = torch.rand(1, 2, 64, 64)
    cells = net.cells(image)
    pooled = net(image, torch.tensor([[64, 32]]))
    inside = cells[..., :4].flatten(2)
    expected = (4 * inside).exp().mean(-1).log() / 4
    torch.testing.assert_close(pooled, expected)
