"""Text burnt into pictures, found by the networks: every stroke is covered, and a second look finds nothing."""

import importlib.util

import cv2
import numpy as np
import pytest

from datasets.sandbox.physics.scanner import DEFAULT, read_scanner
from datasets.sandbox.plan import Rates
from datasets.sandbox.simulate import simulate
from imaging.anonymisation.blank import blank
from imaging.anonymisation.text import find_text

needs_ocr = pytest.mark.skipif(importlib.util.find_spec("rapidocr_onnxruntime") is None, reason="needs the extra `ocr`")
FAINT = ((60_000, -300), (20_000, 200), (2000, 60), (300, 20))  # of 65,535 levels


def covered(boxes_N4, size_hw):
    result = np.zeros(size_hw, bool)
    for x0, y0, x1, y1 in boxes_N4.astype(int):
        result[y0:y1, x0:x1] = True
    return result


def cargo(dtype, size_hw=(200, 300)):
    """Something like a scan: air, boxes of cargo, shadow, and noise."""
    rng = np.random.default_rng(5)
    values = np.full(size_hw, 52_000.0)
    for _ in range(9):
        x, y, wide, high = rng.integers((0, 0, 20, 20), (280, 180, 150, 90))
        values[y : y + high, x : x + wide] *= rng.uniform(0.55, 0.95)
    values = cv2.GaussianBlur(values, (3, 3), 0) + rng.normal(0, 200, size_hw)
    most = np.iinfo(dtype).max
    return (np.clip(values, 0, 65_535) * (most / 65_535)).astype(dtype)


def strokes(size_hw, said="MSKU 482133-7", at=(30, 110), height=14, thickness=1):
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, height)
    return cv2.putText(np.zeros(size_hw, np.uint8), said, at, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thickness) > 0


def check(image_CHW, stroke_HW, most=0.5):
    found = find_text(image_CHW)
    assert covered(found.boxes_N4, stroke_HW.shape)[stroke_HW].all()
    assert covered(found.boxes_N4, stroke_HW.shape).mean() <= most
    assert found.doubts == ()
    again = find_text(blank(image_CHW, found.boxes_N4))
    assert again.boxes_N4.shape == (0, 4)
    assert again.doubts == ()


@needs_ocr
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize(("dtype", "level"), [(np.uint8, 255), (np.uint16, 0)])
def test_letters_burnt_in_are_found_and_none_after_blanking(dtype, level, turns):
    image = cargo(dtype, (200, 300) if turns % 2 == 0 else (300, 200))
    stroke_HW = np.rot90(strokes((200, 300)), turns)
    image[stroke_HW] = level * 257 if dtype is np.uint16 else level
    check(image[None], stroke_HW)


@needs_ocr
@pytest.mark.parametrize(("level", "step"), FAINT)
def test_faint_letters_on_what_is_quiet_are_found(level, step):
    image = np.full((1, 160, 240), level, np.uint16)
    image[0, 120:] = 60_000
    image[0, 140:, :120] = 100
    stroke_HW = strokes((160, 240), at=(20, 60))
    image[0][stroke_HW] += np.int64(step).astype(np.uint16)
    check(image, stroke_HW)


@needs_ocr
@pytest.mark.parametrize("turns", [0, 1])
def test_letters_no_brighter_than_the_goods_below_them_are_found_since_they_are_of_one_value(turns):
    rng = np.random.default_rng(6)
    image = rng.choice([9000.0, 30_000.0], (25, 40)).repeat(8, axis=0).repeat(8, axis=1) + rng.normal(
        0, 300, (200, 320)
    )
    stroke_HW = np.rot90(strokes((200, 320), "MSKU 482133", (30, 110), 22, 3), turns)
    image = np.rot90(image, turns).astype(np.uint16)
    image[stroke_HW] = 19_000
    check(image[None], stroke_HW)


@needs_ocr
def test_grey_letters_on_coloured_goods_as_bright_as_they_are_are_found():
    rng = np.random.default_rng(6)
    bright_HW = rng.choice([60.0, 180.0], (25, 40)).repeat(8, axis=0).repeat(8, axis=1)
    image = bright_HW + np.array([70, 10, -55])[:, None, None] + rng.normal(0, 4, (3, 200, 320))
    stroke_HW = strokes((200, 320), "MSKU 482133", (30, 110), 20)
    image[:, stroke_HW] = bright_HW[stroke_HW] + rng.normal(0, 4, (3, np.count_nonzero(stroke_HW)))
    check(image.clip(0, 255).astype(np.uint8), stroke_HW)


@needs_ocr
def test_letters_in_the_second_channel_alone_are_found():
    image = np.stack([cargo(np.uint16), cargo(np.uint16)])
    stroke_HW = strokes((200, 300))
    image[1, stroke_HW] = 65_535
    check(image, stroke_HW)


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("angle", [7, 30, 45, 75, 120])
def test_slanting_letters_are_found(angle):
    image = cargo(np.uint16, (300, 300))
    turn = cv2.getRotationMatrix2D((150, 150), angle, 1)
    stroke_HW = strokes((300, 300), at=(70, 155), height=18).astype(np.uint8) * 255
    stroke_HW = cv2.warpAffine(stroke_HW, turn, (300, 300)) > 100
    image[stroke_HW] = 0
    check(image[None], stroke_HW, most=1.0)  # boxes are upright


@needs_ocr
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_cargo_holds_no_text(dtype):
    found = find_text(cargo(dtype)[None])
    assert found.boxes_N4.shape == (0, 4)
    assert found.doubts == ()


@needs_ocr
@pytest.mark.parametrize("carrier", ["container_20", "pallets_two"])
def test_simulated_scans_hold_no_text(carrier):
    scan = simulate(7, 0, Rates(0.2, 0.2, 0.1), read_scanner(DEFAULT), (carrier,))
    found = find_text(scan.counts_CHW[:, :256, :400])
    assert found.boxes_N4.shape == (0, 4)
    assert found.doubts == ()


@needs_ocr
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 40), (4, 40, 3)])
@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.float32])
def test_slivers_hold_no_text(shape, dtype):
    found = find_text(np.random.default_rng(0).integers(0, 2, shape).astype(dtype))
    assert found.boxes_N4.shape == (0, 4)
    assert found.doubts == ()
