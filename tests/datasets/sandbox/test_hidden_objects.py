"""What is hidden: bags, cartons that pass for others, lead, and how it is covered."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.carriers.pallet import pallet
from datasets.sandbox.contraband.compartments import above_ceiling, false_ceiling, false_wall
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.contraband.objects import CLOTH, MAKERS, cigarettes, holdalls
from datasets.sandbox.contraband.rooms import cover
from datasets.sandbox.contraband.structure import in_structure
from datasets.sandbox.scene import Load, load_goods
from datasets.sandbox.shapes import Box, Space, bounds, mass_kg
from tests.datasets.sandbox.ordering import BOX, laid_in

BY_KEY = {goods.key: goods for goods in all_goods()}
ROOM = Space(100.0, 1350.0, 200.0, 1450.0, 150.0, 1500.0)


def apart_mm(one, other):
    return max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1, one.z0 - other.z1,
               other.z0 - one.z1)  # fmt: skip


@pytest.mark.parametrize("label", MAKERS)
@given(st.tuples(*[st.floats(20.0, 2000.0)] * 3), st.integers(0, 10**6))
@settings(max_examples=40, derandomize=True)
def test_there_is_always_something_in_the_lower_front_corner(label, size, seed):
    room = Space(100.0, 100.0 + size[0], 200.0, 200.0 + size[1], 150.0, 150.0 + size[2])
    made = MAKERS[label](room, np.random.default_rng(seed))
    around = bounds((*made.boxes, *made.outline))
    assert 0 < len(made.boxes) <= 400
    assert mass_kg(made.boxes) > 0.05
    assert np.abs(np.array([around.x0, around.y0, around.z0]) - (100.0, 200.0, 150.0)).max() < 80
    assert all(min(bounds([box]).size) > 0 for box in made.boxes)


@pytest.mark.parametrize("label", [label for label in MAKERS if label not in ("shielding", "firearm")])
def test_nothing_of_an_object_is_in_one_place_twice(label):
    """Lead is cut hollow, parts of a firearm reach into each other: all else lies side by side."""
    for seed in range(12):
        boxes = MAKERS[label](ROOM, np.random.default_rng(seed)).boxes
        assert all(apart_mm(one, other) >= -0.01 for one, other in combinations(boxes[:60], 2))


def test_holdalls_are_closed_soft_and_of_a_weight_that_is_carried():
    for seed in range(30):
        made = holdalls(ROOM, np.random.default_rng(seed))
        bags = {round(box.y0) for box in made.outline}
        assert 1 <= len(bags) <= 4
        for y0 in bags:
            columns = sorted((box for box in made.outline if round(box.y0) == y0), key=lambda box: box.x0)
            heights = [box.z1 - box.z0 for box in columns]
            held = [box for box in made.boxes if y0 - 1 <= box.y0 < y0 + 330]
            assert heights[1] > heights[0]
            assert heights[1] > heights[-1]
            assert all(abs(one.x1 - other.x0) < 1 for one, other in pairwise(columns))
            assert all(any(apart_mm(box, one) < 0 for one in columns) for box in held)
            assert bounds(held).z1 <= max(box.z1 for box in columns) + 0.01
            assert 10 < mass_kg(held) < 48
            assert sum(box.material == CLOTH for box in held) == 2 * len(columns)


def test_cigarettes_in_cartons_of_a_cover_load_have_their_size_and_place():
    goods = BY_KEY["medicines"]
    carton = Box(100.0, 595.0, 200.0, 585.0, 150.0, 450.0, goods.composition, 0.3)
    load = Load(goods, (carton.moved(dx=-500), carton), 2)
    found = cover(ROOM, [load])
    assert found == carton
    boxes = cigarettes(ROOM, np.random.default_rng(0), bounds([found]).size).boxes
    for have, want in zip(bounds(boxes[:1]).size, (495.0, 385.0, 300.0), strict=True):
        assert 0.95 * want < have <= want
    assert (boxes[0].x0, boxes[0].y0) == pytest.approx((100.0, 200.0), abs=2)


@pytest.mark.parametrize("edge", [100.0, 900.0])
def test_what_is_too_small_or_large_is_no_cover(edge):
    goods = BY_KEY["medicines"]
    carton = Box(100.0, 595.0, 200.0, 585.0, 150.0, 150.0 + edge, goods.composition, 0.3)
    assert cover(ROOM, [Load(goods, (carton,), 1)]) is None
    assert cover(ROOM, []) is None


def test_bags_and_slices_of_bulging_cartons_are_no_cover():
    carton = Box(100.0, 595.0, 200.0, 585.0, 150.0, 450.0, BY_KEY["medicines"].composition, 0.3)
    assert cover(ROOM, [Load(BY_KEY["rice"], (carton,), 1)]) is None
    assert cover(ROOM, [Load(BY_KEY["medicines"], (replace(carton, z1=330.0),), 1)]) is None
    assert cover(ROOM, [Load(BY_KEY["medicines"], (carton,), 1)]) is carton


def test_cigarettes_among_cartons_are_mostly_in_such_cartons():
    items = Counter()
    for seed in range(300):
        rng = np.random.default_rng(seed)
        inserts = hide_contraband(BOX, {}, laid_in((BY_KEY["frozen_beef"],), rng), rng)
        items.update(one.item for one in inserts if (one.label, one.placement) == ("cigarettes", "goods"))
    assert items["cartons of the cover load"] > items["master cases"] > 0


def test_lead_can_be_carried_by_two():
    kilograms = [mass_kg(MAKERS["shielding"](ROOM, np.random.default_rng(seed)).boxes) for seed in range(400)]
    assert min(kilograms) > 5
    assert max(kilograms) < 230
    assert max(kilograms) > 150


def test_wrapped_parts_are_parts_and_weigh_what_their_packages_do():
    """Metal where a barrel or a magazine is, nothing between: not one block."""
    rooms = (Space(0.0, 900.0, 0.0, 300.0, 0.0, 80.0),)
    made = in_structure("firearm", rooms, np.random.default_rng(3))
    assert len(made.boxes) % 5 == 0
    first = made.boxes[:5]
    assert all(apart_mm(one, other) >= -1e-6 for one, other in combinations(first, 2))
    around = bounds(first).size
    assert sum(box.volume_mm3 for box in first) < 0.8 * around[0] * around[1] * around[2]
    assert mass_kg(first) == pytest.approx(1.34, rel=0.12)


def test_a_false_ceiling_spans_the_unit_and_what_it_hides_lies_on_it():
    (room,) = BOX.hollows["roof"]
    made = in_structure("narcotics", (above_ceiling(room),), np.random.default_rng(1))
    ceiling = false_ceiling(room, bounds(made.boxes), np.random.default_rng(2))
    (sheet,), (whole,) = ceiling.boxes, ceiling.outline
    assert (sheet.y0, sheet.y1, sheet.z0) == (room.y0, room.y1, room.z0)
    assert whole.z1 == room.z1
    assert room.x0 <= whole.x0 < bounds(made.boxes).x0 < bounds(made.boxes).x1 < whole.x1 <= room.x1
    assert bounds(made.boxes).z0 >= sheet.z1


def test_false_walls_are_of_plywood_steel_or_corrugated_steel():
    sheets = {false_wall(BOX.inside, 400.0, np.random.default_rng(seed)).boxes[0] for seed in range(30)}
    assert len({(round(sheet.x1 - sheet.x0), sheet.material) for sheet in sheets}) == 3
    mass = [sheet.mass_kg for sheet in sheets]
    assert 30 < min(mass) < max(mass) < 120


def test_a_pallet_has_neither_doors_nor_walls():
    unit = pallet(np.random.default_rng(0)).units[0]
    places = set()
    for seed in range(150):
        rng = np.random.default_rng(seed)
        loads = tuple(load for load in load_goods((BY_KEY["garments"],), unit, rng) if load is not None)
        places |= {insert.placement for insert in hide_contraband(unit, {}, loads, rng)}
    assert places == {"goods", "top", "deck"}
