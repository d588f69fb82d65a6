"""Near-duplicates: what must be found, what must not, and what the threshold means on real bags."""

import json

import cv2
import numpy as np
import pytest

from datasets.near_duplicates import SAME_CORRELATION, near_duplicates, thumbnail
from imaging import Channel, Quantity, View, read_scan


def view(pixels: np.ndarray) -> View:
    return View("v", pixels[None], (Channel("single"),), Quantity.UNKNOWN)


def smooth(seed: int, height: int = 120, width: int = 160) -> np.ndarray:
    coarse = np.random.default_rng(seed).uniform(0, 60000, (6, 8)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 65535).astype(np.uint16)


def test_nothing_has_no_duplicates_and_blank_pictures_resemble_nothing():
    assert near_duplicates({}) == []
    blank = thumbnail(view(np.full((10, 10), 7, np.uint16)))
    assert not blank.any()
    assert near_duplicates({"a": blank, "b": blank}) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image[:, ::-1],
        lambda image: cv2.resize(image, (200, 90), interpolation=cv2.INTER_AREA),
        lambda image: (image * 0.8).astype(np.uint16),
        lambda image: image[2:-2, 2:-2],
        lambda image: (image + np.random.default_rng(0).normal(0, 900, image.shape)).clip(0, 65535).astype(np.uint16),
    ],
    ids=["mirrored", "resized", "darker", "cropped a little", "noisy"],
)
def test_the_same_scan_is_found_again(change):
    thumbnails = {f"other{seed}": thumbnail(view(smooth(seed))) for seed in range(1, 30)}
    thumbnails |= {"one": thumbnail(view(smooth(0))), "again": thumbnail(view(np.ascontiguousarray(change(smooth(0)))))}
    assert near_duplicates(thumbnails) == [("again", "one")]


@pytest.mark.real
def test_threshold_on_real_bags(real_data):
    """Different bags stay below it; the source's own groups and its neighbouring numbers reach it."""
    document = json.loads((real_data / "metro_scenes" / "annotations.json").read_text())
    folder = real_data / "metro_scenes" / "images"
    metro = {image["file_name"]: thumbnail(read_scan(folder / image["file_name"]).view) for image in document["images"]}
    assert near_duplicates(metro, correlation=0.9) == []
    document = json.loads((real_data / "subway_bags" / "annotations.json").read_text())
    folder = real_data / "subway_bags" / "images"
    group = {image["file_name"]: image["group"] for image in document["images"]}
    subway = {name: thumbnail(read_scan(folder / name).view) for name in group}
    found = near_duplicates(subway, correlation=SAME_CORRELATION)
    across = [(one, other) for one, other in found if group[one] != group[other]]
    assert len(found) - len(across) > 90
    assert 3 <= len(across) <= 30
    near = [abs(int(one[1:8].split(".")[0]) - int(other[1:8].split(".")[0])) <= 3 for one, other in across]
    assert sum(near) >= 0.9 * len(across)
