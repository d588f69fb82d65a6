import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.calibration.robust import clipped_mean, spread


def test_equal_values_have_no_spread():
    assert spread(np.full(9, 3.0)) == 0
    mean, error, sigma = clipped_mean(np.full((2, 9), 3.0))
    assert mean.tolist() == [3, 3]
    assert error.tolist() == sigma.tolist() == [0, 0]


def test_one_value():
    mean, error, sigma = clipped_mean(np.array([[7.0]]))
    assert (mean[0], error[0], sigma[0]) == (7, 0, 0)


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.4), st.floats(-1e6, 1e6))
def test_two_fifths_of_wild_values_move_neither_mean_nor_spread(seed, share, wild):
    values = np.random.default_rng(seed).normal(100, 2, 1000)
    values[: int(share * 1000)] = wild
    mean, _, sigma = clipped_mean(values, step=0.0)
    assert abs(mean - 100) < 4
    assert 1 < spread(values) < 6
    assert sigma < 12


def test_normal_values_give_the_textbook_numbers():
    values = np.random.default_rng(1).normal(1000, 5, (4, 20000))
    mean, error, sigma = clipped_mean(values)
    assert mean == pytest.approx(values.mean(axis=1), abs=0.02)
    assert sigma == pytest.approx(5, rel=0.02)
    assert error == pytest.approx(5 / np.sqrt(20000), rel=0.02)
    assert spread(values) == pytest.approx(5, rel=0.05)


def test_counts_that_are_mostly_equal_still_have_a_mean_between_them():
    values = np.r_[np.full(90, 10.0), np.full(10, 11.0)]
    assert clipped_mean(values)[0] == pytest.approx(10.1)
    assert clipped_mean(values, step=0.0)[0] == 10
