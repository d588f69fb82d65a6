"""Rooms within structures: where something can be hidden, there is nothing yet."""

import pytest

from datasets.sandbox.carriers.wheels import TRAILER, TRUCK, VAN, road_wheel
from datasets.sandbox.shapes import bounds
from tests.datasets.sandbox.carriers.test_carriers import (
    DENSE_G_CM3,
    EVERY,
    beyond_mm,
    build,
    is_corner_post,
    overlap_mm,
    structure,
)

PLACES = {
    "container_20": {"floor", "roof", "wall"}, "container_40": {"floor", "roof", "wall"},
    "container_40_high": {"floor", "roof", "wall"}, "two_20": {"floor", "roof", "wall"},
    "wagon_40": {"floor", "roof", "wall"}, "wagon_two_20": {"floor", "roof", "wall"},
    "reefer_40": {"floor", "wall", "reefer"}, "van": {"panel", "floor", "spare"}, "pallet": {"deck"},
    "pallets_two": {"deck"},
}  # fmt: skip


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_hollows_of_units_are_free_and_within_their_outline(name, seed):
    carrier = build(name, seed)
    dense = [box for box in structure(carrier) if box.density_g_cm3 > DENSE_G_CM3]
    for unit in carrier.units:
        assert set(unit.hollows) == PLACES[name]
        for place, rooms in unit.hollows.items():
            assert rooms
            for room in rooms:
                assert min(room.size) >= 30
                assert beyond_mm(room, unit.outside) <= 0
                # A false ceiling reaches to the sides of the room, posts or no posts.
                in_way = [box for box in dense if overlap_mm(box, room) > 2]
                if place == "roof":
                    in_way = [box for box in in_way if not is_corner_post(box, unit.outside)]
                assert not in_way


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_hollows_of_vehicles_are_free_and_seen(name, seed):
    carrier = build(name, seed)
    outline = bounds(structure(carrier))
    dense = [box for box in structure(carrier) if box.density_g_cm3 > DENSE_G_CM3]
    for place, rooms in carrier.hollows.items():
        assert place in ("tyre", "tank", "cab")
        assert rooms
        for room in rooms:
            assert min(room.size) >= 30
            assert beyond_mm(room, outline) <= 0
            assert carrier.seen.x0 <= room.x0 < room.x1 <= carrier.seen.x1
            assert carrier.seen.z0 <= room.z0 < room.z1 <= carrier.seen.z1
            assert all(overlap_mm(box, room) <= 0 for box in dense)


def test_a_cab_that_is_not_seen_hides_nothing():
    found = {seed: build("container_40", seed) for seed in range(12)}
    behind = [carrier for carrier in found.values() if carrier.seen.x0 > -2000]
    whole = [carrier for carrier in found.values() if carrier.seen.x0 < -2000]
    assert behind
    assert whole
    assert all("cab" not in carrier.hollows for carrier in behind)
    assert all({"cab", "tank", "tyre"} <= set(carrier.hollows) for carrier in whole)


@pytest.mark.parametrize("wheel", [TRUCK, TRAILER, VAN])
def test_rooms_in_a_tyre_lie_between_tread_and_rim_in_its_lower_half(wheel):
    part = road_wheel(wheel, 1000, 500, 50)
    assert len(part.hollows["tyre"]) > 3
    for room in part.hollows["tyre"]:
        corners = [((x - 1000) ** 2 + (z - 500) ** 2) ** 0.5 for x in (room.x0, room.x1) for z in (room.z0, room.z1)]
        assert wheel.rim / 2 < min(corners)
        assert max(corners) < wheel.diameter / 2 - wheel.tread
        assert room.z1 <= 500
        assert room.size[0] * room.size[1] * room.size[2] > 0.2e6
