"""Cargo and hiding places as a customs officer would expect them."""

import numpy as np
import pytest

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.cargo.packing import PALLET_X, PALLET_Y
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.contraband.objects import Made
from datasets.sandbox.contraband.placing import supported
from datasets.sandbox.physics.detector import expected
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.physics.projection import footprint, project
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.scene import STYLES, Load
from datasets.sandbox.shapes import Box, Space, bounds
from tests.datasets.sandbox.ordering import BOX, CONTAINER_20, field_of, laid_in

BY_KEY = {goods.key: goods for goods in all_goods()}
PALLETISED = [goods for goods in all_goods() if goods.palletised]


@pytest.mark.parametrize("key", ["steel_coils", "steel_bars", "granite", "aluminium_ingots"])
def test_nobody_hollows_out_solid_goods(key):
    for seed in range(25):
        rng = np.random.default_rng(seed)
        loads = laid_in((BY_KEY[key],), rng)
        for insert in hide_contraband(BOX, {}, loads, rng):
            assert insert.placement in ("top", "beside", "front", "doors", *BOX.hollows)
            assert all(cut.material != BY_KEY[key].composition for cut in insert.cavities)


def test_nobody_hollows_out_coils_that_stand_beside_other_goods():
    goods, cut = (BY_KEY["footwear"], BY_KEY["steel_coils"]), 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        loads = laid_in(goods, rng)
        for insert in hide_contraband(BOX, {}, loads, rng):
            assert all(part.material != goods[1].composition for part in insert.cavities)
            cut += bool(insert.cavities)
    assert cut > 10


@pytest.mark.parametrize("key", ["rice", "beer", "plywood", "steel_bars", "footwear"])
def test_nothing_hangs_in_the_air(key):
    """Under every hidden object in the cargo space is the floor, or goods that it is packed in or stands on."""
    for seed in range(25):
        rng = np.random.default_rng(seed)
        loads = laid_in((BY_KEY[key],), rng)
        for insert in hide_contraband(BOX, {}, loads, rng):
            if insert.placement in ("front", *BOX.hollows):  # in the structure, behind false ceilings and walls
                continue
            around = bounds(insert.extent)
            goods = [box for load in loads for box in load.boxes]
            below = [
                box
                for box in goods
                if box.x0 < around.x1 and box.x1 > around.x0 and box.y0 < around.y1 and box.y1 > around.y0
                and box.z0 < around.z0 and box.z1 > around.z0 - 10
            ]  # fmt: skip
            assert around.z0 < BOX.inside.z0 + 10 or below


@pytest.mark.parametrize(("top", "stands_at"), [(400.0, 406.0), (1200.0, 1000.0), (None, 150.0)])
def test_a_thing_is_let_down_onto_what_is_below(top, stands_at):
    """On goods, with air between; where it is packed in them, it stays; over nothing, to the floor."""
    made = Made((Box(500, 900, 500, 900, 1000, 1100, STEEL, 1.0),), "steel", "lump")
    beside = Box(0, 400, 0, 400, 150, 2000, STEEL, 1.0)
    below = [] if top is None else [Box(0, 600, 0, 600, 150, top, STEEL, 1.0)]
    loads = [Load(BY_KEY["rice"], (beside, *below), 2)]
    assert supported(made, loads, BOX.inside).boxes[0].z0 == stands_at


@pytest.mark.parametrize("goods", PALLETISED, ids=lambda goods: goods.key)
def test_packages_cover_their_pallet(goods):
    room = Space(BOX.inside.x0, BOX.inside.x0 + 1020, BOX.inside.y0, BOX.inside.y1, BOX.inside.z0, BOX.inside.z1)
    laid = STYLES[goods.style](goods, goods.density_t_m3[0], room, 1e6, np.random.default_rng(0))
    packages = [box for box in laid.boxes if box.material == goods.composition]
    lowest = min(box.z0 for box in packages)
    covered = np.zeros((300, 300), bool)  # cells of 10 mm, seen from above; no two packages lie alike
    for box in packages:
        if box.z0 < lowest + 40:
            x0, x1, y0, y1 = (round(edge / 10) for edge in (box.x0, box.x1, box.y0, box.y1))
            covered[x0:x1, y0:y1] = True
    assert covered.sum() * 100 > 0.85 * 2 * PALLET_X * PALLET_Y


def _in_each_other(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def test_a_leaning_stack_leans_into_free_room():
    leaned = 0
    for seed in range(30):
        load = laid_in((BY_KEY["garments"],), np.random.default_rng(seed))[0]
        level = [box for box in load.boxes if abs(box.z0 - load.boxes[0].z0 - 1200) < 1]
        leaned += len({round(box.x0 / 25) for box in load.boxes}) > len({round(box.x0 / 25) for box in level})
        pairs = [(a, b) for i, a in enumerate(level) for b in level[i + 1 :]]
        assert not any(_in_each_other(a, b) for a, b in pairs)
    assert leaned > 0


def test_the_empty_unit_is_not_opaque_by_its_own_structure():
    """Mass has an upper bound where less than a thousandth of the region is opaque: that is for the cargo to decide."""
    field = field_of(read_scanner())
    seen = expected(project((*BOX.shell, *CONTAINER_20.boxes), field), read_scanner())
    x0, y0, x1, y1 = (round(edge) for edge in footprint(BOX.outside, field))
    assert (seen[1, y0:y1, x0:x1] <= read_scanner().opaque_transmission.value).mean() < 8e-4
