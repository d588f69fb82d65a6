"""Anchor-free detector: a heat map of object centres per label and four distances to the box's edges.

After CenterNet (Zhou et al., arXiv 1904.07850) with the Gaussian-weighted box training of TTFNet (Liu et al., arXiv
1909.00700), which learns from few images because every cell near a centre is trained to give the box.
"""

from __future__ import annotations

import math

import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional

from gpu import NO_BOX
from models.backbones import Backbone
from models.blocks import TopDown, biased, convolution
from models.detections import Detections

STRIDE = 8
MOST_DETECTIONS = 100
SPREAD = 0.54
"""Width of a Gaussian as a share of the box's side over 6, and the share of the box that it covers (TTFNet's alpha)."""
BOX_WEIGHT = 5.0
"""Weight of the box loss against the heat map's (TTFNet)."""
PRIOR = 0.01
"""Score that an untrained head gives everywhere: keeps the first steps from drowning in empty cells."""


class CentrePointDetector(nn.Module):
    """Scaled input -> backbone -> pyramid -> heat map and distances at stride 8.

    Args:
        scale: the input scaling of `models.stem`.
        backbone: gives maps at strides 8, 16, 32; its `widths` say how many channels.
        labels: how many labels.
        width: channels of pyramid and head.
    """

    def __init__(self, scale: nn.Module, backbone: Backbone, labels: int, width: int = 64) -> None:
        super().__init__()
        self.scale, self.backbone = scale, backbone
        self.neck = TopDown(backbone.widths, width)
        self.heat = nn.Sequential(convolution(width, width), biased(width, labels, math.log(PRIOR / (1 - PRIOR))))
        self.reach = nn.Sequential(convolution(width, width), biased(width, 4, math.log(4.0)))

    def forward(self, image_BCHW: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, H, W), sides multiples of 32 -> heat logits (B, K, H/8, W/8) and boxes (B, 4, H/8, W/8) in pixels."""
        merged = self.neck(self.backbone(self.scale(image_BCHW)))
        distance_B4HW = self.reach(merged).float().clamp(-4, 6).exp() * STRIDE
        return self.heat(merged).float(), _boxes_from(distance_B4HW)

    def loss(self, image_BCHW: Tensor, boxes_BN4: Tensor, labels_BN: Tensor) -> dict[str, Tensor]:
        """Training losses `heat` and `box` (scalars), over the number of objects; images without any count too."""
        logit_BKHW, predicted_B4HW = self(image_BCHW)
        target_BKHW, owner_BHW, weight_BHW = _targets(boxes_BN4, labels_BN, logit_BKHW.shape)
        objects = (labels_BN != NO_BOX).sum().clamp_min(1)
        wanted_B4HW = _boxes_of_owner(boxes_BN4, owner_BHW)
        overlap_BHW = _generalised_iou(predicted_B4HW, wanted_B4HW)
        box = ((1 - overlap_BHW) * weight_BHW).sum() / weight_BHW.sum().clamp_min(1e-6)
        return {"heat": _focal(logit_BKHW, target_BKHW) / objects, "box": BOX_WEIGHT * box}

    @torch.no_grad()
    def detect(self, image_BCHW: Tensor, size_B2: Tensor) -> list[Detections]:
        """Peaks of the heat map with their boxes, clipped to each picture; at most 100 an image, falling score."""
        logit_BKHW, boxes_B4HW = self(image_BCHW)
        score_BKHW = logit_BKHW.sigmoid()
        peak = functional.max_pool2d(score_BKHW, 3, stride=1, padding=1) == score_BKHW
        score_BKHW = score_BKHW * peak
        count = min(MOST_DETECTIONS, score_BKHW[0].numel())
        best_BM, place_BM = score_BKHW.flatten(1).topk(count)
        cells = score_BKHW.shape[-2] * score_BKHW.shape[-1]
        boxes_BM4 = boxes_B4HW.flatten(2).gather(2, (place_BM % cells)[:, None].expand(-1, 4, -1)).transpose(1, 2)
        return [
            _finished(boxes_BM4[index], best_BM[index], place_BM[index] // cells, size_B2[index])
            for index in range(len(image_BCHW))
        ]


def _finished(boxes_M4: Tensor, scores_M: Tensor, labels_M: Tensor, size_2: Tensor) -> Detections:
    limit_4 = size_2.flip(0).repeat(2).to(boxes_M4)
    boxes_M4 = torch.minimum(boxes_M4.clamp_min(0), limit_4)
    real_M = ((boxes_M4[:, 2:] - boxes_M4[:, :2]) > 1).all(-1) & (scores_M > 0)
    boxes_M4, scores_M, labels_M = boxes_M4[real_M], scores_M[real_M], labels_M[real_M]
    keep = torchvision.ops.batched_nms(boxes_M4, scores_M, labels_M, 0.5)
    return Detections(boxes_M4[keep], scores_M[keep], labels_M[keep])


def _cell_centres(height: int, width: int, like: Tensor) -> tuple[Tensor, Tensor]:
    y_H = (torch.arange(height, device=like.device, dtype=torch.float32) + 0.5) * STRIDE
    x_W = (torch.arange(width, device=like.device, dtype=torch.float32) + 0.5) * STRIDE
    return y_H, x_W


def _boxes_from(distance_B4HW: Tensor) -> Tensor:
    """Distances left, top, right, bottom of every cell's centre -> xyxy boxes in pixels."""
    y_H, x_W = _cell_centres(distance_B4HW.shape[-2], distance_B4HW.shape[-1], distance_B4HW)
    left, top, right, bottom = distance_B4HW.unbind(1)
    return torch.stack([x_W - left, y_H[:, None] - top, x_W + right, y_H[:, None] + bottom], dim=1)


