import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import Prediction, Truth, located
from evaluation.matching import best_scores, overlaps

THREAT = Truth(1, "knife", (10, 10, 30, 30), "s")


def _alarm(box, label="knife", image=1, score=0.5):
    return Prediction(image, label, box, score)


def test_nothing_and_nothing():
    assert located([], []).shape == (0,)
    assert located([], [_alarm((0, 0, 1, 1))]).shape == (0,)
    assert not located([THREAT], []).any()
    assert overlaps(np.zeros((0, 4)), np.zeros((3, 4))).shape == (0, 3)


def test_empty_boxes_overlap_nothing():
    assert overlaps(np.array([[5.0, 5, 5, 5]]), np.array([[5.0, 5, 5, 5]])) == 0


@pytest.mark.parametrize(
    ("alarm", "on"),
    [
        (_alarm((18, 18, 22, 22)), True),  # small, but its centre is inside
        (_alarm((0, 0, 60, 60)), True),  # centre on the corner (30, 30) counts as inside
        (_alarm((0, 0, 62, 62)), False),
        (_alarm((10, 10, 30, 60)), True),  # centre (20, 35) outside, IoU 0.4
        (_alarm((10, 10, 30, 80)), False),  # centre outside, IoU 0.286
        (_alarm((18, 18, 22, 22), label="pistol"), False),
        (_alarm((18, 18, 22, 22), image=2), False),
    ],
)
def test_what_is_on_a_threat(alarm, on):
    assert located([THREAT], [alarm]).tolist() == [on]


def test_labels_may_be_left_aside_and_the_overlap_changed():
    assert located([THREAT], [_alarm((18, 18, 22, 22), label="pistol")], match_label=False).all()
    assert located([THREAT], [_alarm((10, 10, 30, 80))], iou=0.25).all()


def test_one_alarm_may_be_on_two_threats():
    other = Truth(1, "knife", (12, 12, 28, 28), "s")
    assert located([THREAT, other], [_alarm((15, 15, 25, 25))]).tolist() == [True, True]


def test_best_score_is_that_of_the_best_alarm_on_it():
    alarms = [
        _alarm((18, 18, 22, 22), score=0.2),
        _alarm((15, 15, 25, 25), score=0.4),
        _alarm((90, 90, 99, 99), score=1),
    ]
    assert best_scores([THREAT], alarms).tolist() == [0.4]
    assert best_scores([THREAT], alarms[2:]).tolist() == [-np.inf]


box = st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 8)] * 2).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(box, box)
@settings(derandomize=True, deadline=None)
def test_overlap_is_that_of_painted_pixels(one, other):
    canvas = np.zeros((2, 24, 24), bool)
    for plane, (x0, y0, x1, y1) in zip(canvas, (one, other), strict=True):
        plane[y0:y1, x0:x1] = True
    wanted = (canvas[0] & canvas[1]).sum() / (canvas[0] | canvas[1]).sum()
    assert overlaps(np.array([one], float), np.array([other], float))[0, 0] == pytest.approx(wanted)
