"""What holds for every carrier, whatever it is made of."""

from itertools import pairwise

import numpy as np
import pytest

from datasets.sandbox.carriers.carrier import UnitKind
from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.carriers.traffic import CARRIERS
from datasets.sandbox.physics.projection import footprint
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.shapes import bounds

SEEDS = range(4)
EVERY = [pytest.param(name, seed, id=f"{name}-{seed}") for name in CARRIERS for seed in SEEDS]
DENSE_G_CM3 = 0.5


def build(name, seed):
    return CARRIERS[name].build(np.random.default_rng(seed))


def structure(carrier):
    return [*carrier.boxes, *(box for unit in carrier.units for box in unit.shell)]


def overlap_mm(box, room):
    """How deep a box reaches into a room along the axis where it does least; not positive where they do not meet."""
    return min(
        min(box.x1, room.x1) - max(box.x0, room.x0),
        min(box.y1, room.y1) - max(box.y0, room.y0),
        min(box.z1, room.z1) - max(box.z0, room.z0),
    )


def beyond_mm(inner, outer):
    """How far one space reaches out of another."""
    return max(
        outer.x0 - inner.x0, inner.x1 - outer.x1, outer.y0 - inner.y0, inner.y1 - outer.y1, outer.z0 - inner.z0,
        inner.z1 - outer.z1,
    )  # fmt: skip


def is_corner_post(box, outside):
    """The frame of a container stands in the corners of its room."""
    at_end = box.x1 <= outside.x0 + 180 or box.x0 >= outside.x1 - 180
    at_side = box.y1 <= outside.y0 + 165 or box.y0 >= outside.y1 - 165
    return at_end and at_side


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_boxes_have_size_and_density(name, seed):
    for box in structure(build(name, seed)):
        assert box.x1 > box.x0
        assert box.y1 > box.y0
        assert box.z1 > box.z0
        assert 0 < box.density_g_cm3 <= 7.85


@pytest.mark.parametrize("name", CARRIERS)
def test_the_same_seed_gives_the_same_carrier(name):
    one, again = build(name, 7), build(name, 7)
    assert one.boxes == again.boxes
    assert one.seen == again.seen
    assert one.hollows == again.hollows
    for a, b in zip(one.units, again.units, strict=True):
        assert (a.shell, a.inside, a.hollows, a.payload_kg) == (b.shell, b.inside, b.hollows, b.payload_kg)


@pytest.mark.parametrize("name", CARRIERS)
def test_seeds_give_carriers_that_differ(name):
    found = [build(name, seed) for seed in range(8)]
    assert len({(carrier.seen, carrier.boxes, *(unit.shell for unit in carrier.units)) for carrier in found}) > 1


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_shell_and_room_lie_within_the_outline(name, seed):
    for unit in build(name, seed).units:
        assert beyond_mm(bounds(unit.shell), unit.outside) <= 20
        assert beyond_mm(unit.outside, bounds(unit.shell)) <= 40 or unit.kind == "pallet"
        assert beyond_mm(unit.inside, unit.outside) <= 0
        assert min(unit.inside.size) > 900


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_nothing_solid_stands_in_the_room_for_cargo(name, seed):
    carrier = build(name, seed)
    for unit in carrier.units:
        for box in structure(carrier):
            if box.density_g_cm3 > DENSE_G_CM3 and not is_corner_post(box, unit.outside):
                assert overlap_mm(box, unit.inside) <= 2  # rails and the head of the doors bear on its edges


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_the_vehicle_does_not_reach_into_its_units(name, seed):
    """But for twist locks in the corners, the neck in the tunnel under the floor, and who sits in a van."""
    carrier = build(name, seed)
    for unit in carrier.units:
        for box in carrier.boxes if unit.kind != "van" else ():
            lock = is_corner_post(box, unit.outside) and box.z1 <= unit.outside.z0 + 70
            neck = 690 <= box.y0 <= box.y1 <= 1748 and box.z1 <= unit.outside.z0 + 116
            assert overlap_mm(box, unit.outside) <= 0 or lock or neck


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_units_stand_one_behind_the_other(name, seed):
    units = build(name, seed).units
    assert len(units) == CARRIERS[name].units
    assert {unit.kind for unit in units} <= set(UnitKind.__args__)
    for front, back in pairwise(units):
        assert max(front.outside.x1, bounds(front.shell).x1) < min(back.outside.x0, bounds(back.shell).x0)


@pytest.mark.parametrize(("name", "seed"), EVERY)
def test_all_of_a_unit_is_seen(name, seed):
    carrier = build(name, seed)
    field = field_of_view(read_scanner("linac_6_4_gantry"), carrier.seen)
    for unit in carrier.units:
        assert beyond_mm(unit.outside, carrier.seen) <= 0
        x0, y0, x1, y1 = footprint(unit.outside, field)
        assert 0 < x0 < x1 < field.columns
        assert 0 <= y0 < y1 <= field.rows


@pytest.mark.parametrize("name", CARRIERS)
def test_a_carrier_has_few_boxes(name):
    """A vehicle counts for its tractor and its trailer: rendering an empty one must stay cheap."""
    carrier = build(name, 3)
    assert len(carrier.boxes) < 1700
    assert all(len(unit.shell) < 900 for unit in carrier.units)


def test_shares_of_traffic_are_those_of_all():
    assert sum(kind.share for kind in CARRIERS.values()) == pytest.approx(1)
    assert all(kind.share > 0 for kind in CARRIERS.values())


@pytest.mark.parametrize(("name", "codes"), [
    ("container_20", ["22G1"]), ("container_40", ["42G1"]), ("container_40_high", ["45G1"]),
    ("two_20", ["22G1", "22G1"]), ("reefer_40", ["45R1"]), ("wagon_two_20", ["22G1", "22G1"]), ("van", [None]),
    ("pallet", [None]), ("pallets_two", [None, None]),
])  # fmt: skip
def test_containers_bear_their_code(name, codes):
    assert [unit.iso_type for unit in build(name, 0).units] == codes
