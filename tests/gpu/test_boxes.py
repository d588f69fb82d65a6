"""Bounds of what is left inside a picture against linear programming; what becomes of degenerate boxes."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gpu import NO_BOX, NOT_PROJECTED, Objects
from gpu.boxes import bounds_inside, corners_of, kept, moved

ROWS, COLUMNS = 20, 30
SIZE_B2 = torch.tensor([[ROWS, COLUMNS]])


def _reference_bounds(origin_2, step_22):
    """Extreme x and y of the points origin + step (a, b), a and b from 0 to 1, that lie in the picture; else zeros."""
    inside = np.vstack([step_22, -step_22])
    room = np.concatenate([[COLUMNS, ROWS] - origin_2, origin_2])
    found = []
    for sign in (1, -1):
        for axis in (0, 1):
            solved = linprog(sign * step_22[axis], A_ub=inside, b_ub=room, bounds=[(0, 1), (0, 1)])
            if solved.status == 2:
                return np.zeros(4)
            found.append(origin_2[axis] + sign * solved.fun)
    return np.array(found)


def objects_of(boxes_N4, visible=1.0, masks=None) -> Objects:
    boxes_BN4 = torch.tensor(boxes_N4, dtype=torch.float32).reshape(1, -1, 4)
    shape = boxes_BN4.shape[:2]
    return Objects(
        boxes_BN4,
        torch.zeros(shape, dtype=torch.int64),
        torch.full(shape, visible),
        torch.full(shape, 3),
        torch.full(shape, 0.5),
        masks,
    )


@settings(max_examples=120, derandomize=True, deadline=None)
@given(
    middle=st.tuples(st.floats(-10, 40), st.floats(-10, 30)),
    size=st.tuples(st.floats(1, 60), st.floats(1, 60)),
    angle=st.floats(-math.pi, math.pi),
    lean=st.floats(-1, 1),
    mirrored=st.booleans(),
)
def test_bounds_are_those_of_the_part_inside(middle, size, angle, lean, mirrored):
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    step = turn @ np.array([[1, lean], [0, 1]]) @ np.diag(size) @ np.diag([-1 if mirrored else 1, 1])
    origin = np.array(middle) - step @ [0.5, 0.5]
    corners = origin + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) @ step.T
    found = bounds_inside(torch.tensor(corners, dtype=torch.float32)[None, None], SIZE_B2)[0, 0]
    np.testing.assert_allclose(found, _reference_bounds(origin, step), atol=5e-3)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(low=st.tuples(st.integers(-40, 40), st.integers(-40, 40)), size=st.tuples(*[st.integers(1, 60)] * 2))
def test_upright_boxes_are_clipped_exactly(low, size):
    box = torch.tensor([[[*low, low[0] + size[0], low[1] + size[1]]]], dtype=torch.float32)
    clipped = torch.minimum(box.clamp_min(0), torch.tensor([COLUMNS, ROWS] * 2))
    is_inside = (clipped[..., 2:] > clipped[..., :2]).all()
    after = moved(objects_of(box.flatten().tolist()), corners_of(box), SIZE_B2, None, min_visible=0.0)
    assert after.boxes_BN4.equal(clipped if is_inside else torch.zeros_like(box))
    share = (clipped[..., 2:] - clipped[..., :2]).clamp_min(0).prod(-1) / (box[..., 2:] - box[..., :2]).prod(-1)
    torch.testing.assert_close(after.visible_BN, share)


def test_a_corner_that_rounding_put_just_outside_lies_on_the_border():
    box = torch.tensor([[[-5e-5, 2.0, 30.00005, 20.00005]]])
    assert bounds_inside(corners_of(box), SIZE_B2).tolist() == [[[0, 2, COLUMNS, ROWS]]]


def test_a_picture_inside_a_box_is_its_bounds():
    corners = torch.tensor([[[[-100.0, 10], [15, -100], [130, 10], [15, 120]]]])
    assert bounds_inside(corners, SIZE_B2).tolist() == [[[0, 0, COLUMNS, ROWS]]]


@pytest.mark.parametrize("box", [(5, 5, 5, 5), (0, 0, 0, 0), (5, 5, 5, 9), (0, 3, 30, 3), (30, 20, 30, 20)])
def test_a_box_without_area_is_never_grown_and_is_dropped(box):
    objects = objects_of(box)
    bounds = bounds_inside(corners_of(objects.boxes_BN4), SIZE_B2)
    assert ((bounds[..., 2:] - bounds[..., :2]).prod(-1) == 0).all()
    assert moved(objects, corners_of(objects.boxes_BN4), SIZE_B2, None, min_visible=0.0).labels_BN.tolist() == [
        [NO_BOX]
    ]


def test_no_boxes_are_ordinary():
    masks = torch.zeros(1, 0, ROWS, COLUMNS, dtype=torch.bool)
    after = moved(objects_of([]), torch.zeros(1, 0, 4, 2), SIZE_B2, masks, min_visible=0.5)
    assert after.boxes_BN4.shape == (1, 0, 4)
    assert after.masks_BNHW.shape == (1, 0, ROWS, COLUMNS)


def test_what_is_dropped_leaves_nothing_behind():
    masks = torch.ones(1, 2, ROWS, COLUMNS, dtype=torch.bool)
    objects = objects_of([[1, 1, 4, 4], [2, 2, 9, 9]], masks=masks)
    objects.visible_BN[0, 1] = 0.2
    after = kept(objects, 0.25)
    assert after.is_box_BN.tolist() == [[True, False]]
    assert after.is_projected_BN.tolist() == [[True, False]]
    assert after.threat_BN.tolist() == [[3, NOT_PROJECTED]]
    assert after.boxes_BN4.tolist() == [[[1, 1, 4, 4], [0, 0, 0, 0]]]
    assert after.visible_BN.tolist() == [[1, 0]]
    assert after.detectability_BN.isnan().tolist() == [[False, True]]
    assert after.masks_BNHW.flatten(2).any(-1).tolist() == [[True, False]]


def test_the_visible_share_is_what_was_visible_times_what_is_inside():
    objects = objects_of([0, 0, 10, 10], visible=0.6)
    corners = corners_of(objects.boxes_BN4) - torch.tensor([5.0, 0.0])
    assert float(moved(objects, corners, SIZE_B2, None, min_visible=0.0).visible_BN) == pytest.approx(0.3)
    assert moved(objects, corners, SIZE_B2, None, min_visible=0.31).labels_BN.tolist() == [[NO_BOX]]
    assert moved(objects, corners, SIZE_B2, None, min_visible=0.29).labels_BN.tolist() == [[0]]
