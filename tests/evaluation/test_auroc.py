import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from evaluation import auroc, auroc_interval


def _reference_pairs(scores, positive):
    wins = [
        (p > n) + (p == n) / 2
        for p in [s for s, flag in zip(scores, positive, strict=True) if flag]
        for n in [s for s, flag in zip(scores, positive, strict=True) if not flag]
    ]
    return sum(wins) / len(wins) if wins else None


@pytest.mark.parametrize("positive", [[], [True], [False], [True, True]])
def test_without_a_pair_there_is_no_area(positive):
    scores = list(range(len(positive)))
    assert auroc(scores, positive) is None
    found = auroc_interval(scores, positive)
    assert (found.value, found.lower, found.upper, found.n) == (None, None, None, len(positive))


def test_nan_and_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="one number for each item"):
        auroc([float("nan"), 1], [True, False])
    with pytest.raises(ValueError, match="one number for each item"):
        auroc([1.0], [True, False])


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40))
@settings(derandomize=True, deadline=None)
def test_area_is_the_share_of_pairs(items):
    scores, positive = [score for score, _ in items], [flag for _, flag in items]
    wanted = _reference_pairs(scores, positive)
    assert auroc(scores, positive) == (None if wanted is None else pytest.approx(wanted))


def test_scans_without_a_finding_may_score_minus_infinity():
    assert auroc([-np.inf, -np.inf, 0.3], [False, True, True]) == 0.75
    found = auroc_interval([-np.inf, -np.inf, 0.3, 0.1], [False, True, True, False])
    assert 0 <= found.lower <= found.value <= found.upper <= 1


def test_perfect_ranks_are_not_certain():
    few = auroc_interval([1, 2, 3, 4], [False, False, True, True])
    many = auroc_interval(range(200), [False] * 100 + [True] * 100)
    assert few.upper == many.upper == 1
    assert few.lower < 0.6 < 0.95 < many.lower < 1


def test_one_of_a_kind_gives_a_wide_interval():
    found = auroc_interval([0.9, 0.1], [True, False])
    assert found.lower < 0.3
    assert found.upper == 1


def _reference_delong(scores, positive):
    """Variance from the definition: placements of every positive among negatives and the reverse."""
    p, n = scores[positive], scores[~positive]
    wins = (p[:, None] > n) + (p[:, None] == n) / 2
    return wins.mean(), wins.mean(1).var(ddof=1) / len(p) + wins.mean(0).var(ddof=1) / len(n)


def test_interval_of_independent_items_is_delong_on_the_logit_scale():
    random = np.random.default_rng(0)
    positive = np.arange(120) < 45
    scores = np.round(random.normal(positive * 0.8, 1), 1)
    area, variance = _reference_delong(scores, positive)
    half = 1.959964 * np.sqrt(variance) / (area * (1 - area))
    logit = np.log(area / (1 - area))
    found = auroc_interval(scores, positive)
    assert found.value == pytest.approx(area)
    assert (found.lower, found.upper) == pytest.approx(
        (1 / (1 + np.exp(half - logit)), 1 / (1 + np.exp(-half - logit)))
    )


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_delong_covers_what_it_says(shift):
    random, truth, covered = np.random.default_rng(4), norm.cdf(shift / np.sqrt(2)), 0
    positive = np.arange(100) < 40
    for _ in range(400):
        found = auroc_interval(random.normal(positive * shift, 1), positive)
        covered += found.lower <= truth <= found.upper
    assert 0.92 <= covered / 400 <= 0.985


def test_clusters_widen_the_interval_and_single_ones_do_not():
    random = np.random.default_rng(6)
    positive = np.arange(60) < 30
    scores = random.normal(positive, 1)
    alone = auroc_interval(scores, positive)
    assert auroc_interval(scores, positive, range(60)) == alone
    copies = auroc_interval(np.repeat(scores, 5), np.repeat(positive, 5), np.repeat(np.arange(60), 5))
    blind = auroc_interval(np.repeat(scores, 5), np.repeat(positive, 5))
    assert blind.upper - blind.lower < 0.6 * (copies.upper - copies.lower)
    assert copies.upper - copies.lower == pytest.approx(alone.upper - alone.lower, rel=0.15)
