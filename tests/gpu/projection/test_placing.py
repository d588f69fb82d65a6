"""Places against a search that looks at every cell of every footprint."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.projection.placing import CELL_PX, Cells, Rules, cells_of, place_in_goods, place_in_the_open

NO_BOXES = torch.zeros(1, 0, 4)
MANY = 200
CHOICES = torch.linspace(0, 0.9999, MANY)


def _reference_fits(possible, half, inside, solid=None, support=0.8):
    rows, columns = possible.shape
    found = set()
    for row in range(rows):
        for column in range(columns):
            around = [
                0 <= y < rows and 0 <= x < columns and possible[y, x]
                for y in range(row - half[0], row + half[0] + 1)
                for x in range(column - half[1], column + half[1] + 1)
            ]
            under = row + half[0] + 1
            below = [
                under < rows and 0 <= x < columns and solid is not None and solid[under, x]
                for x in range(column - half[1], column + half[1] + 1)
            ]
            if np.mean(around) >= inside and (solid is None or np.mean(below) >= support):
                found.add((row, column))
    return found


def many(plane):
    return torch.tensor(plane).expand(MANY, -1, -1)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 999),
    extent=st.tuples(st.floats(2, 20), st.floats(2, 20)),
    inside=st.sampled_from([0.5, 0.9, 1.0]),
    share=st.sampled_from([0.0, 0.6, 0.95, 1.0]),
    lying=st.booleans(),
)
def test_every_place_fits_and_every_place_that_fits_is_chosen(seed, extent, inside, share, lying):
    generator = np.random.default_rng(seed)
    possible, solid = generator.random((7, 9)) < share, generator.random((7, 9)) < 0.9
    half = tuple(int(np.ceil(one / (2 * CELL_PX))) for one in extent)
    cells, rules = Cells(many(possible), many(possible), many(solid)), Rules(inside=inside)
    extents = torch.tensor([extent]).expand(MANY, -1)
    if lying:
        places, found = place_in_the_open(cells, extents, CHOICES, rules)
        wanted = {
            ((row + half[0] + 1) * CELL_PX - round(extent[0] / 2), column * CELL_PX + 2)
            for row, column in _reference_fits(possible, half, inside, solid)
        }
    else:
        places, found = place_in_goods(cells, extents, CHOICES, torch.zeros(MANY, 2), rules)
        wanted = {(row * CELL_PX, column * CELL_PX) for row, column in _reference_fits(possible, half, inside)}
    assert bool(found.all()) == bool(found.any()) == bool(wanted)
    if wanted:
        assert {tuple(place) for place in places.tolist()} == wanted


def test_what_lies_in_the_open_lies_on_something():
    floor = np.zeros((12, 12), bool)
    floor[9] = True
    cells = Cells(many(floor), many(~floor), many(floor))
    for height in (3.0, 8.0, 13.0):
        places, found = place_in_the_open(cells, torch.tensor([[height, 9.0]]).expand(MANY, -1), CHOICES, Rules())
        assert found.all()
        bottom = places[:, 0] + height / 2
        assert ((bottom - 9 * CELL_PX).abs() <= 0.5).all()


def cells(transmission, steel=None, boxes=NO_BOXES, size=(36, 44)):
    steel = torch.zeros_like(transmission) if steel is None else steel
    return cells_of(transmission, steel, torch.tensor([size]), boxes, Rules())


def test_cells_are_goods_or_open_or_neither():
    transmission, steel = torch.full((1, 10, 12), 0.3), torch.zeros(1, 10, 12)
    transmission[0, 0, 0], transmission[0, 0, 1], transmission[0, 0, 3] = 0.999, 1e-4, 0.9
    steel[0, 0, 2] = 0.9
    found = cells(transmission, steel, torch.tensor([[[20.0, 8.0, 27.0, 12.0]]]))
    goods = torch.ones(10, 12, dtype=torch.bool)
    goods[0, :4] = False  # air, opaque, steel, a unit's walls alone
    goods[2, 5:7] = False  # an object is marked in rows 8 to 11, columns 20 to 27
    goods[9], goods[:, 11] = False, False  # padding
    assert torch.equal(found.goods_BHW[0], goods)
    assert found.open_BHW[0].nonzero().tolist() == [[0, 3]]
    assert found.solid_BHW[0, 0].tolist() == [False, True, True, False, *[True] * 8]


@pytest.mark.parametrize("transmission", [1.0, 0.0, -0.5])
def test_nowhere_in_free_air_or_behind_what_nothing_comes_through(transmission):
    found = cells(torch.full((1, 10, 12), transmission))
    assert not found.goods_BHW.any()
    assert not found.open_BHW.any()
