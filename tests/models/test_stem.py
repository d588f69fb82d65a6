"""What the first layer computes on: every 16-bit level, in float32, whatever autocast says."""

import pytest
import torch

from models.build import build_network
from models.stem import TRANSMISSION_FLOOR, Attenuation, fit_first_convolution


@pytest.mark.parametrize("family", ["compact", "mobilenet", "fcos", "goods"])
def test_all_65536_levels_reach_the_first_convolution(family):
    net = build_network(family, channels=1, labels=2, normalisation="attenuation", width=32).eval()
    seen = []
    first = next(module for module in net.modules() if isinstance(module, torch.nn.Conv2d) and module.in_channels == 1)
    first.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    image = (torch.arange(65536).float() / 65535).view(1, 1, 256, 256)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        if family == "goods":
            net(image, torch.tensor([[256, 256]]))
        else:
            net.detect(image, torch.tensor([[256, 256]]))
    assert seen[0].dtype == torch.float32
    assert len(seen[0].unique()) == 65536


def test_attenuation_is_finite_for_no_light_and_zero_for_air():
    out = Attenuation(1)(torch.tensor([0.0, TRANSMISSION_FLOOR, 1.0]).view(1, 1, 1, 3)).flatten()
    assert torch.isfinite(out).all()
    assert out[0] == out[1]
    assert out[2] == 0


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_fitted_first_convolution_answers_grey_as_before(channels):
    torch.manual_seed(0)
    weight = torch.randn(8, 3, 3, 3)
    grey = torch.rand(1, 1, 9, 9)
    before = torch.nn.functional.conv2d(grey.expand(-1, 3, -1, -1), weight)
    after = torch.nn.functional.conv2d(grey.expand(-1, channels, -1, -1), fit_first_convolution(weight, channels))
    torch.testing.assert_close(before, after)


def test_three_channels_keep_their_colours():
    weight = torch.randn(2, 3, 3, 3)
    assert fit_first_convolution(weight, 3) is weight


def test_two_energies_give_their_difference_as_a_third_plane():
    image = torch.tensor([[[[0.5]], [[0.6]]]])
    out = Attenuation(2)(image).flatten().tolist()
    low, high = -torch.tensor([0.5, 0.6]).log()
    assert out == pytest.approx([0.2 * float(low), 0.2 * float(high), 2.0 * float(low - high)], abs=1e-6)
