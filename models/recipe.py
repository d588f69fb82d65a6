"""From plain arguments to what training needs: a component's description, its augmentation, its training module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch

import gpu
from gpu import Pipeline, PipelineParams, RandomProjection
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
    belt_speed_probability: float,
    noise_probability: float,
    noise_std: float,
    physics_probability: float,
    picture_probability: float,
    physical: bool,
    fill: float,
    projection: RandomProjection | None = None,
) -> Pipeline:
    """The device-side pipeline of training, in the order in which things come about.

    Threats first, while pixels are as the scanner made them; then what changes the beam, what the detector does to it,
    and last where things are. Pictures that display software made get changes of pictures, and no physics.
    """
    seen = _of_scanner(physics_probability) if physical else _of_picture(picture_probability)
    flip = gpu.RandomFlip(flip_probability, vertical_flip_probability)
    affine = gpu.RandomAffine(affine_probability, degrees, scale, shift)
    return Pipeline(
        (
            *([] if projection is None else [projection]),
            *seen,
            gpu.RandomBeltSpeed(belt_speed_probability),
            gpu.Warp((flip, affine), fill=fill),
            gpu.RandomNoise(noise_probability, noise_std),
        )
    )


def _of_scanner(probability: float) -> list[gpu.Transform]:
    """Another scanner, another day: each with the same chance; none at all at 0."""
    if not probability:
        return []
    return [
        gpu.RandomSpectralShift(probability),
        gpu.RandomClutter(probability),
        gpu.RandomScatter(probability),
        gpu.RandomBlur(probability),
        gpu.RandomInterlace(probability),
        gpu.RandomDose(probability),
        gpu.RandomElectronicNoise(probability),
        gpu.RandomLineNoise(probability),
        gpu.RandomGainDrift(probability),
        gpu.RandomDeadElements(probability),
        gpu.RandomSaturation(probability),
    ]


def _of_picture(probability: float) -> list[gpu.Transform]:
    """Other display software."""
    if not probability:
        return []
    return [
        gpu.RandomGamma(probability),
        gpu.RandomBrightnessContrast(probability),
        gpu.RandomColour(probability),
        gpu.RandomSharpness(probability),
    ]


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
