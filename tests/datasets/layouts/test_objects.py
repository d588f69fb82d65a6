"""Numbers, corners, labels and duplicates: what every layout treats one way."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, SourceObject
from datasets.layouts.objects import (
    attributes_of,
    bounds,
    box_of_corners,
    box_of_size,
    finite,
    label_of,
    once,
    plain,
    polygon,
    size_of,
)

NUMBERS = st.floats(-1e8, 1e8)
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.lists(st.integers())


@given(values=st.lists(ANYTHING, max_size=5))
def test_numbers_are_finite_floats_or_there_are_none(values):
    found = finite(values)
    if found is None:
        assert any(isinstance(one, bool | str | list | None) or not abs(one) <= 1e9 for one in values)
    else:
        assert all(type(one) is float and math.isfinite(one) for one in found)
        assert len(found) == len(values)


@pytest.mark.parametrize("value", ["1e999", "nan", "", "0x10", True, None, [1], 10**400, b"1", 2e9])
def test_what_is_no_number_of_pixels(value):
    assert finite([1, value]) is None


@given(corners=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_boxes_by_corners_and_by_size_are_the_same_box(corners):
    x1, y1, x2, y2 = corners
    dirt, other = Dirt(), Dirt()
    bbox = box_of_corners(corners, "here", dirt)
    assert bbox == box_of_size((x1, y1, x2 - x1, y2 - y1), "here", other)
    assert bbox[2:] == (abs(x2 - x1), abs(y2 - y1))
    assert bbox[:2] == pytest.approx((min(x1, x2), min(y1, y2)), abs=1e-6)
    assert dirt.counts == other.counts
    assert bool(dirt.counts) == (x2 < x1 or y2 < y1)


@pytest.mark.parametrize("numbers", [(), (1, 2, 3), (1, 2, 3, 4, 5), (1, 2, 3, None)])
def test_three_numbers_are_no_box(numbers):
    for reading in (box_of_corners, box_of_size):
        dirt = Dirt()
        assert reading(numbers, "here", dirt) is None
        assert dirt.counts == {"objects whose coordinates are not numbers: left out": 1}
        assert dirt.examples["objects whose coordinates are not numbers: left out"] == ["here"]


@given(points=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=8))
def test_bounds_hold_every_point_and_touch_four_sides(points):
    left, top, width, height = bounds([[value for point in points for value in point]])
    assert left == min(x for x, _ in points)
    assert top == min(y for _, y in points)
    assert width == max(x for x, _ in points) - left
    assert height == max(y for _, y in points) - top


@pytest.mark.parametrize(
    ("values", "is_one"), [((), False), ((1,) * 4, False), ((1,) * 6, True), ((1,) * 7, False), ("123456", True)]
)
def test_a_polygon_has_three_corners(values, is_one):
    assert (polygon(values) is not None) == is_one


@pytest.mark.parametrize(
    "label", [None, "", "  ", "None", "none", "NULL", "nan", float("nan"), True, [], {}, "\x00", "\u202e"]
)
def test_words_for_no_label_are_none(label):
    dirt = Dirt()
    assert label_of(label, "here", dirt) is None
    assert dirt.counts == {'objects without a label, or labelled "None": left out': 1}


@given(value=ANYTHING)
def test_plain_text_can_be_written_and_printed_on_a_line(value):
    text = plain(value)
    assert text.encode("utf-8").decode().isprintable()
    assert text == text.strip()


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (3.0, "3"), (3.5, "3.5"), ("a\n\x1b[1m b", "a [1m b"), ("\ud800", "\\ud800")]
)
def test_numbers_and_odd_letters_as_text(value, text):
    assert plain(value) == text


def test_attributes_are_the_plain_ones():
    found = attributes_of({"b": 1, "a": True, "c": None, "d": [1], "e": float("inf"), "f": "x\ny", "g": {}})
    assert found == {"a": True, "b": 1, "c": None, "f": "x y"}
    assert attributes_of([1]) == attributes_of(None) == {}


def test_duplicates_are_kept_once_in_order():
    one, two = SourceObject("a", (1, 2, 3, 4)), SourceObject("b", (1, 2, 3, 4))
    again = SourceObject("a", (1, 2, 3, 4), is_crowd=True)
    dirt = Dirt()
    assert once([one, two, again, again], "here", dirt) == (one, two)
    assert dirt.counts == {"objects given twice, with the same label and box: kept once": 2}


@pytest.mark.parametrize(
    ("sides", "size"),
    [((3, "4"), (3, 4)), ((0, 4), None), ((3.5, 4), None), ((None, 4), None), ((-1, 4), None), ((3.0, 4), (3, 4))],
)
def test_sizes(sides, size):
    assert size_of(*sides) == size
