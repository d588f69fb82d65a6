"""The pair in numpy: against the beam that it inverts, and against the inversion on the device."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.threats.pair import pair_of
from gpu.projection.beams import equivalent_pair
from imaging import read_profile
from imaging.material import beam_of_profile, mass_attenuation
from tests.gpu.projection.scenes import beam, scanners


@pytest.fixture(scope="module")
def tube(root):
    return beam_of_profile(read_profile(root / "configs" / "scanners" / "dual_energy_bags.yaml"))


def behind(of, organic, steel):
    energies = of.energies_kev
    depth_K = organic * mass_attenuation("organic", energies) + steel * mass_attenuation("steel", energies)
    return of.attenuation(depth_K[None])


def test_air_and_noise_under_it_are_nothing(tube):
    for of in (beam(), tube):
        pair = pair_of(of, np.array([[0.0, -0.01, -0.01, 0.0], [0.0, -0.01, 0.0, -0.01]]))
        np.testing.assert_allclose(pair, 0.0, atol=1e-12)
    assert pair_of(tube, np.zeros((2, 0))).shape == (2, 0)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.floats(0, 60), st.floats(0, 30))
def test_the_pair_behind_an_accelerator_comes_back(organic, steel):
    pair = pair_of(beam(), behind(beam(), organic, steel))[:, 0]
    np.testing.assert_allclose(pair, [organic, steel], rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("organic", [0.3, 1.0, 3.0, 8.0])
@pytest.mark.parametrize("steel", [0.05, 0.3, 1.0, 4.0])
def test_the_pair_behind_a_tube_comes_back(tube, organic, steel):
    pair = pair_of(tube, behind(tube, organic, steel))[:, 0]
    np.testing.assert_allclose(pair, [organic, steel], rtol=1e-3)


def test_many_pixels_are_each_what_they_are_alone(tube):
    seen = np.concatenate([behind(tube, *each) for each in [(0, 0), (2, 0), (0, 2), (2, 2), (90, 9)]], axis=1)
    alone = np.concatenate([pair_of(tube, seen[:, each : each + 1]) for each in range(seen.shape[1])], axis=1)
    np.testing.assert_allclose(pair_of(tube, seen), alone, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("pair", [(5, 3), (20, 10), (60, 1)], ids=str)
def test_it_is_the_pair_that_the_device_finds(pair):
    seen = torch.tensor(np.exp(-behind(beam(), *pair)), dtype=torch.float32)[None]
    on_device = equivalent_pair(scanners(), torch.zeros(1, dtype=torch.int64), seen)[0].numpy()
    np.testing.assert_allclose(pair_of(beam(), behind(beam(), *pair)), on_device, rtol=1e-2, atol=2e-2)


@pytest.mark.parametrize("seen", [(1.0, 0.99), (3.0, 0.1), (0.01, 1.0), (2.0, 0.5)], ids=str)
def test_what_no_pair_explains_is_one_member_with_the_high_channel_s_attenuation(tube, seen):
    pair = pair_of(tube, np.array(seen)[:, None])[:, 0]
    assert (pair >= 0).all()
    assert (pair == 0).any()
    assert behind(tube, *pair)[1, 0] == pytest.approx(seen[1], rel=1e-3)


def test_opaque_is_as_much_as_there_can_be(tube):
    pair = pair_of(tube, np.array([[9.0], [9.0]]))
    assert 0 < pair.sum() <= 100
