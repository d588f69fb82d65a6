"""Family name and plain arguments -> network. The one list of families."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from models.backbones import CompactBackbone, MobileBackbone
from models.centre_point import CentrePointDetector
from models.fcos import FcosDetector
from models.goods import GoodsNetwork
from models.starting_weights import load_imagenet
from models.stem import input_scale


def compact(*, channels: int, labels: int, normalisation: str, width: int = 96, imagenet: bool = False) -> nn.Module:
    """Our own network under the centre-point head."""
    if imagenet:
        raise ValueError("ImageNet weights fit the mobilenet family; found compact; choose --network.start random")
    scale = input_scale(normalisation, channels)
    return CentrePointDetector(scale, CompactBackbone(scale.planes, width), labels, width=width * 2 // 3)


def mobilenet(*, channels: int, labels: int, normalisation: str, width: int = 96, imagenet: bool = False) -> nn.Module:
    """MobileNetV2 under the centre-point head."""
    scale = input_scale(normalisation, channels)
    backbone = _mobile_backbone(scale.planes, imagenet)
    return CentrePointDetector(scale, backbone, labels, width=width * 2 // 3)


def fcos(*, channels: int, labels: int, normalisation: str, width: int = 96, imagenet: bool = False) -> nn.Module:
    """Torchvision's FCOS on a MobileNetV2 pyramid."""
    scale = input_scale(normalisation, channels)
    return FcosDetector(scale, _mobile_backbone(scale.planes, imagenet), labels, width=width)


def goods(*, channels: int, labels: int, normalisation: str, width: int = 96, imagenet: bool = False) -> nn.Module:
    """Goods groups of an image, learnt from declarations alone."""
    if imagenet:
        raise ValueError("ImageNet weights fit the mobilenet family; found goods; choose --network.start random")
    scale = input_scale(normalisation, channels)
    return GoodsNetwork(scale, CompactBackbone(scale.planes, width), labels)


def _mobile_backbone(planes: int, imagenet: bool) -> MobileBackbone:
    backbone = MobileBackbone(planes)
    if imagenet:
        load_imagenet(backbone, planes)
    return backbone


FAMILIES: dict[str, Callable[..., nn.Module]] = {
    "compact": compact,
    "mobilenet": mobilenet,
    "fcos": fcos,
    "goods": goods,
}


def build_network(family: str, **arguments: Any) -> nn.Module:
    """Build a network of a family.

    Raises:
        ValueError: for an unknown family, naming the known ones.
    """
    if family not in FAMILIES:
        raise ValueError(f"a family is one of {sorted(FAMILIES)}; found {family!r}; choose one of them")
    return FAMILIES[family](**arguments)
