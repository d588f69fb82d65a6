"""Augmentation of a batch: the same list of operations by every library, on whatever device there is.

All peers have the same threads; albumentations runs in one process, as in a loader without workers. Times include the
drawing of parameters and the boxes where a library moves them. The limit is what copying the batch reaches: an image
must be read once and written once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import albumentations
import kornia.augmentation
import numpy as np
import torch
from torchvision.transforms import v2

from benchmarks.case import Case
from benchmarks.timing import side_by_side
from gpu import Batch, Pipeline, RandomAffine, RandomFlip, RandomGamma, RandomNoise, Sample, Warp, collate

_COUNT, _SIDE = 16, 512
_DEGREES, _SCALE, _SHIFT, _NOISE, _GAMMA = 15.0, (0.8, 1.25), 0.1, 0.02, (0.8, 1.25)
Call = Callable[[], object]


def augmenting_cases() -> Iterator[Case]:
    """Flip, affine, noise and gamma on 16 images of 512x512 float32, for 1, 2 and 3 channels."""
    for channels in (1, 2, 3):
        yield _case(channels, torch.device("cuda" if torch.cuda.is_available() else "cpu"))


def _case(channels: int, device: torch.device) -> Case:
    generator = np.random.default_rng(0)
    boxes, labels = np.array([[100, 100, 200, 220]], np.float32), np.zeros(1, np.int64)
    images = [generator.random((channels, _SIDE, _SIDE), np.float32) for _ in range(_COUNT)]
    batch = collate([Sample(image, boxes, labels) for image in images], fill=1.0).to(device)
    calls = {
        **_ours(batch),
        "albumentations": _albumentations(images, boxes, labels),
        "torchvision v2": _torchvision(batch),
        "kornia": _kornia(batch),
    }
    calls = {name: _synchronised(call, device) for name, call in calls.items()}
    copying = side_by_side(
        {"copy": _synchronised(lambda: torch.empty_like(batch.image_BCHW).copy_(batch.image_BCHW), device)}
    )
    limit = _COUNT / copying["copy"].median_s
    return Case(f"augment 512x512, {channels} channels, {device.type}", "images/s", _COUNT, calls, limit=limit)


def _ours(batch: Batch) -> dict[str, Call]:
    move = Warp((RandomFlip(0.5, 0.5), RandomAffine(1.0, _DEGREES, _SCALE, _SHIFT)))
    steps = Pipeline((move, RandomNoise(1.0, _NOISE), RandomGamma(1.0, _GAMMA)))
    seeds = torch.Generator().manual_seed(0)
    compiled = torch.compile(steps.apply, dynamic=False)
    return {
        "ours": lambda: compiled(batch, steps.sample(batch, seeds)),
        "ours, without a compiler": lambda: steps.apply(batch, steps.sample(batch, seeds)),
    }


def _albumentations(images: list[np.ndarray], boxes: np.ndarray, labels: np.ndarray) -> Call:
    gamma = tuple(round(100 * value) for value in _GAMMA)
    steps = albumentations.Compose(
        [
            albumentations.HorizontalFlip(p=0.5),
            albumentations.VerticalFlip(p=0.5),
            albumentations.Affine(_SCALE, (-_SHIFT, _SHIFT), rotate=(-_DEGREES, _DEGREES), fill=1.0, p=1.0),
            albumentations.GaussNoise((0.0, _NOISE), p=1.0),
            albumentations.RandomGamma(gamma, p=1.0),
        ],
        bbox_params=albumentations.BboxParams("pascal_voc", label_fields=["labels"]),
        seed=0,
    )
    rows = [np.ascontiguousarray(np.moveaxis(image, 0, -1)) for image in images]
    return lambda: [steps(image=row, bboxes=boxes, labels=labels) for row in rows]


def _torchvision(batch: Batch) -> Call:
    """An image at a time: given a batch, it would turn all images alike."""
    steps = v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomVerticalFlip(),
            v2.RandomAffine(_DEGREES, (_SHIFT, _SHIFT), _SCALE, interpolation=v2.InterpolationMode.BILINEAR, fill=1.0),
            v2.GaussianNoise(sigma=_NOISE / 2, clip=False),
            v2.Lambda(lambda image: image.clamp_min(0).pow(1.1)),
        ]
    )
    return lambda: [steps(image) for image in batch.image_BCHW]


def _kornia(batch: Batch) -> Call:
    steps = kornia.augmentation.AugmentationSequential(
        kornia.augmentation.RandomHorizontalFlip(p=0.5),
        kornia.augmentation.RandomVerticalFlip(p=0.5),
        kornia.augmentation.RandomAffine(_DEGREES, (_SHIFT, _SHIFT), _SCALE, p=1.0),
        kornia.augmentation.RandomGaussianNoise(std=_NOISE / 2, p=1.0),
        kornia.augmentation.RandomGamma(_GAMMA, p=1.0),
        data_keys=["input", "bbox_xyxy"],
    )
    return lambda: steps(batch.image_BCHW, batch.boxes_BN4)


def _synchronised(call: Call, device: torch.device) -> Call:
    if device.type == "cpu":
        return call

    def timed() -> object:
        done = call()
        torch.cuda.synchronize()
        return done

    return timed
