"""Backbones: image -> maps at strides 8, 16 and 32. The first convolution always computes in float32."""

from __future__ import annotations

import torchvision
from torch import Tensor, nn

from models.blocks import Residual, convolution
from models.stem import Float32


class Backbone(nn.Module):
    """Image -> maps at strides 8, 16 and 32, with `widths` channels."""

    widths: tuple[int, int, int]


class CompactBackbone(Backbone):
    """Our own: plain 3x3 residual stages, about a million parameters at width 96, any number of channels."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        quarter, half, wide, wider = width // 4, width // 2, width * 3 // 2, width * 2
        self.stem = Float32(convolution(channels, quarter, stride=2))
        self.stage4 = nn.Sequential(convolution(quarter, half, stride=2), Residual(half))
        self.stage8 = nn.Sequential(convolution(half, width, stride=2), Residual(width), Residual(width))
        self.stage16 = nn.Sequential(convolution(width, wide, stride=2), Residual(wide), Residual(wide))
        self.stage32 = nn.Sequential(convolution(wide, wider, stride=2), Residual(wider))
        self.widths = (width, wide, wider)

    def forward(self, image_BCHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, C, H, W) -> maps at strides 8, 16, 32."""
        at8 = self.stage8(self.stage4(self.stem(image_BCHW)))
        at16 = self.stage16(at8)
        return at8, at16, self.stage32(at16)


class MobileBackbone(Backbone):
    """torchvision's MobileNetV2, so that its ImageNet weights fit; any number of channels."""

    widths = (32, 96, 1280)

    def __init__(self, channels: int) -> None:
        super().__init__()
        features = torchvision.models.mobilenet_v2(weights=None).features
        if channels != 3:
            features[0][0] = nn.Conv2d(channels, 32, 3, 2, 1, bias=False)
        self.stem = Float32(features[0])
        self.to8, self.to16, self.to32 = features[1:7], features[7:14], features[14:]

    def forward(self, image_BCHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, C, H, W) -> maps at strides 8, 16, 32."""
        at8 = self.to8(self.stem(image_BCHW))
        at16 = self.to16(at8)
        return at8, at16, self.to32(at16)
