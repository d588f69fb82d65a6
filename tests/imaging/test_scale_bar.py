import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import UnsupportedScan, draw_marks
from imaging.drawing.scale_bar import length_text, round_length_mm, with_scale_bar
from imaging.palettes import BRIGHT


def bar_length(strip):
    """Columns of the longest run of white in any row: the bar."""
    best = 0
    for row in (strip == BRIGHT).all(axis=-1):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        best = max(best, int((edges[1::2] - edges[::2]).max(initial=0)))
    return best


@given(st.floats(1e-3, 1e5))
def test_lengths_are_one_two_or_five_and_more_than_two_fifths_of_what_fits(most):
    length = round_length_mm(most)
    assert most * 0.399 <= length <= most * (1 + 1e-8)
    leading = length / 10 ** np.floor(np.log10(length) + 1e-9)
    assert min(abs(leading - step) for step in (1, 2, 5)) < 1e-6


@pytest.mark.parametrize(
    ("length_mm", "text"), [(0.5, "0.5 mm"), (5, "5 mm"), (10, "1 cm"), (200, "20 cm"), (1000, "1 m"), (2e4, "20 m")]
)
def test_lengths_are_said_in_the_unit_of_the_size(length_mm, text):
    assert length_text(length_mm) == text


@pytest.mark.parametrize("width", [300, 700, 2000, 6000])
@pytest.mark.parametrize("column_mm", [0.4, 3.0, 12.0])
def test_the_bar_is_as_long_as_it_says(width, column_mm):
    picture = np.full((50, width, 3), 90, np.uint8)
    shown = with_scale_bar(picture, (1.7 * column_mm, column_mm), width, 20)
    assert np.array_equal(shown[:50], picture)
    length_mm = round_length_mm(0.25 * width * column_mm)
    assert abs(bar_length(shown[50:]) - length_mm / column_mm) <= 1
    assert 0.1 * width < bar_length(shown[50:]) <= 0.25 * width + 1


def test_unequal_pitches_are_said_where_there_is_room():
    picture = np.zeros((20, 1200, 3), np.uint8)
    same, other = (with_scale_bar(picture, pitch, 1200, 20)[20:] for pitch in ((2.0, 2.0), (5.0, 2.0)))
    lit = [int(np.flatnonzero((strip > 128).any(axis=(0, 2))).max()) for strip in (same, other)]
    assert lit[1] > lit[0] + 100
    narrow = with_scale_bar(picture[:, :360], (5.0, 2.0), 360, 20)
    assert narrow.shape[1] == 360


def test_a_picture_of_one_pixel_has_a_bar():
    shown = draw_marks(np.zeros((1, 1, 3), np.uint8), [], None, (2.0, 2.0))
    assert shown.shape[0] > 1


def test_draw_marks_adds_the_bar_for_the_enlarged_picture():
    picture = np.full((200, 200, 3), 90, np.uint8)  # drawn twice as large
    plain, barred = draw_marks(picture, [], None), draw_marks(picture, [], None, (1.0, 1.0))
    assert np.array_equal(barred[: len(plain)], plain)
    assert abs(bar_length(barred[len(plain) :]) - 50 * (plain.shape[0] // 200)) <= 1


@pytest.mark.parametrize("pitch", [(0.0, 1.0), (1.0, -1.0), (np.nan, 1.0), (1.0, np.inf)])
def test_a_pitch_that_is_none_is_refused(pitch):
    with pytest.raises(UnsupportedScan, match="apart"):
        draw_marks(np.zeros((40, 40, 3), np.uint8), [], None, pitch)
