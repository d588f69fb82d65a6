"""Beams on the device against the fitted beams in numpy, and the inversion against what it inverts."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.projection.beams import equivalent_pair, transmitted
from imaging.material import mass_attenuation
from tests.gpu.projection.scenes import beam, scanners

FIRST = torch.zeros(1, dtype=torch.int64)


def through(organic: float, steel: float) -> torch.Tensor:
    """By numpy."""
    energies = beam().energies_kev
    depth = organic * mass_attenuation("organic", energies) + steel * mass_attenuation("steel", energies)
    return torch.tensor(np.exp(-beam().attenuation(depth[None])), dtype=torch.float32)[None]


@pytest.mark.parametrize("pair", [(0, 0), (10, 0), (0, 10), (60, 30)], ids=str)
def test_transmission_is_that_of_the_fitted_beam(pair):
    depth = scanners().pair_SMK[0].T @ torch.tensor(pair).float()[:, None]
    torch.testing.assert_close(transmitted(scanners(), FIRST, depth[None]), through(*pair), rtol=1e-5, atol=0)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.floats(0, 120), st.floats(0, 40))
def test_the_pair_lets_through_what_was_seen(organic, steel):
    seen = through(organic, steel)
    pair = equivalent_pair(scanners(), FIRST, seen)
    again = transmitted(scanners(), FIRST, scanners().pair_SMK.mT @ pair)
    torch.testing.assert_close(again, seen, rtol=1e-4, atol=1e-8)
    torch.testing.assert_close(pair[0, :, 0], torch.tensor([organic, steel]), rtol=2e-2, atol=2e-2)


def test_noise_in_air_is_given_less_than_nothing():
    seen = torch.tensor([1.01, 1.005])[None, :, None]
    pair = equivalent_pair(scanners(), FIRST, seen)
    again = transmitted(scanners(), FIRST, scanners().pair_SMK.mT @ pair)
    torch.testing.assert_close(again, seen, rtol=1e-4, atol=0)


@pytest.mark.parametrize("seen", [(1e-6, 1e-6), (0.0, 0.0), (1.0, 1e-4), (1e-4, 1.0), (-0.1, 2.0)], ids=str)
def test_what_no_pair_explains_stays_finite(seen):
    pair = equivalent_pair(scanners(), FIRST, torch.tensor(seen)[None, :, None])
    assert pair.isfinite().all()
    assert pair.abs().max() <= 400


def test_one_channel_is_taken_for_organic():
    single = replace(scanners(), weights_SCK=scanners().weights_SCK[:, 1:], floor_SC=scanners().floor_SC[:, 1:])
    pair = equivalent_pair(single, FIRST, through(25, 0)[:, 1:])
    assert pair.shape == (1, 1, 1)
    assert float(pair) == pytest.approx(25, rel=1e-3)
