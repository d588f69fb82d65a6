"""Whatever a carrier takes can really be laid in it."""

from dataclasses import replace

import numpy as np
import pytest

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.cargo.stacking import Laid
from datasets.sandbox.carriers.fitting import finds_room
from datasets.sandbox.carriers.traffic import CARRIERS, goods_for
from datasets.sandbox.carriers.van import INSIDE, PAYLOAD_KG
from datasets.sandbox.plan import Rates, plan_scan
from datasets.sandbox.scene import STYLES, load_goods
from datasets.sandbox.shapes import Box, Space, bounds
from tests.datasets.sandbox.carriers.test_carriers import beyond_mm, build

BY_KEY = {goods.key: goods for goods in all_goods()}
SMALL = ("van", "pallet")
TAKEN = [(name, goods) for name in SMALL for members in goods_for(name).values() for goods in members]
SEEDS = 10


@pytest.mark.parametrize(("name", "goods"), TAKEN, ids=lambda value: getattr(value, "key", value))
def test_what_is_taken_is_laid_and_stays_inside(name, goods):
    unit, laid = build(name, 0).units[0], 0
    for seed in range(SEEDS):
        (load,) = load_goods((goods,), unit, np.random.default_rng(seed))
        if load is not None:
            laid += 1
            around = bounds(load.boxes)
            assert beyond_mm(around, unit.inside) <= 100
            assert load.mass_kg < 1.5 * unit.payload_kg
    assert laid >= 0.9 * SEEDS


def test_cold_goods_are_laid_in_a_reefer():
    unit = build("reefer_40", 0).units[0]
    for goods in (member for members in goods_for("reefer_40").values() for member in members):
        (load,) = load_goods((goods,), unit, np.random.default_rng(1))
        assert beyond_mm(bounds(load.boxes), unit.inside) <= 100


def test_a_reefer_takes_cold_groups_only():
    assert set(goods_for("reefer_40")) == {"frozen_food", "fresh_produce", "pharmaceuticals", "beverages"}


@pytest.mark.parametrize("name", SMALL)
def test_small_carriers_take_no_cars_coils_or_goods_on_pallets(name):
    taken = [goods for members in goods_for(name).values() for goods in members]
    assert taken
    assert not any(goods.palletised or goods.style in ("cars", "coils", "bundles", "rolls") for goods in taken)


def test_nothing_finds_room_in_none():
    slit = Space(0.0, 50.0, 0.0, 50.0, 0.0, 50.0)
    assert not any(finds_room(goods, slit, 1000.0) for goods in all_goods())


def test_goods_too_heavy_for_a_van_are_left_behind():
    rice = BY_KEY["rice"]
    assert finds_room(rice, INSIDE, PAYLOAD_KG)
    assert not finds_room(rice, INSIDE, 20.0)
    leaden = rice.model_copy(update={"density_t_m3": (11.0, 11.3)})
    assert not finds_room(leaden, INSIDE, PAYLOAD_KG)


def test_goods_larger_than_the_room_are_left_behind():
    rice = BY_KEY["rice"]
    assert not finds_room(rice, replace(INSIDE, x1=INSIDE.x0 + 600.0), PAYLOAD_KG)
    assert not finds_room(rice, replace(INSIDE, z1=INSIDE.z0 + 100.0), PAYLOAD_KG)


def test_goods_that_would_reach_out_of_the_room_are_left_behind(monkeypatch):
    """Whatever style lays them."""
    rice, laid = BY_KEY["rice"], STYLES["bags"]
    for far, fits in [(90.0, True), (110.0, False)]:

        def beyond(goods, density, room, budget_kg, rng, far=far):
            longer = Box(room.x0, room.x1 + far, room.y0, room.y1, room.z0, room.z0 + 100, rice.composition, 0.1)
            return laid(goods, density, room, budget_kg, rng) + Laid((longer,), 1)

        monkeypatch.setitem(STYLES, "bags", beyond)
        assert finds_room(rice, INSIDE, PAYLOAD_KG) == fits


@pytest.mark.parametrize("name", CARRIERS)
def test_there_is_a_group_of_goods_more_than_one_unit_holds(name):
    """A lie about goods needs a group that nobody told of; a car needs a unit to itself."""
    shared = {group for group, members in goods_for(name).items() if any(one.style != "cars" for one in members)}
    assert len(shared) > CARRIERS[name].most_lines


@pytest.mark.parametrize("name", CARRIERS)
def test_scans_of_every_carrier_can_be_planned(name):
    plans = [plan_scan(3, index, Rates(0.5, 0.9, 0.1), (name,)) for index in range(150)]
    falsehoods = {one.falsehood for plan in plans for unit in plan.units for one in unit.consignments}
    assert {"goods_swapped", "undeclared_goods"} <= falsehoods
    assert max(len(unit.goods) for plan in plans for unit in plan.units) <= CARRIERS[name].most_lines


def test_two_kinds_of_goods_share_a_van():
    unit = build("van", 0).units[0]
    laid = [
        sum(
            load is not None for load in load_goods((BY_KEY["rice"], BY_KEY["toys"]), unit, np.random.default_rng(seed))
        )
        for seed in range(SEEDS)
    ]
    assert np.mean(laid) > 1.7
