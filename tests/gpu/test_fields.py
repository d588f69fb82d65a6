"""Fields of random numbers: their distribution, no structure, no repeat, one element's field its own."""

import numpy as np
import pytest
import torch
from scipy import stats

from gpu.fields import normal_field, uniform_field


def seeds(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(2**62, (count,), generator=torch.Generator().manual_seed(seed))


def test_normal_fields_are_normal():
    field = normal_field(seeds(8), (2, 256, 256)).numpy().ravel()
    assert stats.kstest(field, "norm").pvalue > 0.01
    assert abs(field.mean()) < 4 / np.sqrt(field.size)
    assert abs(stats.kurtosis(field)) < 4 * np.sqrt(24 / field.size)


def test_uniform_fields_are_uniform_and_never_0_or_1():
    field = uniform_field(seeds(4), (512, 512)).numpy().ravel()
    assert stats.kstest(field, "uniform").pvalue > 0.01
    assert 0 < field.min() < field.max() < 1


@pytest.mark.parametrize("lag", [(0, 1), (0, 2), (1, 0), (1, 1), (0, 128), (128, 0)], ids=str)
def test_no_pixel_knows_its_neighbour(lag):
    field = normal_field(seeds(4), (1, 512, 512))
    down, right = lag
    one, other = field[..., down:, right:], field[..., : 512 - down, : 512 - right]
    assert abs(float((one * other).mean())) < 0.01


def test_channels_and_elements_are_independent():
    field = normal_field(seeds(6), (3, 128, 128)).flatten(2).flatten(0, 1)
    correlation = torch.corrcoef(field) - torch.eye(18)
    assert correlation.abs().max() < 5 / 128


@pytest.mark.parametrize("step", [1, 2**31, 2**32])
def test_neighbouring_seeds_give_unrelated_fields(step):
    field = normal_field(torch.arange(48) * step, (1, 64, 64)).flatten(1)
    assert (torch.corrcoef(field) - torch.eye(48)).abs().max() < 5 / 64


def test_no_repeat_in_ten_thousand_draws():
    fields = normal_field(seeds(10_000), (1, 8, 8)).flatten(1)
    assert len(torch.unique(fields, dim=0)) == 10_000
    nearest = torch.corrcoef(fields[:2000]) - torch.eye(2000)
    assert nearest.max() < 0.8  # of 64 numbers each


def test_a_field_depends_on_its_seed_alone():
    chosen = seeds(5)
    whole = normal_field(chosen, (2, 33, 17))
    for index in range(5):
        assert torch.equal(normal_field(chosen[index : index + 1], (2, 33, 17))[0], whole[index])


@pytest.mark.parametrize("shape", [(1,), (1, 1, 1), (3, 5, 7)], ids=str)
def test_odd_counts(shape):
    assert normal_field(seeds(2), shape).shape == (2, *shape)


def test_golden_values():
    field = normal_field(torch.tensor([0, 2**61 + 12345]), (4,))
    assert field[0].tolist() == pytest.approx(GOLDEN[0], abs=1e-5)
    assert field[1].tolist() == pytest.approx(GOLDEN[1], abs=1e-5)


GOLDEN = ((1.177407, -1.009012, 0.0, -0.580835), (-0.610062, -1.067853, 0.404255, -0.127967))
"""Any change of the generator changes every recorded run: it must be meant."""
