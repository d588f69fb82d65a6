"""The reader of text: tiles are put together as if there were none, letters are read, its absence is said."""

import importlib.util
import sys
from itertools import pairwise
from types import ModuleType, SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.anonymisation import ocr
from imaging.errors import ScanError

needs_ocr = pytest.mark.skipif(importlib.util.find_spec("rapidocr_onnxruntime") is None, reason="needs the extra `ocr`")


def noise(size_hw):
    return np.random.default_rng(0).integers(0, 256, (*size_hw, 3), np.uint8)


@pytest.fixture
def seen(monkeypatch):
    """A network that says of every pixel how bright its first channel is; shapes of what it was given."""
    shapes = []

    def infer(levels_1CHW):
        assert levels_1CHW.dtype == np.float32
        assert -1 <= levels_1CHW.min() <= levels_1CHW.max() <= 1
        shapes.append(levels_1CHW.shape)
        return [(levels_1CHW[:, :1] + 1) / 2]

    monkeypatch.setattr(ocr, "_engine", lambda: SimpleNamespace(text_det=SimpleNamespace(infer=infer)))
    return shapes


@pytest.mark.parametrize("size_hw", [(1, 2), (1, 700), (33, 40), (576, 577), (700, 1300)])
def test_a_map_of_tiles_is_that_of_the_picture(seen, size_hw):
    picture = noise(size_hw)
    probability_HW = ocr.text_probability(picture, 1.0)
    assert probability_HW.dtype == np.uint8
    assert probability_HW.flags.c_contiguous
    np.testing.assert_array_equal(probability_HW, picture[..., 0])
    assert {shape[:2] for shape in seen} == {(1, 3)}
    assert all(shape[2] % 32 == 0 and shape[3] % 32 == 0 and max(shape) <= 640 for shape in seen)


def test_a_tile_of_one_value_holds_no_text_and_is_not_looked_at(seen):
    assert not ocr.text_probability(np.full((30, 40, 3), 255, np.uint8), 1.0).any()
    assert seen == []
    picture = np.full((40, 1300, 3), 90, np.uint8)
    picture[20, 1200] = 200
    probability_HW = ocr.text_probability(picture, 1.0)
    assert len(seen) == 1
    assert probability_HW[20, 1200] == 200
    assert not probability_HW[:, :600].any()


@pytest.mark.parametrize("size_hw", [(1, 2), (20, 330), (31, 400)])
@pytest.mark.parametrize(("scale", "flags"), [(2.0, cv2.INTER_CUBIC), (0.5, cv2.INTER_LINEAR)])
def test_a_map_at_another_scale_is_that_of_the_scaled_picture(seen, size_hw, scale, flags):
    picture = cv2.blur(noise(size_hw), (3, 3))
    height, width = (max(1, round(scale * side)) for side in size_hw)
    probability_HW = ocr.text_probability(picture, scale)
    expected_HW = cv2.resize(picture, (width, height), interpolation=flags)[..., 0]
    assert probability_HW.shape == (height, width)
    even = np.array([height, width]) == scale * np.array(size_hw)  # else OpenCV's scale is not quite this one
    if even.all():
        assert np.abs(probability_HW.astype(int) - expected_HW).max() <= 6


@given(length=st.integers(1, 40_000))
def test_tiles_cover_a_length_and_overlap_by_a_word(length):
    tiles = list(ocr._tiles(length))
    assert tiles[0][0] == 0
    assert tiles[-1][1] == length
    assert all(0 < end - start <= 640 for start, end in tiles)
    assert all(one[1] - two[0] >= 96 for one, two in pairwise(tiles))
    assert len(tiles) <= 1 + max(0, -(-(length - 640) // 544))


def test_nothing_is_read_without_lines(monkeypatch):
    monkeypatch.setattr(ocr, "_engine", lambda: pytest.fail("no reader is needed"))
    assert ocr.read_lines([]) == []


def test_what_is_read_comes_in_the_order_of_the_lines(monkeypatch):
    def read(lines):
        assert isinstance(lines, list)
        return [(str(len(line)), np.float32(0.5)) for line in lines], 0.1

    monkeypatch.setattr(ocr, "_engine", lambda: SimpleNamespace(text_rec=read))
    lines = (np.zeros((48, 90, 3), np.uint8), np.zeros((60, 20, 3), np.uint8))
    assert ocr.read_lines(lines) == [ocr.Reading("48", 0.5), ocr.Reading("60", 0.5)]


@pytest.fixture
def unloaded():
    ocr._engine.cache_clear()
    yield
    ocr._engine.cache_clear()


@pytest.mark.usefixtures("unloaded")
def test_where_the_reader_is_not_installed_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    with pytest.raises(ScanError, match="ocr"):
        ocr.check_reader()
    with pytest.raises(ScanError, match="pip install"):
        ocr.text_probability(np.zeros((4, 4, 3), np.uint8), 1.0)


@pytest.mark.usefixtures("unloaded")
def test_the_reader_is_loaded_once_and_runs_on_one_core(monkeypatch):
    given = []
    module = ModuleType("rapidocr_onnxruntime")
    module.RapidOCR = lambda **options: given.append(options) or SimpleNamespace(text_rec=lambda lines: ([], 0))
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", module)
    ocr.check_reader()
    ocr.check_reader()
    assert given == [{"intra_op_num_threads": 1, "inter_op_num_threads": 1}]


def line(text, height=48):
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, height // 2, 2)
    (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    drawn = np.full((height, wide + 30, 3), 230, np.uint8)
    cv2.putText(drawn, text, (15, (height + high) // 2), cv2.FONT_HERSHEY_SIMPLEX, scale, (20,) * 3, 2)
    return drawn


@needs_ocr
def test_letters_are_read():
    texts = ["HALVORSEN", "4821337", "MSKU 482133"]
    readings = ocr.read_lines([line(text) for text in texts])
    assert [reading.text.replace(" ", "") for reading in readings] == [text.replace(" ", "") for text in texts]
    assert all(reading.confidence > 0.8 for reading in readings)


@needs_ocr
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_text_is_likely_where_it_stands_alone(scale):
    picture = np.full((120, 260, 3), 230, np.uint8)
    picture[30:78, 38:222] = line("HALVORSEN")
    probability_HW = cv2.resize(ocr.text_probability(picture, scale), (260, 120))
    assert probability_HW[53:56, 75:185].min() > 100
    assert probability_HW[:20].max() < 60
    assert probability_HW[90:].max() < 60


@needs_ocr
@pytest.mark.parametrize("size_hw", [(1, 1), (3, 50), (40, 2)])
@pytest.mark.parametrize("level", [0, 255])
def test_slivers_hold_no_text(size_hw, level):
    assert ocr.text_probability(np.full((*size_hw, 3), level, np.uint8), 1.0).max() < 77
