"""What is in hollows: people in those of the cargo, packages in neighbouring rooms of the structure."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.contraband.compartments import LEAST_VOID_MM, void
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.contraband.people import crouching
from datasets.sandbox.contraband.structure import LABELS, in_structure
from datasets.sandbox.shapes import Space, bounds, mass_kg
from tests.datasets.sandbox.ordering import BOX, laid_in

BY_KEY = {goods.key: goods for goods in all_goods()}
ALONG = tuple(Space(300.0 * k, 300.0 * k + 250.0, 100.0, 600.0, 0.0, 112.0) for k in range(10))


def apart_mm(one, other):
    return max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1, one.z0 - other.z1,
               other.z0 - one.z1)  # fmt: skip


@pytest.mark.parametrize("facing_front", [True, False])
def test_a_person_weighs_what_is_asked_stands_on_the_floor_and_is_in_no_place_twice(facing_front):
    for mass in (46.0, 94.0):
        boxes = crouching(mass, facing_front=facing_front)
        assert mass_kg(boxes) == pytest.approx(mass)
        assert (bounds(boxes).x0, bounds(boxes).y0, bounds(boxes).z0) == (0, 0, 0)
        assert all(apart_mm(one, other) >= -1e-9 for one, other in combinations(boxes, 2))


def test_a_person_faces_either_way():
    front, back = (crouching(70.0, facing_front=facing) for facing in (True, False))
    head, feet = (max(front, key=lambda box: box.z1), min(front, key=lambda box: box.z1))
    assert feet.x0 < head.x0
    head, feet = (max(back, key=lambda box: box.z1), min(back, key=lambda box: box.z1))
    assert feet.x0 > head.x0


@given(st.tuples(*(st.floats(least, 2.5 * least) for least in LEAST_VOID_MM)), st.integers(0, 10**6))
@settings(max_examples=60, derandomize=True)
def test_people_sit_within_the_lining_and_not_in_each_other(size, seed):
    made = void(Space(0.0, size[0], 0.0, size[1], 150.0, 150.0 + size[2]), np.random.default_rng(seed))
    assert all(apart_mm(one, other) >= -1e-9 for one, other in combinations(made.boxes, 2))
    assert bounds(made.boxes) == bounds(made.outline)
    assert all(have <= free + 1e-9 for have, free in zip(bounds(made.outline).size, size, strict=True))


def test_goods_stay_above_a_hollow_where_they_are_high_enough():
    tops = [void(Space(0, 1500, 0, 1500, 0, 1500), np.random.default_rng(seed)).outline[0].z1 for seed in range(40)]
    assert max(tops) <= 1500 - 100


def test_two_walls_are_not_filled_in_one_go():
    """What is found in one place lies in one place: not in both side walls, nor in the first and the last wheel."""
    near, far = (Space(0.0, 900.0, y, y + 38.0, 0.0, 300.0) for y in (18.0, 2382.0))
    for label in LABELS:
        for seed in range(30):
            made = in_structure(label, (near, far), np.random.default_rng(seed))
            assert made is None or bounds(made.boxes).size[1] < 100


def test_packages_spread_over_rooms_side_by_side():
    """Without a room between them left empty, whichever is the first."""
    several = 0
    for seed in range(60):
        made = in_structure("cigarettes", ALONG, np.random.default_rng(seed))
        used = [k for k, room in enumerate(ALONG) if any(room.x0 <= box.x0 < room.x1 for box in made.boxes)]
        assert used == list(range(used[0], used[-1] + 1))
        several += len(used) > 1
    assert several > 10


@pytest.mark.parametrize("key", ["newsprint", "soda_ash", "motor_cars", "pumps", "washing_machines", "sawn_timber"])
def test_nobody_saws_through_goods_for_a_hollow_or_a_wall(key):
    for seed in range(60):
        rng = np.random.default_rng(seed)
        loads = laid_in((BY_KEY[key],), rng)
        for insert in hide_contraband(BOX, {}, loads, rng):
            if insert.label == "compartment":
                assert all(cut.material != BY_KEY[key].composition for cut in insert.cavities)


def test_walls_and_hollows_are_built_in_goods_that_are_taken_out_by_the_piece():
    built = set()
    for seed in range(120):
        rng = np.random.default_rng(seed)
        loads = laid_in((BY_KEY["garments"],), rng)
        built |= {one.item.split()[0] for one in hide_contraband(BOX, {}, loads, rng) if one.label == "compartment"}
    assert built == {"void", "false"}
