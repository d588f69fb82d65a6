import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import Mark, UnsupportedScan, draw_marks
from imaging.labels import overlap, place_labels
from imaging.text import shortened, text_width, wrapped

WHITE = np.full((400, 500, 3), 255, np.uint8)
ALARM, FINDING, MISMATCH = (213, 94, 0), (86, 180, 233), (204, 121, 167)

SIDES = st.tuples(st.integers(0, 180), st.integers(0, 180), st.integers(1, 120), st.integers(1, 120))
OBJECTS = st.lists(SIDES.map(lambda s: (s[0], s[1], s[0] + s[2], s[1] + s[3])), max_size=12)


def count(picture, colour):
    return int((picture == colour).all(axis=-1).sum())


@given(objects=OBJECTS, width=st.integers(1, 350), height=st.integers(1, 60))
def test_plates_stay_on_the_picture_off_their_object_and_off_each_other(objects, width, height):
    places = place_labels(objects, [(width, height)] * len(objects), (300, 300))
    assert len(places) == len(objects)
    placed = [(own, place) for own, place in zip(objects, places, strict=True) if place is not None]
    for own, (x0, y0, x1, y1) in placed:
        assert 0 <= x0 < x1 <= 300
        assert 0 <= y0 < y1 <= 300
        assert (x1 - x0, y1 - y0) == (width, height)
        assert overlap(own, (x0, y0, x1, y1)) == 0
    for index, (_, place) in enumerate(placed):
        assert not any(overlap(place, other) for _, other in placed[index + 1 :])


def test_a_lone_object_always_gets_its_plate_beside_it():
    for box in ((0, 0, 20, 20), (280, 280, 300, 300), (100, 0, 200, 300), (0, 100, 300, 200)):
        assert place_labels([box], [(60, 12)], (300, 300)) != [None]
    assert place_labels([(0, 0, 300, 300)], [(60, 12)], (300, 300)) == [None]


@pytest.mark.parametrize(("kind", "colour"), [("alarm", ALARM), ("finding", FINDING), ("mismatch", MISMATCH)])
def test_the_object_itself_is_never_drawn_over(kind, colour):
    drawn = draw_marks(WHITE, [Mark((100, 120, 180, 200), "knife 0.93", kind)], None)
    assert drawn.shape == WHITE.shape
    assert (drawn[120:200, 100:180] == 255).all()
    assert count(drawn, colour) > 200
    assert (WHITE == 255).all()


def test_kinds_differ_in_line_and_not_in_colour_alone():
    shares = {}
    for kind, colour in (("alarm", ALARM), ("finding", FINDING), ("mismatch", MISMATCH)):
        drawn = draw_marks(WHITE, [Mark((100, 120, 400, 320), "", kind)], None)
        shares[kind] = count(drawn, colour)
    assert shares["alarm"] > 1.2 * shares["finding"] > 1.2 * 1.2 * shares["mismatch"] > 0


def test_a_mark_over_everything_has_its_label_in_a_strip_above():
    plain = draw_marks(WHITE, [], None)
    drawn = draw_marks(WHITE, [Mark((0, 0, 500, 400), "undeclared goods", "mismatch")], None)
    assert plain.shape == WHITE.shape
    assert drawn.shape[0] > plain.shape[0]
    assert drawn.shape[1] == plain.shape[1]


def test_banner_is_a_strip_above_and_leaves_the_picture_alone():
    noise = np.random.default_rng(0).integers(0, 256, (400, 500, 3), dtype=np.uint8)
    drawn = draw_marks(noise, [], "RED · knife 0.97 · ähnlich")
    assert np.array_equal(drawn[-400:], noise)
    long = draw_marks(noise, [], "word " * 100)
    assert long.shape[0] > drawn.shape[0] > 400
    assert long.shape[1] == 500


@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (1, 3000), (3000, 1), (60, 40), (600, 700), (359, 1601)], ids=str
)
def test_small_pictures_are_enlarged_by_a_whole_factor_and_large_ones_are_not(height, width):
    drawn = draw_marks(np.zeros((height, width, 3), np.uint8), [], None)
    assert drawn.shape[0] % height == 0
    factor = drawn.shape[0] // height
    assert drawn.shape[1] == max(width * factor, 360)
    assert factor == 1 or max(height, width) * factor <= 1600


BOXES = st.tuples(*[st.floats(-1e4, 1e4)] * 4)
MARKS = st.lists(st.builds(Mark, BOXES, st.text(max_size=40), st.sampled_from(["alarm", "finding", "mismatch"])))


@given(marks=MARKS, banner=st.none() | st.text(max_size=80), seed=st.integers(0, 3))
def test_anything_can_be_drawn_and_twice_the_same(marks, banner, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    first = draw_marks(picture, marks, banner)
    assert first.dtype == np.uint8
    assert np.array_equal(first, draw_marks(picture, marks, banner))


@pytest.mark.parametrize("box", [(0, 0, np.nan, 5), (0, 0, np.inf, 5), (1, 2, 3)])
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(UnsupportedScan, match="four finite"):
        draw_marks(WHITE, [Mark(box, "x", "alarm")], None)


@pytest.mark.parametrize("picture", [WHITE[..., 0], WHITE.astype(np.float32), WHITE[:0]])
def test_a_picture_that_is_none_is_refused(picture):
    with pytest.raises(UnsupportedScan, match="HW3"):
        draw_marks(picture, [], None)


@given(text=st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=60), width=st.integers(40, 400))
def test_text_is_cut_to_fit(text, width):
    cut = shortened(text, 15, width)
    assert text_width(cut, 15) <= width
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_lines_break_between_words_and_lose_none():
    text = "alarm: knife 0.97, explosive 0.88 and a mismatch of mass against the declaration"
    lines = wrapped(text, 15, 200)
    assert " ".join(lines) == text
    assert len(lines) > 2
    assert all(text_width(line, 15) <= 200 for line in lines)
