import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imaging import Mark, UnsupportedScan, draw_marks
from imaging.drawing.masks import enlarged_mask, lay_over, polygon_mask
from imaging.palettes import DARK, MARKS

ALARM = MARKS["alarm"].colour


def l_shape():
    mask = np.zeros((400, 500), np.bool_)
    mask[150:250, 200:300] = True
    mask[150:180, 200:230] = False
    return mask


@pytest.mark.parametrize("background", [0, 127, 255])
def test_a_mask_is_tinted_inside_and_outlined_outside(background):
    picture, mask = np.full((400, 500, 3), background, np.uint8), l_shape()
    shown = draw_marks(picture, [Mark((120, 80, 380, 320), "", "alarm", mask)], None)
    tint = np.rint(background * 0.75 + np.array(ALARM) * 0.25).astype(int)
    assert (np.abs(shown[mask].astype(int) - tint) <= 1).all()
    assert shown[200, 300].tolist() == list(ALARM)  # first column outside: the colour,
    assert shown[200, 301].tolist() == list(DARK)  # then dark, so that one of the two shows on any background
    assert shown[160, 210].tolist() == [background] * 3
    assert (picture == background).all()


def test_the_line_is_as_wide_as_asked_and_ends_at_the_picture():
    canvas, mask = np.zeros((20, 20, 3), np.uint8), np.zeros((20, 20), np.bool_)
    mask[0:6, 10:14] = True
    lay_over(canvas, mask, ALARM, 3)
    coloured = (canvas == ALARM).all(axis=-1)
    assert np.flatnonzero(coloured[2]).tolist() == [7, 8, 9, 14, 15, 16]
    assert np.flatnonzero(coloured[:, 12]).tolist() == [6, 7, 8]


def test_an_empty_mask_draws_nothing():
    picture = np.full((400, 500, 3), 90, np.uint8)
    assert np.array_equal(
        draw_marks(picture, [Mark((10, 10, 60, 60), "", "alarm", np.zeros((400, 500), np.bool_))], None),
        draw_marks(picture, [Mark((10, 10, 60, 60), "", "alarm")], None),
    )


def test_a_rectangle_is_the_same_as_mask_and_as_polygon():
    picture = np.full((100, 120, 3), 200, np.uint8)
    mask = np.zeros((100, 120), np.bool_)
    mask[40:60, 30:70] = True
    corners = ((30.0, 40.0), (70.0, 40.0), (70.0, 60.0), (30.0, 60.0))
    box = (30, 40, 70, 60)
    first = draw_marks(picture, [Mark(box, "", "finding", mask)], None)
    second = draw_marks(picture, [Mark(box, "", "finding", polygon_xy=corners)], None)
    assert first.shape[0] > 100
    assert (first != second).any(axis=-1).mean() < 0.01  # a polygon takes the pixels that its edge touches


@given(
    corners=st.lists(st.tuples(st.floats(-60, 160), st.floats(-60, 160)), min_size=3, max_size=3),
    factor=st.integers(1, 4),
)
def test_polygons_fill_their_inside(corners, factor):
    """Against the sign of three cross products, for pixels that are clear of the edges."""
    (ax, ay), (bx, by), (cx, cy) = corners
    assume(abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > 4)
    mask = polygon_mask(corners, (80, 100), factor)
    assert mask.shape == (80 * factor, 100 * factor)
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]]
    x, y = (x + 0.5) / factor, (y + 0.5) / factor
    distances = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        length = np.hypot(x1 - x0, y1 - y0)
        distances.append(((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length)
    lowest, highest = np.min(distances, axis=0), np.max(distances, axis=0)
    inside = (lowest > 2) | (highest < -2)
    outside = (lowest < -2) & (highest > 2)
    assert mask[inside].all()
    assert not mask[outside].any()


def test_corners_far_away_are_no_trouble():
    everything = ((-1e300, -1e300), (1e300, -1e300), (1e300, 1e300), (-1e300, 1e300))
    assert polygon_mask(everything, (20, 30), 2).all()


@pytest.mark.parametrize(
    "corners",
    [(), ((0, 0), (1, 1)), ((0, 0), (1, 1), (np.nan, 2)), ((0, 0), (1, 1), (2,)), ((0, 0), (1, 1), (2, np.inf))],
)
def test_a_polygon_that_is_none_is_refused(corners):
    with pytest.raises(UnsupportedScan, match="polygon"):
        draw_marks(np.zeros((40, 40, 3), np.uint8), [Mark((1, 1, 9, 9), "", "alarm", polygon_xy=corners)], None)


@pytest.mark.parametrize("mask", [np.zeros((4, 4), np.bool_), np.zeros((40, 40), np.uint8)], ids=["size", "dtype"])
def test_a_mask_that_does_not_fit_is_refused(mask):
    with pytest.raises(UnsupportedScan, match="mask"):
        draw_marks(np.zeros((40, 40, 3), np.uint8), [Mark((1, 1, 9, 9), "", "alarm", mask)], None)


def test_masks_are_enlarged_with_their_picture():
    mask = np.array([[True, False], [False, True]])
    assert enlarged_mask(mask, (2, 2), 2).astype(int).tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [0, 0, 1, 1],
    ]


def test_boxes_are_drawn_over_the_masks_of_others():
    picture = np.full((400, 500, 3), 255, np.uint8)
    shown = draw_marks(
        picture,
        [Mark((100, 100, 200, 200), "", "finding"), Mark((0, 0, 500, 400), "", "alarm", np.ones((400, 500), np.bool_))],
        None,
    )
    assert (shown == MARKS["finding"].colour).all(axis=-1).sum() > 200
