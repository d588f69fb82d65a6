"""Bar codes and QR codes: found at any quarter, dark on bright and bright on dark; ribs and slats are none."""

import sys
from itertools import pairwise

import cv2
import numpy as np
import pytest

from imaging import ScanError
from imaging.anonymisation import codes
from imaging.anonymisation.codes import find_codes

zxingcpp = pytest.importorskip("zxingcpp", reason="needs the extra `ocr`")

# Widths of bars and gaps of a Code 128: start B, the letters HALVORSEN, checksum 100, stop.
CODE_128 = "2112142311131113231321313111231331212311312131131321131133211141312331112"


def canvas(size_hw=(220, 320), level=200):
    return np.full((*size_hw, 3), level, np.uint8)


def bars(module=2, height=70):
    values = np.concatenate([np.full(int(width), 20 if k % 2 == 0 else 230) for k, width in enumerate(CODE_128)])
    row = np.pad(np.repeat(values, module), 10 * module, constant_values=230)
    return np.tile(row.astype(np.uint8), (height, 1))


def qr(module=4):
    drawn = np.asarray(cv2.QRCodeEncoder.create().encode("MSKU4821337 HALVORSEN"))
    return np.pad(np.kron(drawn, np.ones((module, module), np.uint8)), 4 * module, constant_values=255)


def placed(code_HW, at=(30, 40), picture=None):
    picture = canvas() if picture is None else picture
    picture[at[0] : at[0] + code_HW.shape[0], at[1] : at[1] + code_HW.shape[1]] = code_HW[..., None]
    return picture


def covered(boxes_N4, size_hw):
    result = np.zeros(size_hw, bool)
    for x0, y0, x1, y1 in np.clip(np.round(boxes_N4), 0, 10_000).astype(int):
        result[y0:y1, x0:x1] = True
    return result


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 500), (15, 15), (500, 15), (16, 16), (17, 400), (300, 16)])
@pytest.mark.parametrize("level", [0, 127, 255])
def test_there_is_no_code_where_nothing_is(monkeypatch, size_hw, level):
    if min(size_hw) < 16:
        monkeypatch.setattr(codes, "_corners", lambda grey_HW: pytest.fail("there is no room for a code"))
    found = find_codes(canvas(size_hw, level))
    assert found.shape == (0, 4)
    assert found.dtype == np.float64


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_qr_code_is_covered(turns, inverted):
    code = np.rot90(qr(), turns)
    picture = placed(code)
    picture = 255 - picture if inverted else picture
    area = np.zeros(picture.shape[:2], bool)
    area[30 + 16 : 30 + code.shape[0] - 16, 40 + 16 : 40 + code.shape[1] - 16] = True
    found = covered(find_codes(picture), area.shape)
    assert found[area].all()
    assert not found[:, 40 + code.shape[1] + 20 :].any()


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("module", [1, 2, 3, 5, 8])
def test_a_bar_code_is_covered(turns, inverted, module):
    code = np.rot90(bars(module), turns)
    side = max(code.shape) + 40
    picture = placed(code, (20, 20), canvas((side, side)))
    ends = np.nonzero(picture[..., 0] == 20)
    picture = 255 - picture if inverted else picture
    area = np.zeros(picture.shape[:2], bool)
    area[ends[0].min() : ends[0].max() + 1, ends[1].min() : ends[1].max() + 1] = True
    found = covered(find_codes(picture), area.shape)
    assert found[area].mean() > 0.98


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("module", [3, 6])
@pytest.mark.parametrize("kind", ["Aztec", "Code39", "DataMatrix", "EAN13", "ITF", "PDF417"])
def test_codes_of_other_kinds_are_covered(kind, module, inverted, turns):
    said = {"EAN13": "4006381333931", "ITF": "48213370014829"}.get(kind, "MSKU4821337")
    drawn = np.array(zxingcpp.create_barcode(said, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=module))
    code = np.rot90(np.pad(drawn, 10 * module, constant_values=255), turns)
    picture = placed(np.where(code > 127, 230, 20), (30, 30), canvas((code.shape[0] + 60, code.shape[1] + 60)))
    area = np.pad(code < 128, 30)
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    picture = np.clip((255 - picture if inverted else picture) + noise, 0, 255).astype(np.uint8)
    assert covered(find_codes(picture), area.shape)[area].mean() > 0.98


