"""From plain arguments to what training needs: a component's description, its augmentation, its training module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch

from gpu import Pipeline, PipelineParams, RandomAffine, RandomFlip, RandomNoise, RandomProjection, Warp
from models.build import build_network
from models.spec import ComponentSpec
from models.training import DetectorTraining, GoodsTraining


def component(
    *,
    role: Literal["detector", "goods"],
    family: str,
    width: int,
    channels: tuple[str, ...],
    physical: bool,
    long_side: int | None,
    labels: tuple[str, ...],
) -> ComponentSpec:
    """Describe a component that is about to be trained.

    Raises:
        ValueError: when the family does not answer the role.
    """
    if (family == "goods") != (role == "goods"):
        raise ValueError(
            f"the goods family answers the goods role, and nothing else does; found {family!r} for {role!r}; "
            "set --network.role and --network.family to match"
        )
    normalisation: Literal["attenuation", "colour"] = "attenuation" if physical else "colour"
    arguments = {"channels": len(channels), "labels": len(labels), "normalisation": normalisation, "width": width}
    return ComponentSpec(
        role=role,
        family=family,
        arguments=arguments,
        file=f"{role}.safetensors",
        channels=channels,
        quantity="physical" if physical else "display",
        normalisation=normalisation,
        long_side=long_side,
        labels=labels,
    )


def augmentation(
    *,
    flip_probability: float,
    vertical_flip_probability: float,
    affine_probability: float,
    degrees: float,
    scale: tuple[float, float],
    shift: float,
    noise_probability: float,
    noise_std: float,
    fill: float,
    projection: RandomProjection | None = None,
) -> Pipeline:
    """The device-side pipeline of training: threats first, while pixels are as the scanner made them."""
    flip = RandomFlip(flip_probability, vertical_flip_probability)
    affine = RandomAffine(affine_probability, degrees, scale, shift)
    return Pipeline(
        (
            *([] if projection is None else [projection]),
            Warp((flip, affine), fill=fill),
            RandomNoise(noise_probability, noise_std),
        )
    )


def training(
    part: ComponentSpec,
    augment: Pipeline,
    *,
    imagenet: bool,
    learning_rate: float,
    backbone_rate: float,
    weight_decay: float,
    seed: int,
    on_drawn: Callable[[PipelineParams], None] | None = None,
) -> DetectorTraining | GoodsTraining:
    """The Lightning module of a component, its network built and, if asked, started from ImageNet."""
    network = build_network(part.family, imagenet=imagenet, **part.arguments).to(memory_format=torch.channels_last)
    module = DetectorTraining if part.role == "detector" else GoodsTraining
    return module(
        network,
        augment,
        labels=part.labels,
        learning_rate=learning_rate,
        backbone_rate=backbone_rate,
        weight_decay=weight_decay,
        seed=seed,
        on_drawn=on_drawn,
    )
