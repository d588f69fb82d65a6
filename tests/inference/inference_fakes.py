"""Small fakes: a detector that finds dark blobs, a goods network that reads the mean, scans made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from imaging import Channel, Quantity, Scan, Source, View
from models import Component, ComponentSpec, Detections, ModelPackage, OperatingPoint, PackageSpec, TableRecord

LABELS = ("blade", "firearm")


class DarkBlobs(nn.Module):
    """Finds every connected region darker than 0.3: score 1 - its mean, label 0 when it lies, 1 when it stands."""

    def __init__(self):
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))
        self.passes = []

    def detect(self, image_BCHW, size_B2):
        self.passes.append(tuple(image_BCHW.shape))
        return [
            self._one(image[:, :height, :width])
            for image, (height, width) in zip(image_BCHW, size_B2.tolist(), strict=True)
        ]

    def _one(self, image_CHW):
        plane = image_CHW.mean(0).numpy()
        _, _, stats, _ = cv2.connectedComponentsWithStats((plane < 0.3).astype(np.uint8))
        found = []
        for left, top, width, height, _ in stats[1:]:
            score = 1 - float(plane[top : top + height, left : left + width].mean())
            found.append(([left, top, left + width, top + height], score, int(height > width)))
        found.sort(key=lambda entry: -entry[1])
        return Detections(
            torch.tensor([box for box, _, _ in found], dtype=torch.float32).reshape(-1, 4),
            torch.tensor([score for _, score, _ in found], dtype=torch.float32),
            torch.tensor([label for _, _, label in found], dtype=torch.int64),
        )


class MeanGoods(nn.Module):
    """Log-odds of two groups from the mean of the picture: dark speaks for steel, bright for textiles."""

    def forward(self, image_BCHW, size_B2):
        means = [image[:, :h, :w].mean() for image, (h, w) in zip(image_BCHW, size_B2.tolist(), strict=True)]
        return torch.stack([torch.stack([4 * (0.5 - mean), 4 * (mean - 0.5)]) for mean in means])


def component(role, module, *, channels=("single",), quantity="display", long_side=None, labels=LABELS, tile=None):
    spec = ComponentSpec(
        role=role,
        family="fake",
        arguments={},
        file=f"{role}.safetensors",
        sha256=role[0] * 64,
        channels=channels,
        quantity=quantity,
        normalisation="colour",
        long_side=long_side,
        tile=tile,
        labels=labels,
    )
    return Component(spec, module)


def package(*components, strict=0.9, loose=0.6, tables=(), points=True):
    frozen = (
        OperatingPoint(name="strict", rate=0.01, threshold=strict, n_clean=400, clean_scans=("c1", "c2")),
        OperatingPoint(name="loose", rate=0.05, threshold=loose, n_clean=400, clean_scans=("c1", "c2")),
    )
    spec = PackageSpec(
        name="fake",
        components=tuple(part.spec for part in components),
        operating_points=frozen if points else (),
        calibration=tuple(tables),
    )
    return ModelPackage(Path("fake"), spec, {part.spec.role: part for part in components})


def table(check, scanner="unknown", n=399, low=-3.0, high=0.5):
    scores = tuple(float(score) for score in np.linspace(low, high, n))
    return TableRecord(check=check, scanner=scanner, n=n, scores=scores)


def blob_pixels(*boxes, size_hw=(96, 128), level=2000, bright=60000, dtype=np.uint16):
    """A bright 16-bit plane with dark boxes (xyxy), noisy as every detector is: no two lines are alike."""
    rows = np.arange(size_hw[0])[:, None] % 7
    pixels = np.full(size_hw, bright, np.float64) - 40 * rows
    for left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = level
    pixels += np.random.default_rng(0).uniform(-300, 300, size_hw)
    return (pixels if dtype == np.uint16 else pixels / 257).astype(dtype)


def scan_of(pixels_HW, scan_id="s", view_id="0", quantity=Quantity.UNKNOWN):
    pixels = pixels_HW if pixels_HW.ndim == 3 else pixels_HW[None]
    names = {1: ("single",), 2: ("low", "high"), 3: ("red", "green", "blue")}[len(pixels)]
    view = View(view_id, pixels, tuple(map(Channel, names)), quantity)
    return Scan(scan_id, "unknown", (view,), Source((), "none"))


def read_lines(out):
    return [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").split("\n") if line]


def tree_bytes(out, *, but=("run.json",)):
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in but
    }
