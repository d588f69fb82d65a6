"""Vehicles on the road and on rails: how they stand, and how much of them is scanned."""

import pytest

from datasets.sandbox.carriers.trailer import ROAD_MM
from datasets.sandbox.carriers.wagon import RAIL_MM
from datasets.sandbox.physics.materials import RUBBER
from datasets.sandbox.shapes import bounds
from tests.datasets.sandbox.carriers.test_carriers import build

ROAD = ("container_40", "container_40_high", "two_20", "reefer_40")
RAIL = ("wagon_40", "wagon_two_20")


@pytest.mark.parametrize("name", ROAD)
def test_tyres_stand_on_the_road_and_all_down_to_it_is_seen(name):
    for seed in range(6):
        carrier = build(name, seed)
        around = bounds(carrier.boxes)
        assert around.z0 == pytest.approx(ROAD_MM)
        rubber = [box for box in carrier.boxes if box.material == RUBBER]
        for some in ([box for box in rubber if box.x0 < 5000], [box for box in rubber if box.x0 > 5000]):
            assert bounds(some).z0 == pytest.approx(ROAD_MM)  # tractor, trailer
        assert carrier.seen.z0 < ROAD_MM
        assert carrier.seen.x1 > around.x1


@pytest.mark.parametrize("name", ROAD)
def test_the_scan_begins_before_the_tractor_or_behind_its_cab(name):
    fronts = set()
    for seed in range(20):
        carrier = build(name, seed)
        around = bounds(carrier.boxes)
        whole = carrier.seen.x0 < around.x0
        fronts.add(whole)
        if whole:
            assert carrier.seen.z1 > around.z1
        else:
            high = [box for box in carrier.boxes if box.z0 > 200 and box.x0 < -200]  # only a cab is as high as that
            assert max(box.x1 for box in high) < carrier.seen.x0 < carrier.units[0].outside.x0
    assert fronts == {True, False}


@pytest.mark.parametrize("name", RAIL)
def test_wagons_are_seen_whole_with_their_rails(name):
    for seed in range(6):
        carrier = build(name, seed)
        rails = [box for box in carrier.boxes if box.z1 <= RAIL_MM + 1e-6]
        wagon = bounds(box for box in carrier.boxes if box.z1 > RAIL_MM + 1e-6)
        assert len(rails) == 6
        assert wagon.z0 == pytest.approx(RAIL_MM)
        assert wagon.x1 - wagon.x0 == pytest.approx(19_740, abs=60)
        assert carrier.seen.x0 < wagon.x0 < wagon.x1 < carrier.seen.x1
        assert bounds(rails).x0 < carrier.seen.x0 < carrier.seen.x1 < bounds(rails).x1
        assert carrier.seen.z0 <= bounds(rails).z0


@pytest.mark.parametrize("name", RAIL)
def test_containers_stand_on_the_deck_between_the_buffers(name):
    for seed in range(10):
        carrier = build(name, seed)
        wagon = bounds(carrier.boxes[:-6])
        assert carrier.units[0].outside.x0 - wagon.x0 > 500
        assert wagon.x1 - carrier.units[-1].outside.x1 > 500


def test_a_wagon_brings_containers_of_either_height_in_several_places():
    found = [build("wagon_40", seed) for seed in range(30)]
    assert {carrier.units[0].iso_type for carrier in found} == {"42G1", "45G1"}
    assert len({round(carrier.seen.x0) for carrier in found}) == 3


def test_a_tractor_pulls_on_two_axles_or_three():
    lengths = [len(build("container_40", seed).boxes) for seed in range(30)]
    assert max(lengths) - min(lengths) > 100
    assert sum(length > min(lengths) + 100 for length in lengths) < 20


def test_two_containers_share_the_payload_that_one_alone_could_take():
    two = build("two_20", 0).units
    (alone,) = build("container_20", 0).units
    assert sum(unit.payload_kg for unit in two) <= 26_000
    assert all(unit.payload_kg < alone.payload_kg for unit in two)
    assert two[0].shell == alone.shell
