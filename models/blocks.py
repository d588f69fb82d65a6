"""Building blocks shared by the networks."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional


def convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """Convolution, batch norm, ReLU; padded so that stride 1 keeps the size."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def biased(inputs: int, outputs: int, bias: float) -> nn.Conv2d:
    """1x1 convolution that answers about `bias` everywhere before it has learnt anything."""
    layer = nn.Conv2d(inputs, outputs, 1)
    assert layer.bias is not None
    nn.init.constant_(layer.bias, bias)
    return layer


class Residual(nn.Module):
    """Two 3x3 convolutions around a half-width bottleneck, added to the input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(convolution(width, width // 2), convolution(width // 2, width))

    def forward(self, features: Tensor) -> Tensor:
        """Same shape out as in."""
        return features + self.body(features)


class TopDown(nn.Module):
    """Feature pyramid: coarse maps are brought up and added to finer ones; the finest comes out.

    Args:
        inputs: channels of the maps, fine to coarse, each half the size of the one before.
        width: channels of the result.
    """

    def __init__(self, inputs: Sequence[int], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(channels, width, 1) for channels in inputs)
        self.smooth = nn.ModuleList(convolution(width, width) for _ in inputs[1:])

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """(B, C_i, H_i, W_i) fine to coarse -> (B, width, H_0, W_0)."""
        merged = self.lateral[-1](maps[-1])
        for index in range(len(maps) - 2, -1, -1):
            lateral = self.lateral[index](maps[index])
            merged = self.smooth[index](lateral + functional.interpolate(merged, size=lateral.shape[-2:]))
        return merged
