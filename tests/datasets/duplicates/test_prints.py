"""Prints and their likeness on made-up pictures; the degenerate ones first."""

import cv2
import numpy as np
import pytest

from datasets.duplicates import SAME, fingerprint, likeness, view_print
from datasets.duplicates.prints import MIRRORED, keys_of
from imaging import Channel, Quantity, View


def bag(seed: int, height: int = 240, width: int = 320) -> np.ndarray:
    """Attenuation of a dozen things of one size or another in a bag, float32 HW."""
    draw = np.random.default_rng(seed)
    image = np.zeros((height, width), np.float32)
    cv2.rectangle(image, (20, 20), (width - 20, height - 20), 0.3, -1)
    for _ in range(14):
        x, y = draw.integers(30, (width - 30, height - 30))
        size, angle = draw.integers(6, 40, 2).tolist(), int(draw.integers(180))
        thing = np.zeros_like(image)
        cv2.ellipse(thing, (int(x), int(y)), size, angle, 0, 360, float(draw.uniform(0.2, 1.2)), -1)
        image += thing
    return image


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (50, 70)])
def test_what_has_no_contrast_has_an_empty_print_and_resembles_nothing(shape):
    blank = fingerprint(np.full(shape, 0.7, np.float32))
    assert blank == b""
    assert likeness(blank, blank) == likeness(blank, fingerprint(bag(0))) == 0


@pytest.mark.parametrize("shape", [(2, 2), (3, 2000), (2000, 3)])
def test_pictures_of_odd_shape_have_prints(shape):
    print_ = fingerprint(np.random.default_rng(0).uniform(0, 4, shape).astype(np.float32))
    assert likeness(print_, print_) == pytest.approx(1, abs=1e-3)


def test_two_bags_are_two():
    prints = [fingerprint(bag(seed)) for seed in range(12)]
    likes = [likeness(one, other) for one in prints for other in prints if one is not other]
    assert max(likes) < 0.7


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image[12:-12, 16:-16],
        lambda image: image[24:, :-32],
        lambda image: cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        lambda image: cv2.resize(image, None, fx=2, fy=2),
        lambda image: cv2.resize(image, (240, 240)),
        lambda image: image * 1.6,
        lambda image: np.maximum(image - 0.2, 0),
        lambda image: image + np.random.default_rng(0).normal(0, 0.03, image.shape).astype(np.float32),
    ],
    ids=["all sides cut", "two sides cut", "half", "double", "stretched", "gamma", "gain", "noise"],
)
def test_a_changed_copy_is_the_same(change):
    for seed in range(5):
        one, other = bag(seed), np.ascontiguousarray(change(bag(seed)))
        prints = fingerprint(one), fingerprint(other)
        assert likeness(*prints) >= SAME
        assert len(set(keys_of(prints[0])) & set(keys_of(prints[1]))) >= 3


def test_the_mirror_image_is_the_same_mirrored():
    image = bag(3)
    one, other = fingerprint(image), fingerprint(np.ascontiguousarray(image[:, ::-1]))
    assert likeness(one, other) < SAME <= likeness(one, other, mirrored=True)
    mirrored = {key ^ MIRRORED for key in keys_of(other)}
    assert len(mirrored & set(keys_of(one))) > 0.3 * len(mirrored)


def test_energies_dtypes_and_volumes_have_prints_of_what_they_absorb():
    """A volume by its mean projection; counts by transmission; values over full scale where nothing is known."""
    signal = np.exp(-bag(1))
    counts = (signal * 60_000).astype(np.uint16)
    pair = View("v", np.stack([counts, counts]), (Channel("low"), Channel("high")), Quantity.COUNTS, air=(6e4, 6e4))
    picture = (signal * 255).astype(np.uint8)
    colours = tuple(Channel(name) for name in ("red", "green", "blue"))
    shown = View("v", np.stack([picture] * 3), colours, Quantity.DISPLAY)
    bare = View("v", counts[None], (Channel("single"),), Quantity.COUNTS)
    volume = View("v", np.stack([counts] * 5)[None], (Channel("single"),), Quantity.UNKNOWN)
    assert likeness(view_print(pair), fingerprint(bag(1))) > 0.99
    assert likeness(view_print(pair), view_print(shown)) > 0.98
    assert likeness(view_print(pair), view_print(volume)) > 0.98
    assert likeness(view_print(pair), view_print(bare)) > 0.98


def test_numbers_that_are_none_do_no_harm():
    pixels = np.exp(-bag(1))[None].copy()
    pixels[0, 5, 5], pixels[0, 6, 6] = np.nan, np.inf
    view = View("v", pixels, (Channel("single"),), Quantity.TRANSMISSION)
    assert likeness(view_print(view), fingerprint(bag(1))) > 0.98
