"""Noise tells two exposures of what looks the same from a copy; where it can not tell, looks decide."""

import cv2
import numpy as np
import pytest

from datasets.duplicates import SAME, fingerprint, likeness, view_print
from datasets.duplicates.noise import two_exposures
from datasets.duplicates.prints import NOISE_STEP, THUMBNAIL, holds_noise, keys_of, thumbnail_of
from imaging import Channel, Quantity, View

PHOTONS = 40_000


def empty_container(exposure: int) -> np.ndarray:
    """Attenuation (300, 600) of corrugated walls in a frame on two beams; one `exposure`, one draw of quanta."""
    image = np.zeros((300, 600), np.float32)
    image[20:240, 30:570] = 0.1 + 0.02 * (np.arange(540) // 9 % 2)
    image[20:240, 30:38] = image[20:240, 562:570] = image[20:28, 30:570] = 1.5
    image[225:240, 30:570] += 0.8
    image[240:262, 60:540:24] = 2.0
    image[262:275, 10:590] = 1.0
    counts = np.random.default_rng(exposure).poisson(PHOTONS * np.exp(-image))
    return -np.log(np.clip(counts, 1, None) / PHOTONS).astype(np.float32)


def noisy_print(image: np.ndarray) -> bytes:
    return fingerprint(np.ascontiguousarray(image), noisy=True)


ORIGINAL = empty_container(0)
COPIES = {
    "itself": ORIGINAL,
    "cropped": ORIGINAL[9:-5, 14:-23],
    "half": cv2.resize(ORIGINAL, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "double": cv2.resize(ORIGINAL, None, fx=2, fy=2),
    "gamma": ORIGINAL * 1.5,
    "gain that saturates the air": np.maximum(ORIGINAL - 0.05, 0),
    "gain that saturates half of the walls": np.maximum(ORIGINAL - 0.11, 0),
}


@pytest.mark.parametrize("how", sorted(COPIES))
def test_a_copy_shares_the_noise_of_its_original(how):
    assert likeness(noisy_print(ORIGINAL), noisy_print(COPIES[how])) >= SAME


def test_a_mirrored_copy_does_too():
    assert likeness(noisy_print(ORIGINAL), noisy_print(ORIGINAL[:, ::-1]), mirrored=True) >= SAME


def test_every_exposure_has_noise_of_its_own():
    exposures = [empty_container(number) for number in range(12)]
    rest = [likeness(noisy_print(ORIGINAL), noisy_print(other)) for other in exposures[1:]]
    assert rest == [0] * 11
    assert min(likeness(fingerprint(ORIGINAL), fingerprint(other)) for other in exposures[1:]) > 0.99


def test_where_one_of_them_has_no_noise_looks_decide():
    assert likeness(noisy_print(ORIGINAL), fingerprint(empty_container(1))) >= SAME
    assert likeness(fingerprint(ORIGINAL), noisy_print(empty_container(1))) >= SAME


def test_windows_without_noise_or_cover_tell_nothing():
    draw = np.random.default_rng(4)
    one, other = draw.normal(100, 1, (2, THUMBNAIL, THUMBNAIL)).astype(np.float32)
    everywhere = np.ones(one.shape, bool)
    assert two_exposures(one, other, everywhere)
    assert not two_exposures(one, one + 0.3 * other, everywhere)
    assert not two_exposures(one, np.zeros_like(one), everywhere)
    assert not two_exposures(one, 100 + (other - 100) * NOISE_STEP / 3, everywhere), "below the steps of a print"
    assert not two_exposures(one, other, ~everywhere)
    few = everywhere.copy()
    few[:, 24:] = False  # 36 windows, of which the quietest 14 are too few
    assert not two_exposures(one, other, few)


def test_where_a_picture_is_saturated_there_is_no_noise_to_share():
    """Half of the copy is cut off at the empty beam, but for pixels of which something else was left."""
    draw = np.random.default_rng(6)
    one = draw.normal(100, 1, (THUMBNAIL, THUMBNAIL)).astype(np.float32)
    cut = one.copy()
    cut[:, : THUMBNAIL // 2] = np.maximum(draw.normal(-1, 1, (THUMBNAIL, THUMBNAIL // 2)), 0)
    assert not two_exposures(one, cut, np.ones(one.shape, bool))
    assert not two_exposures(cut, one, np.ones(one.shape, bool))


def test_lines_along_rows_and_columns_are_no_noise():
    """Walls and beams are shared by all containers of a type: they must not count as shared noise."""
    draw = np.random.default_rng(5)
    lines = 128 + draw.normal(0, 10, (THUMBNAIL, 1)) + draw.normal(0, 10, (1, THUMBNAIL))
    one, other = (lines + draw.normal(0, 1, (2, THUMBNAIL, THUMBNAIL))).astype(np.float32)
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.99
    assert two_exposures(one, other, np.ones(one.shape, bool))


def test_a_print_with_noise_is_that_without_and_finer():
    coarse, fine = fingerprint(ORIGINAL), noisy_print(ORIGINAL)
    assert not holds_noise(coarse)
    assert holds_noise(fine)
    assert keys_of(fine) == keys_of(coarse)
    apart = thumbnail_of(fine) - thumbnail_of(coarse)
    assert 0.4 < np.abs(apart).max() <= 0.5 + NOISE_STEP
    assert thumbnail_of(fine).max() == 255
    assert fingerprint(np.full((9, 9), 0.7, np.float32), noisy=True) == b""


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ((np.exp(-ORIGINAL) * 60_000).astype(np.uint16), True),
        (np.exp(-ORIGINAL), True),
        ((np.exp(-ORIGINAL) * 200).astype(np.uint8), False),
        ((np.exp(-ORIGINAL) * 200).astype(np.uint8).astype(np.uint16) * 257, False),
    ],
    ids=["16 bits", "float", "8 bits", "8 bits spread over 16"],
)
def test_views_of_more_than_8_bits_keep_their_noise(pixels, expected):
    print_ = view_print(View("v", pixels[None], (Channel("single"),), Quantity.UNKNOWN))
    assert holds_noise(print_) is expected
