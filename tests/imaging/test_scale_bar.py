import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import Mark, UnsupportedScan, draw_marks
from imaging.scale_bar import length_text, round_length_mm, with_scale_bar

BRIGHT = (255, 255, 255)


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
    shown = with_scale_bar(picture, (column_mm, column_mm), width, 20)
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


def test_masks_tint_their_object_and_nothing_else():
    picture = np.full((400, 500, 3), 255, np.uint8)
    mask = np.zeros((400, 500), np.bool_)
    mask[150:250, 200:300] = True
    mask[150:180, 200:230] = False
    shown = draw_marks(picture, [Mark((200, 150, 300, 250), "", "alarm", mask)], None)
    assert shown[220, 270].tolist() == [244, 215, 191]  # a quarter of the alarm's colour on white
    assert shown[160, 210].tolist() == [255, 255, 255]
    assert shown[100, 100].tolist() == [255, 255, 255]


def test_a_mask_is_enlarged_with_its_picture():
    picture = np.full((100, 100, 3), 255, np.uint8)
    mask = np.zeros((100, 100), np.bool_)
    mask[40:60, 40:60] = True
    shown = draw_marks(picture, [Mark((30, 30, 70, 70), "", "finding", mask)], None)
    factor = shown.shape[0] // 100
    assert factor > 1
    assert shown[50 * factor, 50 * factor].tolist() != [255, 255, 255]
    assert shown[36 * factor, 50 * factor].tolist() == [255, 255, 255]


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(UnsupportedScan, match="mask"):
        draw_marks(np.zeros((40, 40, 3), np.uint8), [Mark((1, 1, 9, 9), "", "alarm", np.zeros((4, 4), np.bool_))], None)


@pytest.mark.parametrize("width", [300, 1000, 6000])
def test_text_stays_readable_from_narrow_to_wide(width):
    """Label plates are at least 15 rows high, and at least one fiftieth of a picture's side up to the largest."""
    picture = np.full((max(200, width // 3), width, 3), 255, np.uint8)
    box = (width * 0.4, 90, width * 0.5, 120)
    plain = draw_marks(picture, [Mark(box, "", "alarm")], None)
    labelled = draw_marks(picture, [Mark(box, "rifle 0.93", "alarm")], None)
    rows = np.flatnonzero((plain != labelled).any(axis=(1, 2)))
    assert len(rows) >= max(15, min(72, 0.02 * np.sqrt(picture.shape[0] * width)))
