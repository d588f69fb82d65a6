import numpy as np
import pytest
from scipy.stats import binom

from evaluation import Prediction, ScanTruth, Truth, binomial_interval, pd_loc, pd_scan, pfa_scan

BOX = (10.0, 10.0, 30.0, 30.0)


def _alarm(box, image):
    return Prediction(image, "knife", box, 0.5)


def _scan(scan_id, group=None):
    return ScanTruth(scan_id, "x", group or scan_id, "test", (1,), frozenset({"knife"}))


def test_rates_without_scans_say_nothing():
    assert pd_loc([], [], {}).value is None
    assert pd_scan([], {"s"}).value is None
    assert pfa_scan([], set()).value is None


def test_rates_count_what_they_say():
    scans = [_scan(f"s{i}") for i in range(10)]
    assert pfa_scan(scans, {"s1", "s2", "elsewhere"}).value == 0.2
    assert pd_scan(scans[:1], {"s0"}).as_dict() == {"value": 1.0, "lower": pytest.approx(0.025), "upper": 1.0, "n": 1}
    threats = [Truth(i, "knife", BOX, f"s{i}") for i in range(4)]
    found = pd_loc(threats, [_alarm((15, 15, 25, 25), 3)], {f"s{i}": f"g{i}" for i in range(4)})
    assert (found.value, found.n) == (0.25, 4)


def test_a_scan_alarms_once_however_many_its_alarms_and_wherever_they_are():
    scans = [_scan(f"s{i}") for i in range(4)]
    assert pd_scan(scans, ["s0", "s0", "s1"]).value == 0.5
    truths = [Truth(1, "knife", BOX, "s0")]
    assert pd_loc(truths, [_alarm((80, 80, 99, 99), 1)], {"s0": "s0"}).value == 0.0


def test_threats_of_a_group_share_what_they_know():
    """Forty threats in ten scans of five groups, all found: what is known is known of five."""
    truths = [Truth(i // 4, "knife", BOX, f"s{i // 4}") for i in range(40)]
    groups = {f"s{i}": f"g{i // 2}" for i in range(10)}
    found = pd_loc(truths, [_alarm(BOX, i) for i in range(10)], groups)
    assert (found.value, found.upper, found.n) == (1.0, 1.0, 40)
    assert found.lower == pytest.approx(binomial_interval(5, 5).lower)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("n", [1, 5, 40])
def test_rates_of_single_scans_cover_at_least_what_they_say(n, confidence):
    """Exactly, by summing over every count: no simulation."""
    scans = [_scan(f"s{i}") for i in range(n)]
    found = [pfa_scan(scans, {f"s{i}" for i in range(k)}, confidence) for k in range(n + 1)]
    for truth in np.linspace(0.001, 0.999, 97):
        covered = [interval.lower <= truth <= interval.upper for interval in found]
        assert binom.pmf(np.arange(n + 1), n, truth)[covered].sum() >= confidence - 1e-9
