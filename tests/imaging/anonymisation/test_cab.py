"""Cabs by their outline: a tractor before a gap, a van behind a windscreen; what rises upright has none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.anonymisation.cab import find_cabs
from tests.imaging.anonymisation.vehicles import (
    GROUND,
    blank_road,
    block,
    person,
    simulated,
    tractor_and_trailer,
    upright,
    van,
)


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (2, 2), (100, 200)])
@pytest.mark.parametrize("value", [-5.0, 0.0, 0.4, 5.0, 200.0])
def test_there_is_no_cab_in_a_map_of_one_value(shape, value):
    found = find_cabs(np.full(shape, value, np.float32))
    assert found.shape == (0, 4)
    assert found.dtype == np.float64


@pytest.mark.parametrize("seed", range(3))
def test_there_is_no_cab_in_noise_or_in_what_is_low(seed):
    rng = np.random.default_rng(seed)
    assert len(find_cabs(rng.normal(0, 0.3, (180, 500)).astype(np.float32))) == 0
    assert len(find_cabs(block(blank_road(), (50, 600), (0, 1500), 9.0))) == 0  # a flat wagon
    cable = blank_road()
    cable[20:22] = 9
    assert len(find_cabs(cable)) == 0


def test_a_tractor_is_told_by_the_gap_behind_it():
    road = tractor_and_trailer(blank_road())
    assert find_cabs(road).tolist() == [[30, GROUND - 160, 140, GROUND]]
    np.testing.assert_array_equal(find_cabs(road[:, ::-1].copy()), [[700 - 140, GROUND - 160, 700 - 30, GROUND]])


def test_a_van_is_told_by_its_windscreen():
    road = van(blank_road(400))
    ((x0, y0, x1, y1),) = find_cabs(road)
    assert (x0, y0, y1) == (30, GROUND - 130, GROUND)
    assert 30 + 40 + 50 + 50 <= x1 <= 30 + 40 + 50 + 60  # 1.2 m behind the front of the roof
    assert find_cabs(road[:, ::-1].copy()).tolist() == [[400 - x1, y0, 400 - x0, y1]]


def test_containers_and_wagons_have_no_cab():
    assert len(find_cabs(upright(blank_road()))) == 0
    pair = upright(upright(blank_road(1300), (20, 620)), (660, 1260))
    assert len(find_cabs(pair)) == 0


@pytest.mark.parametrize(
    ("cab", "gap", "trailer", "engine", "expected"),
    [
        (110, 35, 400, 60.0, True),
        (61, 35, 400, 60.0, True),
        (179, 35, 400, 60.0, True),
        (58, 35, 400, 60.0, False),  # too short for a cab
        (182, 35, 400, 60.0, False),  # too long for a cab
        (110, 148, 400, 60.0, True),
        (110, 153, 400, 60.0, False),  # too far ahead
        (110, 35, 126, 60.0, True),
        (110, 35, 122, 60.0, False),  # what it pulls is too short
        (110, 35, 400, 8.0, False),  # a container of 8 ft has no engine
    ],
)
def test_what_makes_a_part_before_a_gap_a_cab(cab, gap, trailer, engine, expected):
    road = block(blank_road(900), (40, 40 + cab), (400, 3200), 2.0)
    road = block(road, (40 + cab // 2 - 18, 40 + cab // 2 + 18), (500, 1100), engine)
    road = block(road, (40, 40 + cab + gap + trailer), (700, 900), 5.0)
    road = block(road, (40 + cab + gap, 40 + cab + gap + trailer), (900, 3600), 3.0)
    assert find_cabs(road).tolist() == ([[40, GROUND - 160, 40 + cab, GROUND - 20]] if expected else [])


@pytest.mark.parametrize(
    ("bonnet", "slope", "expected"),
    [
        (40, 50, True),
        (0, 60, True),
        (100, 60, True),
        (40, 0, False),  # a step, as of a flat wagon with a box
        (0, 300, False),  # a ramp
        (145, 60, False),  # too long a bonnet
    ],
)
def test_what_makes_a_slope_a_windscreen(bonnet, slope, expected):
    assert bool(len(find_cabs(van(blank_road(900), 30, bonnet, slope, 700)))) == expected


def test_a_car_is_too_low():
    car = block(blank_road(400), (30, 250), (0, 900), 4.0)
    for column in range(80, 200):
        block(car, (column, column + 1), (900, min(1500, 900 + 20 * (column - 80))), 4.0)
    assert len(find_cabs(car)) == 0
    higher = np.vstack([np.zeros((10, 400), np.float32), car])
    higher[:] = np.repeat(car, 2, axis=0)[-len(higher) :]
    assert len(find_cabs(higher)) > 0  # twice as high it would be a van


def test_a_post_beside_the_road_is_no_part_of_a_vehicle():
    road = block(tractor_and_trailer(blank_road(), 80), (5, 15), (0, 3800), 9.0)
    assert find_cabs(road).tolist() == [[80, GROUND - 160, 190, GROUND]]


@pytest.mark.parametrize("seed", range(3))
def test_noise_moves_a_cab_by_little(seed):
    road = tractor_and_trailer(blank_road())
    road += np.random.default_rng(seed).normal(0, 0.3, road.shape).astype(np.float32)
    ((x0, y0, x1, y1),) = find_cabs(road)
    assert np.abs(np.array([x0, y0, x1, y1]) - [30, GROUND - 160, 140, GROUND]).max() <= 4


def test_a_mirror_at_the_front_and_dirt_under_the_ground_change_nothing():
    road = tractor_and_trailer(blank_road())
    expected = find_cabs(road)
    road[GROUND - 100 : GROUND - 97, 26:30] = 9  # a mirror on an arm
    road[GROUND + 4 : GROUND + 8, 500] = 9
    ((x0, y0, x1, y1),) = find_cabs(road)
    assert 26 <= x0 <= 30
    assert [y0, x1, y1] == expected[0, 1:].tolist()


@settings(max_examples=25)
@given(start=st.integers(13, 130), gain=st.floats(0.8, 1.5), noise=st.floats(0, 0.1), mirrored=st.booleans())
def test_a_cab_is_where_the_vehicle_is_whatever_its_walls_weigh(start, gain, noise, mirrored):
    road = tractor_and_trailer(blank_road(), start) * np.float32(gain)
    road += np.random.default_rng(start).normal(0, 1, road.shape).astype(np.float32) * np.float32(noise)
    before = road.copy()
    ((x0, y0, x1, y1),) = find_cabs(road[:, ::-1].copy() if mirrored else road)
    np.testing.assert_array_equal(road, before)
    x0, x1 = (700 - x1, 700 - x0) if mirrored else (x0, x1)
    assert np.abs(np.array([x0, y0, x1, y1]) - [start, GROUND - 160, start + 110, GROUND]).max() <= 2


@given(values=st.integers(0, 2**32 - 1), shape=st.tuples(st.integers(1, 150), st.integers(1, 300)))
def test_boxes_lie_in_the_map_whatever_it_shows(values, shape):
    rng = np.random.default_rng(values)
    depth_HW = np.zeros(shape, np.float32)
    for _ in range(rng.integers(1, 8)):
        y, x = (int(rng.integers(0, side)) for side in shape)
        depth_HW[y : y + int(rng.integers(1, 120)), x : x + int(rng.integers(1, 150))] += rng.exponential(20)
    for x0, y0, x1, y1 in find_cabs(depth_HW):
        assert 0 <= x0 < x1 <= shape[1]
        assert 0 <= y0 < y1 <= shape[0]


@pytest.mark.parametrize(("carrier", "seed"), [("container_40", 1), ("container_40", 2), ("reefer_40", 3)])
def test_cabs_of_simulated_tractors_are_covered(carrier, seed):
    depth_HW, _ = simulated(carrier, seed)
    ((x0, y0, x1, y1),) = find_cabs(depth_HW)
    assert x0 * 20 <= 200  # a little air stands before it
    assert 2200 <= x1 * 20 <= 2700  # the cab is 2.3 m long
    assert y1 == depth_HW.shape[0]
    assert (depth_HW[: int(y0), : int(x1)] < 1).all()


@pytest.mark.parametrize("seed", range(3))
def test_cabs_of_simulated_vans_are_covered(seed):
    depth_HW, seen = simulated("van", seed)
    ((x0, y0, x1, y1),) = find_cabs(depth_HW)
    seat = (1640 - seen.x0) / 20  # its hip point, from the simulator; a head lies 80 mm behind it
    assert x0 <= 10
    assert seat + 20 <= x1 <= seat + 80
    assert y0 <= (seen.z1 - 960 - 800) / 20  # 800 mm over the hip point
    assert y1 == depth_HW.shape[0]


@pytest.mark.parametrize(
    ("carrier", "seed"),
    [("wagon_40", 0), ("wagon_two_20", 0), ("container_20", 0), ("pallet", 0), ("pallets_two", 1), ("container_40", 4)],
)
def test_simulated_scans_without_a_cab_have_none(carrier, seed):
    assert len(find_cabs(simulated(carrier, seed)[0])) == 0


def test_a_person_beside_a_vehicle_is_no_cab():
    assert len(find_cabs(person(upright(blank_road(800), (100, 700)), 50))) == 0