def test_where_the_reader_is_not_installed_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(ScanError, match=r"ocr.*no zxing-cpp.*pip install"):
        codes.check_code_reader()
    with pytest.raises(ScanError, match="zxing-cpp"):
        find_codes(canvas())


@pytest.mark.parametrize("module", [2, 3, 8])
def test_a_qr_code_of_any_size_is_covered(module):
    code = qr(module)
    side = len(code)
    picture = placed(code, (40, 40), canvas((side + 80, side + 80)))
    area = (slice(40 + 4 * module, 40 + side - 4 * module),) * 2
    assert covered(find_codes(picture), picture.shape[:2])[area].all()


def test_boxes_are_in_pixels_of_the_picture_where_it_is_looked_at_in_tiles(monkeypatch):
    monkeypatch.setattr(codes, "_TILE_PX", 240)
    monkeypatch.setattr(codes, "_OVERLAP_PX", 180)
    code = qr()
    picture = placed(code, (170, 330), canvas((380, 560)))
    found = covered(find_codes(picture), picture.shape[:2])
    assert found[186 : 170 + code.shape[0] - 16, 346 : 330 + code.shape[1] - 16].all()
    assert not found[:140].any()
    assert not found[:, :300].any()


@pytest.mark.parametrize("length", [16, 1024, 1025, 4096, 4097, 7168, 7169, 30_000])
def test_tiles_cover_a_side_and_overlap(length):
    tiles = [(start, min(start + codes._TILE_PX, length)) for start in codes._tiles(length)]
    assert tiles[0][0] == 0
    assert tiles[-1][1] == length
    assert all(end - start >= 16 for start, end in tiles)
    assert all(one[1] - two[0] >= codes._OVERLAP_PX for one, two in pairwise(tiles))


def comb(period):
    return placed(np.tile(np.where(np.arange(240) % period < period / 2, 40, 210).astype(np.uint8), (100, 1)))


def test_slats_of_a_crate_and_noise_are_no_codes():
    noise = np.random.default_rng(0).integers(0, 256, (220, 320, 3), np.uint8)
    for picture in (comb(40), comb(60), noise, cv2.GaussianBlur(noise, (9, 9), 0)):
        assert find_codes(picture).shape == (0, 4)


CORNERS = np.array([[20, 20], [220, 20], [220, 60], [20, 60]], np.float32)


@pytest.mark.parametrize(("period", "expected"), [(10, True), (20, True), (40, False)])
def test_bars_are_many_stripes_whichever_way_they_run(period, expected):
    stripes = np.where(np.arange(240) % period < period / 2, 40, 210).astype(np.uint8)
    assert codes._has_bars(np.tile(stripes, (80, 1)), CORNERS) == expected
    assert codes._has_bars(np.tile(stripes[:, None], (1, 80)), CORNERS[:, ::-1].copy()) == expected
    assert codes._has_bars(np.tile(stripes, (80, 1)), np.roll(CORNERS, 1, axis=0)) == expected


def test_bars_run_straight_through():
    y, x = np.indices((80, 240))
    for slant, expected in ((0, True), (1 / 8, False), (1, False)):
        slanting = np.where((x + (slant * y).astype(int)) % 10 < 5, 40, 210).astype(np.uint8)
        assert codes._has_bars(slanting, CORNERS) == expected
    assert not codes._has_bars(np.full((80, 240), 9, np.uint8), CORNERS)
    assert not codes._has_bars(np.full((80, 240), 9, np.uint8), np.zeros((4, 2), np.float32))


def test_the_box_of_a_code_has_a_margin_of_a_fifth_of_its_larger_side():
    assert codes._box(CORNERS, 0.2).tolist() == [20 - 40, 20 - 40, 220 + 40, 60 + 40]
