import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import clean_scans_needed, frozen_threshold


@pytest.mark.parametrize(("rate", "needed"), [(0.01, 99), (0.05, 19), (0.5, 1), (0.07, 14)])
def test_too_few_scans_promise_nothing(rate, needed):
    assert clean_scans_needed(rate) == needed
    assert frozen_threshold(range(needed - 1), rate) is None
    assert frozen_threshold(range(needed), rate) is not None


@pytest.mark.parametrize("rate", [0, 1, 5, -0.1])
def test_a_rate_is_a_share(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        frozen_threshold([1.0, 2.0], rate)


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_scores_are_numbers(score):
    with pytest.raises(ValueError, match="nan or"):
        frozen_threshold([0.1] * 50 + [score], 0.05)


def test_threshold_is_just_above_the_kth_highest_clean_score():
    scores = np.linspace(0, 1, 99)
    threshold = frozen_threshold(scores, 0.05)  # k = 5
    assert (scores >= threshold).sum() == 4
    assert threshold > scores[-5]
    assert np.nextafter(threshold, 0) == scores[-5]


def test_a_product_that_rounds_down_keeps_its_alarm():
    assert (99 + 1) * 0.29 < 29
    assert (np.arange(99) >= frozen_threshold(np.arange(99), 0.29)).sum() == 28


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=60),
    st.sampled_from([0.02, 0.05, 0.1, 0.25, 0.5]),
)
@settings(derandomize=True, deadline=None)
def test_promise_holds_exactly_over_every_choice_of_the_further_scan(scores, rate):
    """Exchangeable scans, ties and all: each of the n + 1 in turn is the one that was not seen."""
    alarms = 0
    for place, further in enumerate(scores):
        threshold = frozen_threshold(scores[:place] + scores[place + 1 :], rate)
        alarms += threshold is not None and further >= threshold
    assert alarms <= rate * len(scores) + 1e-9


@pytest.mark.parametrize("digits", [None, 1], ids=["continuous", "tied"])
@pytest.mark.parametrize("rate", [0.01, 0.05])
def test_realised_rate_of_further_scans_keeps_the_promise_on_average(digits, rate):
    random, realised = np.random.default_rng(5), []
    for _ in range(500):
        scores = random.beta(1, 4, 120 + 1000)
        scores = scores if digits is None else np.round(scores, digits)
        realised.append((scores[120:] >= frozen_threshold(scores[:120], rate)).mean())
    assert np.mean(realised) <= rate + 3 * np.std(realised) / np.sqrt(500)
    if digits is None:  # and not by never alarming
        assert np.mean(realised) > rate * 0.6


def test_scans_without_findings_leave_every_finding_an_alarm():
    threshold = frozen_threshold([-np.inf] * 99, 0.05)
    assert np.isfinite(threshold)
    assert threshold < -1e300
