"""Lines of text at any angle: found in a map, bounded, cut out upright."""

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imaging.anonymisation.lines import Line, cut_out, lines_in


def bar(size_hw, middle, length, height, angle, value=255):
    """A map with one bar in it, drawn by asking every pixel."""
    y, x = np.indices(size_hw)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    along, down = (x - middle[0]) * cos + (y - middle[1]) * sin, (y - middle[1]) * cos - (x - middle[0]) * sin
    inside = (np.abs(along) <= length / 2) & (np.abs(down) <= height / 2)
    return np.where(inside, value, 0).astype(np.uint8)


@pytest.mark.parametrize("value", [0, 77, 255])
@pytest.mark.parametrize("size_hw", [(1, 1), (1, 40), (40, 1), (2, 2)])
def test_there_is_no_line_in_what_is_too_small(size_hw, value):
    assert lines_in(np.full(size_hw, value, np.uint8), 1.0) == []


@pytest.mark.parametrize("value", [0, 77, 78, 127, 128, 255])
def test_a_line_has_a_core_that_is_likely_on_the_whole(value):
    assert len(lines_in(bar((60, 90), (45, 30), 40, 8, 0, value), 1.0)) == (value >= 128)


def test_a_line_is_brought_back_to_its_breadth():
    (line,) = lines_in(bar((60, 90), (45, 30), 40, 8, 0), 1.0)
    # OpenCV measures between the middles of pixels: 40 x 8, grown by 1.7 x 320 / 48
    assert (line.x, line.y) == (45, 30)
    assert line.angle == 0
    assert line.length == pytest.approx(40 + 1.7 * 320 / 48, abs=1e-3)
    assert line.height == pytest.approx(8 + 1.7 * 320 / 48, abs=1e-3)


@pytest.mark.parametrize(("edge", "longer"), [(77, 28), (78, 32)])
def test_a_core_begins_above_a_level(edge, longer):
    probability_HW = np.maximum(bar((60, 90), (45, 30), 44, 12, 0, edge), bar((60, 90), (45, 30), 36, 8, 0, 255))
    (line,) = lines_in(probability_HW, 1.0)
    assert line.length - line.height == pytest.approx(longer)


@pytest.mark.parametrize("angle", [-89, -60, -45, -10, 0, 10, 45, 60, 89, 90])
def test_a_line_of_any_angle(angle):
    (line,) = lines_in(bar((160, 160), (80, 75), 100, 12, angle), 1.0)
    assert (line.x, line.y) == pytest.approx((80, 75), abs=1.0)
    assert (line.angle - angle + 90) % 180 - 90 == pytest.approx(0, abs=1.5)
    assert -90 <= line.angle < 90
    assert line.length - line.height == pytest.approx(88, abs=3)


def test_the_scale_of_the_map_is_taken_back():
    probability_HW = bar((120, 180), (90.5, 60.5), 80, 16, 0)
    (line,) = lines_in(probability_HW, 2.0)
    (same,) = lines_in(probability_HW, 1.0)
    assert (line.x, line.y) == ((same.x + 0.5) / 2 - 0.5, (same.y + 0.5) / 2 - 0.5)
    assert (line.length, line.height, line.angle) == (same.length / 2, same.height / 2, same.angle)


def test_every_core_is_a_line_and_a_hole_is_not():
    probability_HW = np.maximum(bar((120, 200), (50, 20), 60, 10, 0), bar((120, 200), (120, 80), 100, 30, 0))
    probability_HW[68:92, 75:165] = 0
    assert sorted(round(line.y) for line in lines_in(probability_HW, 1.0)) == [20]  # a frame is not likely inside
    probability_HW[68:92, 75:165] = 100
    assert sorted(round(line.y) for line in lines_in(probability_HW, 1.0)) == [20, 80]


def test_the_box_of_a_line_has_margins_in_heights():
    line = Line(50, 40, 30, 10, 0)
    assert line.box().tolist() == [35, 35, 65, 45]
    assert line.box(1.0, 0.25).tolist() == [25, 32.5, 75, 47.5]
    upright = Line(50, 40, 30, 10, -90)
    assert upright.box(1.0, 0.25) == pytest.approx([42.5, 15, 57.5, 65])


@given(
    angle=st.floats(-90, 89),
    length=st.floats(5, 80),
    height=st.floats(1, 20),
    along=st.floats(0, 2),
    across=st.floats(0, 2),
)
def test_the_box_of_a_line_touches_its_corners(angle, length, height, along, across):
    line = Line(10, 20, length, height, angle)
    corners = cv2.boxPoints(((10, 20), (length + 2 * along * height, height + 2 * across * height), angle))
    expected = [*corners.min(axis=0), *corners.max(axis=0)]
    assert line.box(along, across) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("angle", [-90, -30, 0, 45])
