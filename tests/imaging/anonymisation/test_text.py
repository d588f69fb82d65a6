"""Text in pixels: what reads like words is blanked, what nearly does is a doubt, and nothing is found afterwards."""

import cv2
import numpy as np
import pytest

from imaging.anonymisation import text
from imaging.anonymisation.blank import blank
from imaging.anonymisation.lines import Line
from imaging.anonymisation.ocr import Reading
from imaging.anonymisation.text import find_text, stated_text
from imaging.profile import RegionEntry

MARK = 60_000  # what the reader of `reader` takes for a line


class Reader:
    """Takes every bright area for a line, and reads what it is told to; the cuts that it was given."""

    def __init__(self):
        self.cuts, self.says, self.maps = [], lambda cut: Reading("MSKU4821337", 0.9), 0

    def text_probability(self, picture_HW3, scale):
        self.maps += 1
        bright = np.where(picture_HW3.max(axis=2) == 255, 255, 0).astype(np.uint8)
        return cv2.resize(bright, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)

    def read_lines(self, cuts):
        self.cuts += cuts
        return [self.says(cut) for cut in cuts]


@pytest.fixture
def reader(monkeypatch):
    """A reader instead of the networks, so that what is made of its readings can be tested without them."""
    made = Reader()
    monkeypatch.setattr(text, "text_probability", made.text_probability)
    monkeypatch.setattr(text, "read_lines", made.read_lines)
    return made


def marked(*boxes, size_hw=(120, 240), channels=1):
    image = np.full((channels, *size_hw), 20_000, np.uint16)
    for x0, y0, x1, y1 in boxes:
        image[-1, y0:y1, x0:x1] = MARK
    return image


def covered(boxes_N4, size_hw):
    result = np.zeros(size_hw, bool)
    for x0, y0, x1, y1 in boxes_N4.astype(int):
        result[y0:y1, x0:x1] = True
    return result


def looked(image):
    return text._look(image, np.zeros((0, 4)), [])


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 9), (3, 20, 1), (4, 30, 30)])
@pytest.mark.parametrize("value", [0, 1])
def test_a_picture_of_one_value_holds_no_text(reader, dtype, shape, value):
    found = find_text(np.full(shape, value, dtype))
    assert found.boxes_N4.shape == (0, 4)
    assert found.boxes_N4.dtype == np.float64
    assert found.doubts == ()
    looks = -(-shape[0] // 3)  # at three channels at a time
    assert reader.maps == 5 * looks  # shown and drawn out, at two scales, and shown closer


@pytest.mark.parametrize(("wide", "maps"), [(60, 5), (61, 4)])
def test_a_small_picture_is_looked_at_closer(reader, monkeypatch, wide, maps):
    monkeypatch.setattr(text, "_SMALL_PX", 50 * 60)
    looked(np.zeros((1, 50, wide), np.uint16))
    assert reader.maps == maps


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_holds_no_text(reader, value):
    assert len(find_text(np.full((1, 20, 30), value, np.float32)).boxes_N4) == 0


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 7])
def test_a_line_is_covered_in_whichever_channel_it_stands(reader, channels):
    image = marked((60, 50, 160, 70), channels=channels)
    before = image.copy()
    found = find_text(image)
    np.testing.assert_array_equal(image, before)
    assert covered(found.boxes_N4, (120, 240))[50:70, 60:160].all()
    assert not covered(found.boxes_N4, (120, 240))[:20].any()
    assert found.doubts == ()
    assert len(find_text(blank(image, found.boxes_N4)).boxes_N4) == 0


@pytest.mark.parametrize(
    ("said", "confidence", "expected"),
    [
        ("ABCD", 0.55, "text"),
        ("ABCD", 0.54, "doubt"),
        ("ABC", 0.80, "text"),
        ("ABC", 0.79, "doubt"),
        ("ABC", 0.74, ""),
        ("ABA", 0.90, "text"),
        ("ABA", 0.89, ""),
        ("AB", 0.99, ""),
        ("ABCDEF", 0.40, "doubt"),
        ("ABCDE", 0.44, ""),
        ("ABCDE", 0.45, "doubt"),
        ("1111111", 0.99, ""),
        ("aAaAaA", 0.99, ""),
        ("--//..", 0.99, ""),
        ("", 0.0, ""),
        ("бремен", 0.60, "text"),
    ],
)
def test_how_much_must_be_read_for_text_and_for_a_doubt(reader, said, confidence, expected):
    reader.says = lambda cut: Reading(said, confidence)
    found = find_text(marked((100, 55, 140, 63)))
    assert (len(found.boxes_N4) > 0) == (expected == "text")
    assert found.doubts == (("what may be text, middle centre of the picture",) if expected == "doubt" else ())


@pytest.mark.parametrize(
    ("at", "place"),
    [((0, 0), "upper left"), ((100, 0), "upper centre"), ((200, 55), "middle right"), ((0, 100), "lower left")],
)
def test_a_doubt_says_where_and_quotes_nothing(reader, at, place):
    reader.says = lambda cut: Reading("HALVORSEN", 0.42)
    found = find_text(marked((at[0], at[1], at[0] + 40, at[1] + 8)))
    assert found.doubts == (f"what may be text, {place} of the picture",)
    assert len(found.boxes_N4) == 0


