import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from evaluation.statistics import (
    Interval,
    binomial_interval,
    cluster_bootstrap,
    rate_interval,
    sign_flip_p_value,
)

NOTHING = Interval(None, None, None, 0)


def test_nothing_to_estimate_from_gives_nothing():
    assert binomial_interval(0, 0) == NOTHING
    assert rate_interval([], []) == NOTHING
    assert cluster_bootstrap([], lambda counts: float(counts.sum())) == NOTHING


@pytest.mark.parametrize(("k", "low", "high"), [(0, 0.0, 0.975), (1, 0.025, 1.0)])
def test_one_trial(k, low, high):
    found = binomial_interval(k, 1)
    assert (found.lower, found.upper) == pytest.approx((low, high))


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(derandomize=True, deadline=None)
def test_clopper_pearson_is_that_of_scipy_and_statsmodels(k, n, confidence):
    k = min(k, n)
    found = binomial_interval(k, n, confidence)
    oracle = stats.binomtest(k, n).proportion_ci(confidence, method="exact")
    assert (found.lower, found.upper) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
    assert (found.lower, found.upper) == pytest.approx(proportion_confint(k, n, 1 - confidence, "beta"), abs=1e-9)
    assert found.value == k / n


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(k, n):
    with pytest.raises(ValueError, match="successes lie between"):
        binomial_interval(k, n)


def test_rate_of_single_items_is_clopper_pearson():
    hits = [True] * 17 + [False] * 3
    assert rate_interval(hits, range(20)) == binomial_interval(17, 20)


def test_items_of_one_cluster_count_as_one():
    found = rate_interval([True, False, True, True], ["a"] * 4)
    one = binomial_interval(0.75, 1)
    assert (found.value, found.lower, found.upper, found.n) == (0.75, one.lower, one.upper, 4)


def test_unlike_clusters_divide_the_sample_by_the_design_effect_of_korn_and_graubard():
    hits, groups = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1], bool), np.repeat(np.arange(4), 3)
    share = hits.mean()
    residuals = np.array([(hits[groups == g] - share).sum() for g in range(4)])
    clustered, simple = 4 / 3 * (residuals**2).sum() / 12**2, share * (1 - share) / 11
    n = 12 / (clustered / simple) * (stats.t.ppf(0.975, 11) / stats.t.ppf(0.975, 3)) ** 2
    k = share * n
    found = rate_interval(hits, groups)
    assert 1 < n < 12
    assert (found.lower, found.upper) == pytest.approx(
        (stats.beta.ppf(0.025, k, n - k + 1), stats.beta.ppf(0.975, k + 1, n - k))
    )


def test_copies_of_every_item_do_not_narrow_the_interval():
    hits = np.arange(30) % 5 > 0
    once = rate_interval(hits, range(30))
    fourfold = rate_interval(np.repeat(hits, 4), np.repeat(np.arange(30), 4))
    assert fourfold.upper - fourfold.lower >= (once.upper - once.lower) * 0.98


def test_perfect_rate_over_clusters_is_not_certain():
    found = rate_interval([True] * 40, np.repeat(np.arange(10), 4))
    assert found.lower == pytest.approx(binomial_interval(10, 10).lower)


@pytest.mark.parametrize(("groups", "share"), [(20, 0.9), (60, 0.95)])
def test_clustered_rate_covers_what_it_says(groups, share):
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(300):
        sizes = random.integers(1, 5, groups)
        chance = np.repeat(random.beta(share, 1 - share, groups), sizes)
        found = rate_interval(random.random(sizes.sum()) < chance, np.repeat(np.arange(groups), sizes))
        covered += found.lower <= share <= found.upper
    assert covered / 300 > 0.92


def test_order_of_items_changes_no_interval():
    random = np.random.default_rng(0)
    values, names = random.random(50), random.integers(0, 12, 50)
    shuffled = random.permutation(50)

    def mean_of(items):
        return lambda counts: float(counts @ items / counts.sum())

    one = cluster_bootstrap(names, mean_of(values), draws=200, seed=5)
    other = cluster_bootstrap(names[shuffled], mean_of(values[shuffled]), draws=200, seed=5)
    assert (one.lower, one.upper) == pytest.approx((other.lower, other.upper))


def test_bootstrap_of_a_mean_is_near_the_normal_interval():
    values = np.random.default_rng(1).normal(3, 2, 400)
    found = cluster_bootstrap(range(400), lambda counts: float(counts @ values / counts.sum()), draws=2000, seed=1)
    half = 1.96 * values.std(ddof=1) / 20
    assert (found.lower, found.upper) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)


def test_draws_without_a_value_are_left_out():
    found = cluster_bootstrap(["a", "b"], lambda counts: 1.0 if counts.all() else float("nan"), draws=50)
    assert (found.value, found.lower, found.upper) == (1.0, 1.0, 1.0)


def test_sign_flips_of_equal_pairs_reject_at_their_level():
    random = np.random.default_rng(2)
    p_values = [sign_flip_p_value(random.integers(-2, 3, 30), draws=199, seed=i) for i in range(300)]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.08


def test_sign_flips_see_a_clear_difference_and_none_where_there_is_none():
    assert sign_flip_p_value(np.ones(20), draws=999) < 0.01
    assert sign_flip_p_value(np.zeros(20)) == 1.0
    assert sign_flip_p_value([]) == 1.0
