import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import Mark, UnsupportedScan, draw_marks
from imaging.drawing import marks
from imaging.drawing.labels import place_labels
from imaging.drawing.text import line_height, shortened, text_width, wrapped
from imaging.palettes import MARKS as STYLES

WHITE = np.full((400, 500, 3), 255, np.uint8)
ALARM, FINDING, MISMATCH = (STYLES[kind].colour for kind in ("alarm", "finding", "mismatch"))

SIDES = st.tuples(st.integers(0, 180), st.integers(0, 180), st.integers(1, 120), st.integers(1, 120))
OBJECTS = st.lists(SIDES.map(lambda s: (s[0], s[1], s[0] + s[2], s[1] + s[3])), max_size=12)


def overlap(first, second):
    """Pixels that two rectangles share, by counting them."""
    columns = set(range(first[0], first[2])) & set(range(second[0], second[2]))
    rows = set(range(first[1], first[3])) & set(range(second[1], second[3]))
    return len(columns) * len(rows)


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


@pytest.fixture
def written(monkeypatch):
    """Every text that is drawn on a picture: (left, top, right, bottom) of its line, and its height."""
    seen = []
    original = marks.write_text

    def spy(canvas, text, corner_xy, size_px, colour):
        x, y = corner_xy
        seen.append(((x, y, x + text_width(text, size_px), y + line_height(size_px) - 1), size_px, canvas.shape))
        original(canvas, text, corner_xy, size_px, colour)

    monkeypatch.setattr(marks, "write_text", spy)
    return seen


@pytest.mark.parametrize("width", [300, 700, 2000, 6000])
@pytest.mark.parametrize("seed", range(3))
def test_labels_are_readable_and_apart_from_narrow_to_wide(written, width, seed):
    """With 40 boxes anywhere: text of at least 15 pixels that grows with the picture, on it, none over another."""
    height = width // 2
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 0.9, (40, 2)) * (width, height)
    sizes = random.uniform(0.01, 0.15, (40, 2)) * (width, height)
    kinds = random.choice(list(STYLES), 40)
    marks = [
        Mark((x, y, x + w, y + h), f"thing {number} 0.{number:02d}", str(kind))
        for number, ((x, y), (w, h), kind) in enumerate(zip(corners, sizes, kinds, strict=True))
    ]
    draw_marks(np.full((height, width, 3), 200, np.uint8), marks, None)
    assert len(written) >= 5
    for index, (place, size_px, shape) in enumerate(written):
        assert size_px >= max(15, min(72, 0.0219 * np.sqrt(height * width)))
        assert 0 <= place[0] < place[2] <= shape[1]
        assert 0 <= place[1] < place[3] <= shape[0]
        assert not any(overlap(place, other) for other, _, _ in written[index + 1 :])


def test_wide_pictures_have_larger_text_than_narrow_ones(written):
    for width in (300, 1500, 3000, 6000):
        draw_marks(np.full((width // 2, width, 3), 200, np.uint8), [Mark((40, 60, 90, 90), "x", "alarm")], None)
    heights = [size for _, size, _ in written]
    assert heights == sorted(set(heights))


def test_many_labels_without_room_are_counted_and_leave_the_picture_its_place():
    marks = [Mark((0, 0, 500, 400), f"cigarettes in cartons {number}", "finding") for number in range(200)]
    drawn = draw_marks(WHITE, marks, None)
    assert drawn.shape[0] < 400 + 8 * 25
    few = draw_marks(WHITE, marks[:2], None)
    assert 400 < few.shape[0] < drawn.shape[0]


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


def test_a_plate_that_is_larger_than_the_picture_has_no_place():
    assert place_labels([(2, 2, 5, 5)], [(31, 4)], (30, 20)) == [None]
    assert place_labels([(2, 2, 5, 5)], [(4, 21)], (30, 20)) == [None]
    assert place_labels([(2, 2, 5, 5)], [(30, 4)], (30, 20)) != [None]