@pytest.mark.parametrize(("confidence", "expected"), [(0.60, "text"), (0.50, "")])
def test_large_letters_are_read_or_are_none(reader, confidence, expected):
    reader.says = lambda cut: Reading("ABCDEF", confidence)
    found = find_text(marked((60, 40, 200, 80)))
    assert (len(found.boxes_N4) > 0) == (expected == "text")
    assert found.doubts == ()


@pytest.mark.parametrize(("height", "expected"), [(23.9, True), (24.0, False)])
def test_letters_are_large_from_half_the_height_on_that_the_reader_works_at(height, expected):
    line = Line(100.0, 60.0, 80.0, height, 0.0)
    assert text._in_doubt(line, Reading("ABCDEF", 0.50)) == expected
    assert not text._in_doubt(line, Reading("ABCDEF", 0.60))


def test_doubts_at_one_place_are_said_once_and_sorted(reader):
    reader.says = lambda cut: Reading("ABCDEF", 0.42)
    lines = [(x, y, x + 50, y + 10) for x in (10, 95, 180) for y in (15, 55, 100)]
    found = find_text(marked((10, 30, 60, 36), *lines))
    rows, columns = ("lower", "middle", "upper"), ("centre", "left", "right")
    assert found.doubts == tuple(
        f"what may be text, {row} {column} of the picture" for row in rows for column in columns
    )


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ((150, 50, 166, 66), True),
        ((330, 50, 346, 66), False),  # too far along
        ((150, 95, 166, 111), False),  # another row
        ((150, 56, 230, 60), False),  # much lower
    ],
    ids=["near", "far", "below", "flat"],
)
def test_what_is_barely_read_belongs_to_a_line_near_it_of_its_height(reader, other, expected):
    image = marked((30, 50, 140, 66), size_hw=(160, 400))
    x0, y0, x1, y1 = other
    image[0, y0:y1, x0:x1] = MARK
    reader.says = lambda cut: Reading("MSKU482" if 2.5 < cut.shape[1] / cut.shape[0] < 4 else "Q", 0.9)
    look = looked(image)
    assert any(x0 <= line.x <= x1 and y0 <= line.y <= y1 for line in look.lines) == expected
    assert any(30 <= line.x <= 140 for line in look.lines)
    assert not look.doubtful
    again = text._look(image, np.array([[0, 0, 145, 160]]), look.lines)
    assert any(x0 <= line.x <= x1 and y0 <= line.y <= y1 for line in again.lines) == expected


def test_what_is_in_doubt_beside_a_line_is_no_doubt(reader):
    reader.says = lambda cut: Reading("MSKU48", 0.9 if cut.shape[1] > 3 * cut.shape[0] else 0.42)
    assert find_text(marked((30, 50, 140, 66), (150, 53, 160, 63))).doubts == ()
    assert find_text(marked((30, 50, 140, 66), (200, 90, 210, 100))).doubts == (
        "what may be text, lower right of the picture",
    )