def test_a_line_reaches_along_itself(angle):
    line = Line(100, 50, 60, 10, angle)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    for along, down, expected in (
        (0, 0, True),
        (49, 0, True),
        (-49, 0, True),
        (51, 0, False),
        (-51, 0, False),
        (40, 7, True),
        (40, -7, True),
        (0, 8, False),
        (0, -8, False),
    ):
        place = 100 + along * cos - down * sin, 50 + along * sin + down * cos
        assert line.reaches(*place, 2.0, 0.25) == expected


def test_a_short_line_is_one_piece():
    line = Line(50, 40, 600, 10, 30)
    assert line.pieces() == [line]


@given(length=st.floats(601, 40_000), angle=st.floats(-90, 89))
def test_a_long_line_is_covered_by_pieces_that_overlap(length, angle):
    line = Line(1000, 2000, length, 10, angle)
    pieces = line.pieces()
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    places = [(piece.x - line.x) * cos + (piece.y - line.y) * sin for piece in pieces]
    across = [(piece.y - line.y) * cos - (piece.x - line.x) * sin for piece in pieces]
    assert len(pieces) >= 2
    assert {(piece.length, piece.height, piece.angle) for piece in pieces} == {(600, 10, angle)}
    np.testing.assert_allclose(across, 0, atol=1e-6)
    np.testing.assert_allclose([places[0] - 300, places[-1] + 300], [-length / 2, length / 2], atol=1e-6)
    assert np.all(np.diff(places) <= 600 - 60 + 1e-6)


def noise(size_hw, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*size_hw, 3), np.uint8)


def test_a_line_of_48_pixels_is_cut_out_as_it_is():
    picture = noise((80, 200))
    cut = cut_out(picture, Line(99.5, 39.5, 120, 48, 0))
    np.testing.assert_array_equal(cut, picture[16:64, 40:160])


@pytest.mark.parametrize("size_hw", [(1, 1), (3, 200), (80, 200)])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_cut_is_48_pixels_high_whatever_the_line(size_hw, turns):
    for line, high, wide in (
        (Line(0, 0, 20, 5, 0), 48, 192),
        (Line(-50, 500, 5, 50, 33), 48, 16),
        (Line(10, 10, 400, 300, -90), 150, 200),
        (Line(10, 10, 6, 5.5, 89), 48, 52),
    ):
        cut = cut_out(noise(size_hw), line, turns)
        assert cut.shape == ((high, wide, 3) if turns % 2 == 0 else (wide, high, 3))
        assert cut.dtype == np.uint8
        assert cut.flags.c_contiguous


def test_the_edge_of_the_picture_goes_on_outside():
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[-1] = 200
    cut = cut_out(picture, Line(14.5, 40, 40, 10, 0))
    np.testing.assert_array_equal(cut, 200)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_turning_a_cut_is_turning_the_picture(turns):
    picture, line = noise((80, 200)), Line(90, 35, 70, 20, 0)
    np.testing.assert_array_equal(cut_out(picture, line, turns), np.rot90(cut_out(picture, line), turns))


@given(
    x=st.integers(0, 59), y=st.integers(0, 39), length=st.integers(24, 60), height=st.integers(8, 24),
    seed=st.integers(0, 9),
)  # fmt: skip
def test_a_line_in_a_picture_turned_by_a_quarter_gives_the_same_cut(x, y, length, height, seed):
    assume(length > height)
    picture = cv2.GaussianBlur(noise((40, 60), seed), (5, 5), 0)
    upright = cut_out(picture, Line(x, y, length, height, 0)).astype(int)
    anticlockwise = cut_out(np.ascontiguousarray(np.rot90(picture)), Line(y, 59 - x, length, height, -90)).astype(int)
    half = cut_out(np.ascontiguousarray(np.rot90(picture, 2)), Line(59 - x, 39 - y, length, height, 0), 2).astype(int)
    assert np.abs(anticlockwise - upright).max() <= 8  # OpenCV interpolates at 1/32 of a pixel
    assert np.abs(half - upright).max() <= 8


@pytest.mark.parametrize("angle", [-75, -30, 15, 60])
def test_a_slanting_line_is_cut_out_level(angle):
    line = bar((200, 200), (100, 100), 90, 10, angle)
    stroke = bar((200, 200), (100, 100), 10, 4, angle)
    picture = np.repeat((line // 2 + stroke // 4)[..., None], 3, axis=2)
    cut = cut_out(picture, Line(100, 100, 120, 20, angle))[..., 0]
    assert cut.shape == (48, 288)
    assert np.all(cut[20:28, 40:248] > 100)
    assert np.all(cut[:5] == 0)
    assert np.all(cut[-5:] == 0)
    assert np.all(cut[22:26, 136:152] > 170)
