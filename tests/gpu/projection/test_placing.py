"""Places against a search that looks at every pixel of every footprint."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.projection.placing import CELL_PX, Rules, chosen_place, possible_cells

SIZE = torch.tensor([[40, 48]])
NO_BOXES = torch.zeros(1, 0, 4)


def _reference_fits(possible: np.ndarray, half: tuple[int, int], inside: float) -> set[tuple[int, int]]:
    found = set()
    for row in range(possible.shape[0]):
        for column in range(possible.shape[1]):
            total = 0
            for y in range(row - half[0], row + half[0] + 1):
                for x in range(column - half[1], column + half[1] + 1):
                    total += 0 <= y < possible.shape[0] and 0 <= x < possible.shape[1] and possible[y, x]
            if total >= inside * (2 * half[0] + 1) * (2 * half[1] + 1):
                found.add((row, column))
    return found


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 999),
    extent=st.tuples(st.floats(0.5, 5), st.floats(0.5, 5)),
    inside=st.sampled_from([0.5, 0.9, 1.0]),
    share=st.sampled_from([0.0, 0.6, 0.95, 1.0]),
)
def test_every_place_fits_and_every_place_that_fits_is_chosen(seed, extent, inside, share):
    possible = np.random.default_rng(seed).random((7, 9)) < share
    half = tuple(int(np.ceil(one / 2)) for one in extent)
    wanted = _reference_fits(possible, half, inside)
    choices = torch.linspace(0, 0.9999, 200)
    many = torch.tensor(possible).expand(200, -1, -1)
    places, found = chosen_place(many, torch.tensor([extent]).expand(200, -1), choices, inside)
    assert bool(found.all()) == bool(wanted)
    assert bool(found.any()) == bool(wanted)
    if wanted:
        assert {tuple(place) for place in places.tolist()} == wanted


def test_air_opaque_steel_boxes_and_padding_are_not_possible():
    transmission = torch.full((1, 10, 12), 0.3)
    transmission[0, 0, 0], transmission[0, 0, 1] = 0.99, 1e-4
    steel = torch.zeros(1, 10, 12)
    steel[0, 0, 2] = 0.9
    boxes = torch.tensor([[[20.0, 8.0, 27.0, 12.0]]])
    found = possible_cells(transmission, steel, torch.tensor([[36, 44]]), boxes, Rules())[0]
    expected = torch.ones(10, 12, dtype=torch.bool)
    expected[0, :3] = False
    expected[2, 5:7] = False  # rows 8 to 11, columns 20 to 27
    expected[9], expected[:, 11] = False, False
    assert torch.equal(found, expected)
    assert CELL_PX == 4


@pytest.mark.parametrize("transmission", [1.0, 0.0, -0.5])
def test_nowhere_in_air_or_behind_what_nothing_comes_through(transmission):
    cells = torch.full((1, 10, 12), transmission)
    assert not possible_cells(cells, torch.zeros_like(cells), SIZE, NO_BOXES, Rules()).any()
