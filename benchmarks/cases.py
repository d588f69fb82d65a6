"""What is measured: each case gives calls to time side by side, `ours` first, and how much one call does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import tifffile
import torch

from benchmarks.augmenting import augmenting_cases
from benchmarks.case import Case
from benchmarks.pooling import pooling_cases
from benchmarks.reading import reading_cases
from imaging import read_scan, write_tiff
from models.build import build_network


def cases(folder: Path) -> Iterator[Case]:
    """Every case; files are written to `folder`."""
    yield _help()
    yield from augmenting_cases()
    yield _pair_reading(folder)
    yield from reading_cases(folder)
    yield from pooling_cases(folder)
    yield _detector()


def _help() -> Case:
    root = Path(__file__).resolve().parent.parent

    def start(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *words], cwd=root, capture_output=True, check=True)

    calls = {"ours": start("train.py", "fit", "--help"), "import torch": start("-c", "import torch")}
    return Case("train.py fit --help", "s", 1, calls, limit=1.5, higher_is_better=False)


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
