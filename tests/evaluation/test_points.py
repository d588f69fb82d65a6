import math

import numpy as np

from evaluation import OperatingPoint, PoolTruth, Prediction, Run, ScanTruth, Truth
from evaluation.points import CALIBRATION_SPLIT, OWN, alarms_at, calibration_points, scan_scores

BOX = (0.0, 0.0, 9.0, 9.0)


def _scan(place, split="calibration", examined=("knife",)):
    images = (2 * place, 2 * place + 1)
    return ScanTruth(f"s{place}", "x", f"g{place}", split, images, frozenset(examined))


def _at(image, score):
    return Prediction(image, "knife", BOX, score)


def _pool(*scans, threats=()):
    return PoolTruth("p", ("knife",), scans, tuple(Truth(2 * place, "knife", BOX, f"s{place}") for place in threats))


def test_scores_of_scans():
    assert scan_scores([_at(1, 0.5)], []) == {}
    found = scan_scores([_at(2, 0.5), _at(3, 0.7), _at(3, 0.1), _at(99, 1.0)], [_scan(1), _scan(2)])
    assert found == {"s1": 0.7, "s2": -math.inf}


def test_an_alarm_is_a_score_at_the_threshold_or_above():
    run = Run("A", (_at(1, 0.4), _at(2, 0.5), _at(3, 0.6)))
    assert alarms_at(run, OperatingPoint("loose", 0.05, 0.5, OWN)) == run.predictions[1:]
    assert alarms_at(run, OperatingPoint("loose", 0.05, None, OWN)) is None
    assert alarms_at(run, OperatingPoint("flags", None, None, OWN, alarms=())) == ()


def test_without_clean_calibration_scans_nothing_is_frozen():
    for pool in (_pool(), _pool(_scan(1), threats=(1,)), _pool(_scan(1, examined=())), _pool(_scan(1, split="test"))):
        (point,) = calibration_points(Run("A", ()), pool, "test", {"half": 0.5})
        assert (point.threshold, point.n_clean, point.frozen_on) == (None, 0, frozenset())
        assert "0 clean calibration scans; 1 are needed" in point.reason


def test_thresholds_are_frozen_on_clean_processed_calibration_scans_alone():
    scans = [_scan(place) for place in range(1, 9)]
    scans += [_scan(9, split="test"), _scan(10, examined=())]
    pool = _pool(*scans, threats=(8,))
    found = tuple(_at(2 * place, place / 100) for place in range(1, 11))
    done = frozenset({*range(2, 13), *range(16, 22)})  # one view of scan 6 and both of scan 7 were not processed
    kept = tuple(item for item in found if item.image_id in done)
    run = Run("A", kept, processed=done)
    (point,) = calibration_points(run, pool, "test", {"half": 0.5})
    assert point.source == CALIBRATION_SPLIT
    assert point.frozen_on == {"s1", "s2", "s3", "s4", "s5"}  # not s6, s7: unread is not quiet; not the threat in s8
    assert point.threshold == np.nextafter(0.03, 1)  # k = floor(6 * 0.5) = 3, the third highest of 0.01 to 0.05


def test_a_run_that_is_silent_on_read_scans_alarms_at_any_finding():
    pool = _pool(*(_scan(place) for place in range(1, 20)))
    run = Run("A", (), processed=frozenset(range(2, 40)))
    (point,) = calibration_points(run, pool, "test", {"loose": 0.05})
    assert point.threshold == np.nextafter(-np.inf, 0)
