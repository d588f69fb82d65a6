import re

import pytest

from evaluation import EvaluationError, OperatingPoint, PoolTruth, Prediction, Run, ScanTruth, Truth
from evaluation.admission import admitted, processed_scans
from evaluation.points import OWN

BOX = (0.0, 0.0, 9.0, 9.0)
LABELS = ("knife", "pistol")
POOL = PoolTruth(
    "p",
    LABELS,
    (
        ScanTruth("both", "x", "g1", "test", (1, 2), frozenset(LABELS)),  # two views
        ScanTruth("knives", "x", "g2", "test", (3,), frozenset({"knife"})),
        ScanTruth("seen", "x", "g3", "test", (4,), frozenset({"knife"})),  # holds a pistol that nobody looked for
        ScanTruth("nothing", "x", "g4", "test", (5,), frozenset()),
    ),
    (Truth(4, "pistol", BOX, "seen"),),
)


def _at(image, label="knife"):
    return Prediction(image, label, BOX, 0.5)


def test_an_empty_run_is_admitted_as_it_is():
    assert admitted(Run("A", ()), POOL) == (Run("A", ()), {})
    with pytest.raises(EvaluationError):
        admitted(Run("A", (_at(1),)), PoolTruth("p", LABELS, (), ()))


def test_claims_that_nobody_can_judge_are_set_aside_and_counted():
    items = tuple(_at(image, label) for image in range(1, 6) for label in LABELS)
    kept, ignored = admitted(Run("A", items), POOL)
    assert ignored == {"knife": 1, "pistol": 2}
    assert {(item.image_id, item.label) for item in kept.predictions} == {
        *((image, label) for image in (1, 2, 4) for label in LABELS),
        (3, "knife"),
    }


def test_alarm_flags_are_set_aside_as_well():
    flags = OperatingPoint("alarm flags", None, None, OWN, alarms=(_at(3), _at(3, "pistol")))
    frozen = OperatingPoint("loose", 0.05, 0.5, OWN)
    kept, _ = admitted(Run("A", (), points=(flags, frozen)), POOL)
    assert kept.points[0].alarms == (_at(3),)
    assert kept.points[1] == frozen


@pytest.mark.parametrize(
    "run",
    [
        Run("A", (_at(6),)),
        Run("A", (_at(1, "bazooka"),)),
        Run("A", (_at(1),), processed=frozenset({2})),
        Run("A", (), processed=frozenset({0})),
        Run("A", (), points=(OperatingPoint("alarm flags", None, None, OWN, alarms=(_at(6),)),)),
        Run("A", (), points=(OperatingPoint("alarm flags", None, None, OWN, alarms=(_at(1, "bazooka"),)),)),
    ],
)
def test_a_run_of_another_pool_is_refused_in_three_parts(run):
    with pytest.raises(EvaluationError) as caught:
        admitted(run, POOL)
    assert re.fullmatch(r"[^;]+; found .+'A'.*; [^;]+(; [^;]+)?", str(caught.value))


@pytest.mark.parametrize(
    ("processed", "scans"),
    [
        (None, {"both", "knives", "seen", "nothing"}),
        ((), set()),
        ((1,), set()),  # one of two views is not the scan
        ((2, 3), {"knives"}),
        ((1, 2), {"both"}),
    ],
)
def test_a_scan_counts_as_processed_when_all_its_images_are(processed, scans):
    run = Run("A", (), processed=None if processed is None else frozenset(processed))
    assert processed_scans(run, POOL) == scans
