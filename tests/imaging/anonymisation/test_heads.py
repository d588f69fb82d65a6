"""Heads on shoulders: seen where they stand out, told from bottles, posts and texture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.carriers.person import seated
from imaging.anonymisation.heads import find_heads
from tests.imaging.anonymisation.vehicles import GROUND, blank_road, block, person, simulated, upright

TOP = GROUND - 85  # of a head of 1.7 m


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (2, 2), (100, 200)])
@pytest.mark.parametrize("value", [-5.0, 0.0, 5.0, 200.0])
def test_there_is_no_head_in_a_map_of_one_value(shape, value):
    found = find_heads(np.full(shape, value, np.float32))
    assert found.shape == (0, 2)
    assert found.dtype == np.float64


@pytest.mark.parametrize("sigma", [0.3, 4.0, 30.0])
def test_there_is_no_head_in_noise(sigma):
    assert len(find_heads(np.random.default_rng(0).normal(0, sigma, (180, 300)).astype(np.float32))) == 0


def heads_at(depth_HW, x, y):
    places = find_heads(depth_HW)
    assert len(places)
    assert np.abs(places - (x - 0.5, y)).max() <= 4
    return places


def test_one_who_stands_free_is_seen_and_no_other():
    road = person(blank_road(), 300)
    before = road.copy()
    heads_at(road, 300, TOP)
    np.testing.assert_array_equal(road, before)
    assert len(find_heads(road[::-1].copy())) == 0  # upside down
    assert len(find_heads(np.rot90(road).copy())) == 0  # who lies is not seen: see the docstring


def test_one_in_a_container_is_seen_through_its_walls():
    heads_at(person(upright(blank_road()), 400, 1000), 400, TOP - 50)


def test_every_one_of_several_is_seen():
    road = blank_road()
    for x in (100, 250, 400):
        person(road, x)
    assert sorted({round(x / 10) * 10 for x, _ in find_heads(road)}) == [100, 250, 400]


@settings(max_examples=25)
@given(
    x=st.integers(40, 260),
    feet=st.integers(0, 100),
    head=st.floats(9, 25),
    trunk=st.floats(14, 60),
    mirrored=st.booleans(),
)
def test_a_person_is_seen_wherever_it_stands(x, feet, head, trunk, mirrored):
    road = person(blank_road(300), x, feet * 20, head, trunk)
    if mirrored:
        road, x = road[:, ::-1].copy(), 300 - x
    heads_at(road, x, TOP - feet)


@pytest.mark.parametrize("x", [12, 288])
def test_a_person_beside_the_edge_of_the_picture_is_seen(x):
    heads_at(person(blank_road(300), x), x, TOP)


def test_a_person_whose_head_touches_the_top_of_the_picture_is_seen():
    heads_at(np.ascontiguousarray(person(blank_road(300), 150)[TOP:]), 150, 0)


def shape(head=5, neck=3, shoulders=11, depth=(16.0, 30.0), neck_rows=4, rows=40):
    """Half breadths in squares, depths of head and trunk in g/cm2."""
    road = blank_road(300)
    for half, y0, y1, value in (
        (head, 100, 111, depth[0]),
        (neck, 111, 111 + neck_rows, depth[0]),
        (shoulders, 111 + neck_rows, 100 + rows, depth[1]),
    ):
        road[y0:y1, 150 - half : 150 + half] = value
    return road


def test_the_shape_that_the_rules_are_tried_on_is_a_person():
    heads_at(shape(), 150, 100)


@pytest.mark.parametrize(
    "other",
    [
        {"head": 3},  # a head of 120 mm
        {"head": 8, "neck": 5, "shoulders": 14},  # of 320 mm
        {"neck": 5},  # a post
        {"neck": 1},  # a wire
        {"shoulders": 5},  # a bottle upside down
        {"shoulders": 22},  # 880 mm broad
        {"depth": (3.0, 30.0)},
        {"depth": (40.0, 60.0)},  # steel
        {"depth": (16.0, 6.0)},
        {"depth": (16.0, 100.0)},
        {"rows": 17},  # no trunk
    ],
    ids=str,
)
def test_what_is_no_head_on_shoulders(other):
    assert len(find_heads(shape(**other))) == 0


@pytest.mark.parametrize(("place", "seen"), [((slice(100, 111), slice(139, 144)), False),
                                             ((slice(100, 111), slice(156, 161)), False),
                                             ((slice(94, 99), slice(140, 160)), False),
                                             ((slice(60, 80), slice(140, 160)), True)],
                         ids=["left", "right", "over", "far over"])  # fmt: skip
def test_a_head_stands_out_of_what_is_beside_and_over_it(place, seen):
    road = shape()
    road[place] += 6
    assert bool(len(find_heads(road))) == seen


def test_a_thing_stands_out_at_two_of_the_depths_that_are_looked_at():
    assert len(find_heads(shape(depth=(5.5, 30.0)))) == 1  # at 3 and 5
    assert len(find_heads(shape(depth=(5.0, 30.0)))) == 0  # at 3 alone


def test_depths_at_which_a_head_begins_a_little_lower_count_as_one_place():
    road = shape()
    road[100:107, 145:155] = np.minimum(3.5 + 2.2 * np.arange(7), 16)[:, None]
    heads_at(road, 150, 102)


def test_what_is_broader_than_a_metre_is_taken_off_first():
    road = person(block(blank_road(), (50, 650), (0, 3000), 40.0), 300)
    heads_at(road, 300, TOP)


def test_everyone_in_a_crowd_is_seen():
    row = np.concatenate([shape()[95:145, 130:170]] * 8, axis=1)
    places = find_heads(np.concatenate([row] * 10, axis=0))
    assert len(places) == 80


@pytest.mark.parametrize("mass_kg", [55.0, 82.0, 110.0])
def test_simulated_people_in_an_empty_container_are_seen(mass_kg):
    person_in_it = seated(3000.0, 1200.0, 500.0, mass_kg)
    depth_HW, seen = simulated("container_20", 0, person_in_it)  # a fan beam: heights are off by a little
    top = max(box.z1 for box in person_in_it)
    places = find_heads(depth_HW)
    assert len(places)
    assert np.abs(places[:, 0] * 20 + seen.x0 - 3080).max() < 120
    assert np.abs(seen.z1 - places[:, 1] * 20 - top).max() < 160


@pytest.mark.parametrize(
    ("carrier", "seed"),
    [("container_20", 0), ("wagon_two_20", 0), ("reefer_40", 3), ("two_20", 5), ("van", 0), ("pallet", 0)],
)
def test_simulated_carriers_without_cargo_hold_nobody(carrier, seed):
    assert len(find_heads(simulated(carrier, seed)[0])) == 0
