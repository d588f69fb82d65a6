from itertools import combinations

import numpy as np
import pytest

from datasets.sandbox.carriers.container import OUTSIDE, field_of_view
from datasets.sandbox.contraband.hiding import LABELS, hide_contraband
from datasets.sandbox.labels import MASK_G_CM2, label_insert, mask_bounds
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import Rates, plan_scan, scan_rng
from datasets.sandbox.scene import Insert, Scene, load_goods, overlap
from datasets.sandbox.shapes import Box, bounds, mass_kg

SCANNER = read_scanner().at_pitch(24.0)
FIELD = field_of_view(SCANNER)


@pytest.fixture(scope="module")
def hidden():
    """(loads, inserts) of eighty units, a fifth of them empty; inserts drawn from streams of their own."""
    found = []
    for index in range(80):
        loads = load_goods(plan_scan(2, index, Rates(0, 0, 0.2)).goods, scan_rng(2, index, 2))
        found.append((loads, hide_contraband(loads, np.random.default_rng(index))))
    return found


def inside(box, points_N3):
    x, y, z = points_N3.T
    return (x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1) & (z > box.z0) & (z < box.z1)


def test_an_empty_unit_can_hide_something(hidden):
    assert any(not loads and inserts for loads, inserts in hidden)
    assert all(not insert.cavities for loads, inserts in hidden if not loads for insert in inserts)


def test_there_is_one_object_or_there_are_two(hidden):
    counts = [len(inserts) for _, inserts in hidden]
    assert set(counts) == {1, 2}
    assert {insert.label for _, inserts in hidden for insert in inserts} == set(LABELS)


def test_two_objects_occur_at_the_usual_rate():
    """Whether and how much is hidden come from streams of their own: one in five units with contraband has two."""
    usual = Rates(0.3, 0.2, 0.1)
    units = [index for index in range(300) if plan_scan(7, index, usual).contraband]
    assert any(len(hide_contraband((), scan_rng(7, index, 5))) == 2 for index in units)


def test_hidden_objects_never_overlap(hidden):
    pairs = [pair for _, inserts in hidden for pair in combinations(inserts, 2)]
    assert pairs
    for one, other in pairs:
        assert not overlap(one, other)
        a, b = bounds(one.boxes), bounds(other.boxes)
        gaps = (a.x0 - b.x1, b.x0 - a.x1, a.y0 - b.y1, b.y0 - a.y1, a.z0 - b.z1, b.z0 - a.z1)
        assert max(gaps) >= 0


def test_goods_make_room_for_hidden_objects(hidden):
    """At random points within every object's bounds, goods and cavities cancel: nothing is twice in one place."""
    rng = np.random.default_rng(0)
    touched = 0
    for loads, inserts in hidden:
        for insert in inserts:
            room = bounds(insert.boxes)
            low, high = np.array([room.x0, room.y0, room.z0]), np.array([room.x1, room.y1, room.z1])
            points_N3 = rng.uniform(low, high, (40, 3))
            density = np.zeros(len(points_N3))
            for box in (*(box for load in loads for box in load.boxes), *insert.cavities):
                density += box.density_g_cm3 * inside(box, points_N3)
            assert np.abs(density).max() < 1e-9
            touched += bool(insert.cavities)
    assert touched > 10


def test_no_map_is_negative(hidden):
    for loads, inserts in hidden[:12]:
        scene = Scene((), (), loads, inserts)
        assert project(scene.boxes, FIELD).maps_MHW.min(initial=0.0) > -1e-6


def test_what_is_left_of_a_load(hidden):
    for loads, inserts in hidden[:20]:
        scene = Scene((), (), loads, inserts)
        left = sum(scene.remaining_kg(load) for load in loads)
        assert left + mass_kg(box for insert in inserts for box in insert.boxes) == pytest.approx(mass_kg(scene.boxes))


def test_objects_are_of_a_likely_mass(hidden):
    most = {"narcotics": 305, "cigarettes": 800, "firearm": 45, "ammunition": 140, "currency": 110, "shielding": 500}
    for _, inserts in hidden:
        for insert in inserts:
            assert 0.5 < insert.mass_kg < most[insert.label]


def test_hidden_objects_are_in_the_container(hidden):
    for _, inserts in hidden:
        for insert in inserts:
            room = bounds(insert.boxes)
            assert OUTSIDE.x0 <= room.x0 < room.x1 <= OUTSIDE.x1
            assert OUTSIDE.y0 <= room.y0 < room.y1 <= OUTSIDE.y1
            assert OUTSIDE.z0 <= room.z0 < room.z1 <= OUTSIDE.z1


def test_an_object_outside_the_field_has_no_label():
    away = Insert("firearm", "steel", "loose", (Box(9e4, 9e4 + 100, 0, 100, 0, 100, STEEL, 7.0),))
    scene = project(away.boxes, FIELD)
    assert label_insert(away, scene, FIELD, SCANNER) is None


def test_a_box_is_the_bounds_of_its_mask_and_the_mask_is_the_object_alone(hidden):
    for loads, inserts in hidden[:25]:
        scene = project(Scene((), (), loads, inserts).boxes, FIELD)
        for insert in inserts:
            label = label_insert(insert, scene, FIELD, SCANNER)
            alone = project(insert.boxes, FIELD).maps_MHW.sum(axis=0)
            rows, columns = np.nonzero(alone > MASK_G_CM2)
            assert label.box_xyxy == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert label.mask_HW.sum() == len(rows)
            assert 0 <= label.attributes["visible_share"] <= 1
            assert label.attributes["detectability"] >= 0
            assert label.attributes["mass_kg"] == pytest.approx(insert.mass_kg, abs=0.006)


def test_bounds_of_one_pixel():
    mask = np.zeros((5, 7), bool)
    mask[2, 3] = True
    assert mask_bounds(mask) == (3, 2, 4, 3)


def test_lead_stands_out_of_air_and_not_of_a_block_of_steel():
    insert = Insert("shielding", "lead", "loose", (Box(3000, 3200, 1000, 1020, 1000, 1200, STEEL, 7.85),))
    block = Box(2000, 4500, 100, 900, 200, 2400, STEEL, 7.85)
    open_air = label_insert(insert, project(insert.boxes, FIELD), FIELD, SCANNER)
    behind = label_insert(insert, project((*insert.boxes, block), FIELD), FIELD, SCANNER)
    assert open_air.attributes["visible_share"] == 1
    assert behind.attributes["visible_share"] == 0
    assert open_air.attributes["detectability"] > 10 > 1 > behind.attributes["detectability"]