def test_what_goes_on_being_found_after_four_looks_is_a_doubt(reader, monkeypatch):
    def somewhere_else(picture, scale):
        probability_HW = np.zeros((120, 240), np.uint8)
        top = 10 + 30 * (reader.maps // 5)
        probability_HW[top : top + 8, 40:200] = 255
        reader.maps += 1
        return cv2.resize(probability_HW, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)

    monkeypatch.setattr(text, "text_probability", somewhere_else)
    found = find_text(marked())
    assert reader.maps == 4 * 5
    assert covered(found.boxes_N4, (120, 240))[10:108, 60:180].mean() > 0.9
    assert found.doubts == ("what may be text, lower centre of the picture",)


def test_a_fill_that_looks_like_a_line_is_not_found_again(reader, monkeypatch):
    everywhere_HW = np.zeros((120, 240), np.uint8)
    everywhere_HW[50:65, 80:160] = 255
    monkeypatch.setattr(
        text, "text_probability", lambda picture, scale: cv2.resize(everywhere_HW, None, fx=scale, fy=scale)
    )
    found = find_text(marked())
    assert covered(found.boxes_N4, (120, 240))[50:65, 80:160].all()
    assert found.doubts == ()


def test_text_that_comes_out_by_blanking_is_found_as_well(reader):
    image = marked((20, 20, 120, 40))
    image[0, 80:100, 20:120] = MARK - 10_000  # not bright enough while there is brighter
    found = find_text(image)
    assert covered(found.boxes_N4, (120, 240))[80:100, 20:120].all()
    assert found.doubts == ()


def test_long_lines_are_read_both_ways_up_and_short_ones_in_all_four(reader):
    reader.says = lambda cut: Reading("", 0.0)
    looked(marked((60, 50, 160, 70)))
    wide = len(reader.cuts)
    assert {cut.shape[1] > cut.shape[0] for cut in reader.cuts} == {True}
    assert wide % 2 == 0
    np.testing.assert_array_equal(reader.cuts[1], np.rot90(reader.cuts[0], 2))
    reader.cuts.clear()
    looked(marked((60, 50, 81, 70)))
    assert len(reader.cuts) % 4 == 0
    for turns in range(4):
        np.testing.assert_array_equal(reader.cuts[turns], np.rot90(reader.cuts[0], turns))


def test_the_best_reading_of_all_ways_up_counts(reader):
    said = iter([Reading("1111", 0.9), Reading("MSKU", 0.6)] * 20)
    reader.says = lambda cut: next(said)
    assert len(find_text(marked((60, 50, 160, 70))).boxes_N4) > 0


def test_what_is_too_low_for_letters_is_not_read(reader):
    looked(marked((60, 50, 160, 52)))
    assert reader.cuts == []


def test_a_long_line_is_read_in_pieces(reader):
    reader.says = lambda cut: Reading("", 0.0)
    looked(marked((20, 20, 2900, 28), size_hw=(60, 3000)))
    assert max(cut.shape[1] / cut.shape[0] for cut in reader.cuts) <= 60
    assert len(reader.cuts) >= 8


def test_codes_are_blanked_as_text_is(reader):
    code = np.asarray(cv2.QRCodeEncoder.create().encode("HALVORSEN"))
    code = np.pad(np.kron(code, np.ones((4, 4), np.uint8)), 16, constant_values=250)
    image = np.full((1, 200, 240), 250, np.uint8)
    image[0, 40 : 40 + len(code), 60 : 60 + len(code)] = code
    reader.says = lambda cut: Reading("", 0.0)
    found = find_text(image)
    assert covered(found.boxes_N4, (200, 240))[56 : 24 + len(code), 76 : 44 + len(code)].all()
    assert found.doubts == ()


def test_stated_regions_are_always_blanked_and_not_looked_at(reader):
    reader.says = lambda cut: Reading("HALVORSEN", 0.42)
    templates = (RegionEntry(box=(-100, 0, 0, 30)), RegionEntry(box=(0, 0.75, 0.5, 1), unit="fraction"))
    found = find_text(marked((150, 5, 235, 25), (10, 100, 100, 110)), templates)
    assert found.boxes_N4.tolist() == [[0, 90, 120, 120], [140, 0, 240, 30]]
    assert found.doubts == ()
    assert reader.cuts == []
    assert sorted(stated_text(templates, (120, 240)).tolist()) == found.boxes_N4.tolist()
    assert stated_text((), (120, 240)).shape == (0, 4)
    assert stated_text((RegionEntry(box=(500, 0, 600, 10)),), (120, 240)).shape == (0, 4)


def test_boxes_in_other_boxes_are_left_out():
    boxes = np.array([[0, 0, 9, 9], [0, 0, 9, 9], [2, 2, 9, 5], [5, 5, 12, 12], [0, 0, 9, 8]], np.float64)
    assert text._outermost(boxes).tolist() == [[0, 0, 9, 9], [5, 5, 12, 12]]
    assert text._outermost(np.zeros((0, 4))).shape == (0, 4)


def test_what_is_barely_read_is_cut_out_wider_and_read_again(reader):
    shapes = []

    def says(cut):
        shapes.append(cut.shape)
        return Reading("MSKU4821337", 0.35 if cut.shape == shapes[0] else 0.9)

    reader.says = says
    found = find_text(marked((60, 50, 160, 70)))
    assert covered(found.boxes_N4, (120, 240))[50:70, 60:160].all()
    reader.says = lambda cut: Reading("MSKU4821337", 0.35)
    assert len(find_text(marked((60, 50, 160, 70))).boxes_N4) == 0


def test_what_is_not_read_at_all_is_read_once(reader):
    reader.says = lambda cut: Reading("MSKU4821337", 0.2)
    find_text(marked((60, 50, 160, 70)))
    ratios = {round(cut.shape[1] / cut.shape[0], 1) for cut in reader.cuts}
    reader.cuts.clear()
    reader.says = lambda cut: Reading("MSKU4821337", 0.35)
    find_text(marked((60, 50, 160, 70)))
    assert ratios < {round(cut.shape[1] / cut.shape[0], 1) for cut in reader.cuts}


def test_letters_that_nobody_read_go_with_those_of_their_value_that_were_read(reader, monkeypatch):
    image = np.random.default_rng(0).normal(20_000, 300, (1, 120, 300)).astype(np.uint16)
    letters_HW = np.zeros((120, 300), bool)
    for x in range(20, 280, 12):
        letters_HW[50:62, x : x + 7] = True
    image[0, letters_HW] = MARK
    seen_HW = np.zeros((120, 300), np.uint8)
    seen_HW[51:61, 130:170] = 255

    def probability(picture_HW3, scale):
        return cv2.resize(seen_HW, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)

    monkeypatch.setattr(text, "text_probability", probability)
    assert covered(np.array(looked(image).boxes).clip(0), (120, 300))[letters_HW].all()
    image[0, letters_HW] += np.random.default_rng(1).integers(0, 999, np.count_nonzero(letters_HW)).astype(np.uint16)
    assert not covered(np.array(looked(image).boxes).clip(0), (120, 300))[letters_HW].all()
