"""What is measured: each case gives calls to time side by side, `ours` first, and how much one call does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import albumentations
import cv2
import numpy as np
import tifffile
import torch
from torchvision.transforms import v2

from benchmarks.case import Case
from benchmarks.reading import reading_cases
from gpu import Pipeline, RandomAffine, RandomFlip, RandomNoise, Sample, collate
from imaging import read_scan, write_tiff
from models.build import build_network


def cases(folder: Path) -> Iterator[Case]:
    """Every case; files are written to `folder`."""
    yield _help()
    for channels in (1, 2, 3):
        yield _augmentation(channels)
    yield _pair_reading(folder)
    yield from reading_cases(folder)
    yield _detector()


def _help() -> Case:
    root = Path(__file__).resolve().parent.parent

    def start(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *words], cwd=root, capture_output=True, check=True)

    calls = {"ours": start("train.py", "fit", "--help"), "import torch": start("-c", "import torch")}
    return Case("train.py fit --help", "s", 1, calls, limit=1.5, higher_is_better=False)


def _augmentation(channels: int) -> Case:
    """Flip, affine and noise on 16 images of 512x512, two threads each."""
    count, side = 16, 512
    generator = np.random.default_rng(0)
    boxes, labels = np.array([[100, 100, 200, 220]], np.float32), np.zeros(1, np.int64)
    images = [generator.random((channels, side, side), np.float32) for _ in range(count)]
    batch = collate([Sample(image, boxes, labels) for image in images], fill=1.0)
    ours = Pipeline((RandomFlip(0.5, 0.5), RandomAffine(1.0, 15.0, (0.8, 1.25), 0.1), RandomNoise(1.0, 0.02)))
    seeds = torch.Generator().manual_seed(0)
    vision = v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomVerticalFlip(),
            v2.RandomAffine(15, (0.1, 0.1), (0.8, 1.25), interpolation=v2.InterpolationMode.BILINEAR, fill=1.0),
            v2.GaussianNoise(sigma=0.01, clip=False),
        ]
    )
    album = albumentations.Compose(
        [
            albumentations.HorizontalFlip(p=0.5),
            albumentations.VerticalFlip(p=0.5),
            albumentations.Affine((0.8, 1.25), (-0.1, 0.1), rotate=(-15, 15), fill=1.0, p=1.0),
            albumentations.GaussNoise((0.0, 0.02), p=1.0),
        ],
        bbox_params=albumentations.BboxParams("pascal_voc", label_fields=["labels"]),
        seed=0,
    )
    rows = [np.ascontiguousarray(np.moveaxis(image, 0, -1)) for image in images]
    calls = {
        "ours": lambda: ours.apply(batch, ours.sample(batch, seeds)),
        "torchvision v2": lambda: [vision(image) for image in batch.image_BCHW],
        "albumentations": lambda: [album(image=row, bboxes=boxes, labels=labels) for row in rows],
    }
    return Case(f"augment 512x512, {channels} channels", "images/s", count, calls)


def _pair_reading(folder: Path) -> Case:
    """A 2048x1024 dual-energy scan, 16 bits, as zstd TIFF and as a pair of PNG."""
    smooth = cv2.GaussianBlur(np.random.default_rng(0).normal(30000, 12000, (2048, 1024)), (0, 0), 9)
    plane = (smooth + np.random.default_rng(1).normal(0, 40, smooth.shape)).clip(0, 65535).astype(np.uint16)
    both = np.stack([plane, plane // 2])
    write_tiff(folder / "scan.tiff", both)
    pair = [folder / "scan_low.png", folder / "scan_high.png"]
    for path, image in zip(pair, both, strict=True):
        cv2.imwrite(str(path), image)
    calls = {
        "ours": lambda: read_scan(folder / "scan.tiff"),
        "tifffile": lambda: tifffile.imread(folder / "scan.tiff"),
        "ours, pair of PNG": lambda: read_scan(pair),
        "cv2, pair of PNG": lambda: [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in pair],
    }
    return Case("read 2x2048x1024 uint16", "MB/s", both.nbytes / 1e6, calls)


def _detector() -> Case:
    """The compact detector over 8 dual-energy scans of 256x544, as `infer.py` runs it, and in float32."""
    torch.manual_seed(0)
    network = build_network("compact", channels=2, labels=6, normalisation="attenuation").eval()
    network = network.to(memory_format=torch.channels_last)
    image = torch.rand(8, 2, 256, 544).contiguous(memory_format=torch.channels_last)
    size = torch.tensor([[256, 544]] * 8)

    def bf16() -> object:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return network.detect(image, size)

    return Case(
        "compact detector, batch 8", "images/s", 8, {"ours": bf16, "float32": lambda: network.detect(image, size)}
    )
