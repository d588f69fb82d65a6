"""Which goods groups an image holds, learnt from declarations alone: multiple-instance learning.

A declaration says what is somewhere in the unit, not where. Each cell of the feature map gives a log-odds per group;
the image's is their log-mean-exp, which lets a few cells speak for a group that fills only a part of the unit.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from models.backbones import Backbone
from models.blocks import TopDown, biased, convolution

STRIDE = 8
RARE = -2.0
"""Log-odds that an untrained network gives every group: most groups are not in most units."""

SHARPNESS = 4.0
"""Of the pooling: 0 would be the mean over cells, infinity their maximum."""


class GoodsNetwork(nn.Module):
    """Scaled input -> backbone -> log-odds per cell and group -> log-odds per image and group.

    Args:
        scale: the input scaling of `models.stem`.
        backbone: gives maps at strides 8, 16, 32.
        groups: how many goods groups.
        width: channels of the pyramid.
    """

    def __init__(self, scale: nn.Module, backbone: Backbone, groups: int, width: int = 96) -> None:
        super().__init__()
        self.scale, self.backbone = scale, backbone
        self.neck = TopDown(backbone.widths, width)
        self.answer = nn.Sequential(convolution(width, width), nn.Dropout(0.1), biased(width, groups, RARE))

    def cells(self, image_BCHW: Tensor) -> Tensor:
        """Log-odds per cell: (B, G, H/8, W/8) float32, for heat maps of where a group is seen."""
        return self.answer(self.neck(self.backbone(self.scale(image_BCHW)))).float()

    def forward(self, image_BCHW: Tensor, size_B2: Tensor) -> Tensor:
        """(B, C, H, W) and the picture's rows and columns -> log-odds (B, G) float32; padding does not speak."""
        logit_BGHW = self.cells(image_BCHW)
        height, width = logit_BGHW.shape[-2:]
        rows_BH = torch.arange(height, device=size_B2.device) * STRIDE < size_B2[:, :1]
        columns_BW = torch.arange(width, device=size_B2.device) * STRIDE < size_B2[:, 1:]
        inside_BHW = rows_BH[:, :, None] & columns_BW[:, None, :]
        spoken = (SHARPNESS * logit_BGHW).masked_fill(~inside_BHW[:, None], -math.inf)
        count_B1 = inside_BHW.sum((1, 2))[:, None].clamp_min(1)
        return (spoken.flatten(2).logsumexp(-1) - count_B1.log()) / SHARPNESS