def _targets(boxes_BN4: Tensor, labels_BN: Tensor, shape: torch.Size) -> tuple[Tensor, Tensor, Tensor]:
    """Heat target (B, K, H, W), the box each cell belongs to (B, H, W) and its weight (B, H, W)."""
    batch, labels, height, width = shape
    if boxes_BN4.shape[1] == 0:
        empty = boxes_BN4.new_zeros(batch, height, width)
        return boxes_BN4.new_zeros(shape), empty.long(), empty
    gauss_BNHW, inside_BNHW, area_BN = _gaussians(boxes_BN4, labels_BN, height, width)
    kind_BNK = functional.one_hot(labels_BN.clamp_min(0), labels).to(gauss_BNHW)
    target_BKHW = torch.stack([(gauss_BNHW * kind_BNK[:, :, k, None, None]).amax(1) for k in range(labels)], dim=1)
    # A cell inside several Gaussians belongs to the smallest box: the large one keeps other cells.
    order_BNHW = torch.where(inside_BNHW, area_BN[..., None, None], torch.inf)
    owner_BHW = order_BNHW.argmin(1)
    weight_BNHW = gauss_BNHW * inside_BNHW
    share_BN = weight_BNHW.sum((2, 3)).clamp_min(1e-6)
    # Large boxes have many cells; the logarithm keeps them ahead of small ones without drowning those.
    weight_BNHW = weight_BNHW * (area_BN.clamp_min(1).log() / share_BN)[..., None, None]
    weight_BHW = weight_BNHW.gather(1, owner_BHW[:, None])[:, 0] * inside_BNHW.any(1)
    return target_BKHW, owner_BHW, weight_BHW


def _gaussians(boxes_BN4: Tensor, labels_BN: Tensor, height: int, width: int) -> tuple[Tensor, Tensor, Tensor]:
    """A Gaussian per box, 1 at the cell of its centre; the cells that train its box; and its area in pixels."""
    y_H, x_W = _cell_centres(height, width, boxes_BN4)
    size_BN2 = (boxes_BN4[..., 2:] - boxes_BN4[..., :2]).clamp_min(1e-3)
    middle_BN2 = (boxes_BN4[..., 2:] + boxes_BN4[..., :2]) / 2
    limit = middle_BN2.new_tensor([width, height])
    cell_BN2 = (torch.minimum((middle_BN2 / STRIDE).floor().clamp_min(0), limit - 1) + 0.5) * STRIDE
    sigma_BN2 = (size_BN2 * SPREAD / 6).clamp_min(STRIDE / 4)
    across_BNW = ((x_W - cell_BN2[..., :1]) / sigma_BN2[..., :1]) ** 2
    down_BNH = ((y_H - cell_BN2[..., 1:]) / sigma_BN2[..., 1:]) ** 2
    real_BN11 = (labels_BN != NO_BOX)[..., None, None]
    gauss_BNHW = torch.exp(-(down_BNH[..., :, None] + across_BNW[..., None, :]) / 2) * real_BN11
    return gauss_BNHW, (gauss_BNHW > 0.02) & real_BN11, size_BN2.prod(-1)


def _boxes_of_owner(boxes_BN4: Tensor, owner_BHW: Tensor) -> Tensor:
    if boxes_BN4.shape[1] == 0:
        return boxes_BN4.new_zeros(len(owner_BHW), 4, *owner_BHW.shape[1:])
    chosen_BM4 = boxes_BN4.gather(1, owner_BHW.flatten(1)[..., None].expand(-1, -1, 4))
    return chosen_BM4.transpose(1, 2).unflatten(2, owner_BHW.shape[1:])


def _focal(logit: Tensor, target: Tensor) -> Tensor:
    """Penalty-reduced focal loss of CornerNet (arXiv 1808.01244, eq. 1), alpha 2, beta 4, summed."""
    probability = logit.sigmoid()
    at_centre = target > 0.999
    hit = functional.logsigmoid(logit) * (1 - probability) ** 2
    miss = functional.logsigmoid(-logit) * probability**2 * (1 - target) ** 4
    return -torch.where(at_centre, hit, miss).sum()


def _generalised_iou(one_B4HW: Tensor, other_B4HW: Tensor) -> Tensor:
    """Generalised IoU (Rezatofighi et al., arXiv 1902.09630) of boxes laid out as (B, 4, H, W) -> (B, H, W)."""
    low, high = torch.maximum(one_B4HW[:, :2], other_B4HW[:, :2]), torch.minimum(one_B4HW[:, 2:], other_B4HW[:, 2:])
    shared = (high - low).clamp_min(0).prod(1)
    areas = [(box[:, 2:] - box[:, :2]).clamp_min(0).prod(1) for box in (one_B4HW, other_B4HW)]
    union = (areas[0] + areas[1] - shared).clamp_min(1e-6)
    low, high = torch.minimum(one_B4HW[:, :2], other_B4HW[:, :2]), torch.maximum(one_B4HW[:, 2:], other_B4HW[:, 2:])
    hull = (high - low).clamp_min(0).prod(1).clamp_min(1e-6)
    return shared / union - (hull - union) / hull
