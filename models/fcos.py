"""torchvision's FCOS behind the same three calls as our own detector: loss, detect, and nothing else."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torchvision.models.detection import FCOS
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.ops import FeaturePyramidNetwork

from gpu import NO_BOX
from models.backbones import Backbone
from models.detections import Detections


class _Pyramid(nn.Module):
    """The backbone's maps at strides 8, 16, 32, all brought to one width."""

    def __init__(self, backbone: Backbone, width: int) -> None:
        super().__init__()
        self.backbone, self.out_channels = backbone, width
        self.pyramid = FeaturePyramidNetwork(list(backbone.widths), width)

    def forward(self, image_BCHW: Tensor) -> OrderedDict[str, Tensor]:
        """Maps by level, in float32: FCOS computes its boxes and losses on them."""
        maps = self.backbone(image_BCHW)
        return OrderedDict(
            (key, value.float()) for key, value in self.pyramid({str(i): m for i, m in enumerate(maps)}).items()
        )


class _AsItIs(nn.Module):
    """Stands in for torchvision's own resizing: our batches are scaled and padded already."""

    def forward(self, images: list[Tensor], targets: list[dict[str, Tensor]] | None = None) -> tuple[object, object]:
        """Images of one size -> torchvision's image list."""
        from torchvision.models.detection.image_list import ImageList  # noqa: PLC0415 - only this stand-in needs it

        stacked = torch.stack(images)
        return ImageList(stacked, [tuple(stacked.shape[-2:])] * len(images)), targets

    def postprocess(self, result: object, *_: object) -> object:
        """Boxes are in pixels of the batch image already."""
        return result


class FcosDetector(nn.Module):
    """FCOS (Tian et al., arXiv 1904.01355) over any backbone of `models.backbones`.

    Args:
        scale: the input scaling of `models.stem`.
        backbone: gives maps at strides 8, 16, 32.
        labels: how many labels.
        width: channels of pyramid and head; a multiple of 32 (group norm).
    """

    def __init__(self, scale: nn.Module, backbone: Backbone, labels: int, width: int = 96) -> None:
        super().__init__()
        self.scale = scale
        sizes = ((8,), (16,), (32,))
        self.fcos = FCOS(
            _Pyramid(backbone, width),
            num_classes=labels,
            anchor_generator=AnchorGenerator(sizes, ((1.0,),) * len(sizes)),
            score_thresh=0.01,
            nms_thresh=0.5,
            detections_per_img=100,
        )
        self.fcos.transform = _AsItIs()

    def loss(self, image_BCHW: Tensor, boxes_BN4: Tensor, labels_BN: Tensor) -> dict[str, Tensor]:
        """Training losses by name (scalars)."""
        targets = [
            {"boxes": boxes_N4[labels_N != NO_BOX], "labels": labels_N[labels_N != NO_BOX]}
            for boxes_N4, labels_N in zip(boxes_BN4, labels_BN, strict=True)
        ]
        return self.fcos(list(self.scale(image_BCHW)), targets)

    @torch.no_grad()
    def detect(self, image_BCHW: Tensor, size_B2: Tensor) -> list[Detections]:
        """At most 100 boxes an image, clipped to each picture, falling score."""
        found = self.fcos(list(self.scale(image_BCHW)))
        return [
            _clipped(one["boxes"], one["scores"], one["labels"], size_2)
            for one, size_2 in zip(found, size_B2, strict=True)
        ]


def _clipped(boxes_N4: Tensor, scores_N: Tensor, labels_N: Tensor, size_2: Tensor) -> Detections:
    boxes_N4 = torch.minimum(boxes_N4.clamp_min(0), size_2.flip(0).repeat(2).to(boxes_N4))
    real_N = ((boxes_N4[:, 2:] - boxes_N4[:, :2]) > 1).all(-1)
    order = scores_N[real_N].argsort(descending=True, stable=True)
    return Detections(boxes_N4[real_N][order], scores_N[real_N][order], labels_N[real_N][order])
