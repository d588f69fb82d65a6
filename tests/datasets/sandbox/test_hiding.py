from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.carriers.carrier import Carrier, Unit
from datasets.sandbox.contraband.clearance import CLEARANCE_MM, clearings
from datasets.sandbox.contraband.compartments import LEAST_VOID_MM, false_wall, void
from datasets.sandbox.contraband.hiding import LABELS, STRUCTURE_SHARE, hide_contraband
from datasets.sandbox.contraband.objects import MAKERS
from datasets.sandbox.contraband.structure import LABELS as FLAT
from datasets.sandbox.contraband.structure import in_structure
from datasets.sandbox.contraband.weapons import pistol, rifle
from datasets.sandbox.labels import MASK_G_CM2, label_insert
from datasets.sandbox.physics.materials import GLASS, STEEL, WOOD
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import Rates, scan_rng
from datasets.sandbox.scene import Insert, LadenUnit, Load, Scene, hide, load_goods, overlap
from datasets.sandbox.shapes import Box, Space, bounds, cavities, mass_kg
from declarations import contraband_labels
from tests.datasets.sandbox.ordering import BOX, SEEN, field_of, laid_in, plan_of

SCANNER = read_scanner().at_pitch(24.0)
FIELD = field_of(SCANNER)
NONE = Carrier((), (), SEEN)
STRUCTURE = ("floor", "roof", "wall")
COVERED = ("front", "roof")


def room(x, y, z):
    return Space(0.0, x, 0.0, y, 0.0, z)


VAN = Unit("van", None, (), room(3200.0, 1750.0, 1900.0), room(3200.0, 1750.0, 1900.0), 1200.0,
           {"panel": (room(2000.0, 30.0, 900.0),), "spare": (room(400.0, 400.0, 85.0),)})  # fmt: skip
PALLET = Unit("pallet", None, (), room(1200.0, 1000.0, 1600.0), room(1200.0, 1000.0, 1600.0), 800.0,
              {"deck": (room(400.0, 300.0, 85.0),)})  # fmt: skip
NARROW = Unit("pallet", None, (), room(400.0, 300.0, 200.0), room(400.0, 300.0, 200.0), 50.0,
              {"crack": (room(40.0, 40.0, 40.0),), "slit": (room(900.0, 9.0, 900.0),)})  # fmt: skip


def scene(loads, inserts):
    return Scene(NONE, (LadenUnit(BOX, loads, inserts),))


@pytest.fixture(scope="module")
def hidden():
    """(loads, inserts) of eighty 20 ft containers, a fifth of them empty; inserts drawn from streams of their own."""
    found = []
    for index in range(80):
        loads = laid_in(plan_of(2, index, Rates(0, 0, 0.2)).units[0].goods, scan_rng(2, index, 2))
        found.append((loads, hide_contraband(BOX, {}, loads, np.random.default_rng(index))))
    return found


def inside(box, points_N3):
    x, y, z = points_N3.T
    return (x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1) & (z > box.z0) & (z < box.z1)


def within(space, boxes, slack=2.0):
    around = bounds(boxes)
    return (
        around.x0 >= space.x0 - slack and around.x1 <= space.x1 + slack
        and around.y0 >= space.y0 - slack and around.y1 <= space.y1 + slack
        and around.z0 >= space.z0 - slack and around.z1 <= space.z1 + slack
    )  # fmt: skip


def apart(one, other):
    """How far two spaces are from each other along the axis where they are farthest; negative inside each other."""
    return max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1, one.z0 - other.z1,
               other.z0 - one.z1)  # fmt: skip


def test_labels_are_those_of_the_taxonomy():
    assert set(LABELS) <= {entry.label for entry in contraband_labels()}
    assert set(LABELS) == {*MAKERS, "compartment"}


def test_an_empty_unit_can_hide_something(hidden):
    assert any(not loads and inserts for loads, inserts in hidden)
    assert all(not insert.cavities for loads, inserts in hidden if not loads for insert in inserts)


def test_everything_is_hidden_somewhere_in_every_way(hidden):
    inserts = [insert for _, some in hidden for insert in some]
    assert {insert.label for insert in inserts} == set(LABELS)
    assert all(insert.item for insert in inserts)
    assert {"goods", "behind", "doors", "front", *STRUCTURE} <= {insert.placement for insert in inserts}
    assert {len(some) for _, some in hidden} <= {1, 2, 3, 4}


def test_two_objects_occur_at_the_usual_rate():
    """One in five has two; a false wall or ceiling counts with what it hides."""
    counts = Counter()
    for seed in range(400):
        found = hide_contraband(BOX, {}, (), np.random.default_rng(seed))
        covered = sum(one.placement in COVERED and one.label != "compartment" for one in found)
        counts[len(found) - covered] += 1
    assert set(counts) == {1, 2}
    assert 0.14 < counts[2] / 400 < 0.26


def test_empty_units_hide_little_things_in_their_structure():
    """A few kilograms in walls, floor or roof: what most often is found in empty units."""
    all_found = (hide_contraband(BOX, {}, (), np.random.default_rng(seed)) for seed in range(400))
    found = [some[1] if some[0].item == "false ceiling" else some[0] for some in all_found]
    small = [insert for insert in found if insert.placement in STRUCTURE]
    flat = sum(0.75 * (insert.label in FLAT) for insert in found)
    assert 0.8 * flat < len(small)
    assert len(small) > 0.4 * len(found)
    masses = np.array([insert.mass_kg for insert in small])
    assert masses.min() >= 1
    assert masses.max() <= 20
    assert np.quantile(np.log(masses), 0.5) == pytest.approx(np.log(np.sqrt(20)), abs=0.5)
    assert {insert.placement for insert in small} == set(STRUCTURE)
    assert STRUCTURE_SHARE[True] > STRUCTURE_SHARE[False] > 0


@given(st.sampled_from(FLAT), st.floats(10, 600), st.floats(10, 600), st.floats(10, 600), st.integers(0, 10**6))
@settings(max_examples=150)
def test_what_is_in_a_hollow_stays_in_it(label, x, y, z, seed):
    rooms = tuple(Space(1000.0 * k, 1000.0 * k + x, 5.0, 5.0 + y, -z, 0.0) for k in range(8))
    made = in_structure(label, rooms, np.random.default_rng(seed))
    if made is None:
        return
    assert 1 <= mass_kg(made.boxes) <= 20
    for box in made.boxes:
        assert any(within(some, [box], slack=0.01) for some in rooms)
    for one, other in combinations(made.boxes[:12], 2):
        gaps = (one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1, one.z0 - other.z1,
                other.z0 - one.z1)  # fmt: skip
        assert max(gaps) >= -0.01


def test_a_hollow_that_is_too_thin_holds_nothing():
    assert in_structure("narcotics", (room(900.0, 18.0, 900.0),), np.random.default_rng(0)) is None
    assert in_structure("cigarettes", (room(40.0, 40.0, 40.0),), np.random.default_rng(0)) is None


@pytest.mark.parametrize("unit", [BOX, VAN, PALLET, NARROW], ids=["20 ft", "van", "pallet", "narrow"])
@given(seed=st.integers(0, 10**6), empty=st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_the_unit_something_is_hidden_and_nothing_reaches_out(unit, seed, empty):
    rng = np.random.default_rng(seed)
    goods = plan_of(2, seed % 200, Rates(0, 0, 0)).units[0].goods[:1]
    loads = () if empty else tuple(load for load in load_goods(goods, unit, rng) if load is not None)
    vehicle = {"tyre": tuple(Space(-500.0 + 90 * k, -420.0 + 90 * k, 0.0, 250.0, -900.0, -800.0) for k in range(5))}
    inserts = hide_contraband(unit, vehicle, loads, rng)
    assert inserts
    for insert in inserts:
        rooms = unit.hollows.get(insert.placement, vehicle.get(insert.placement, ()))
        assert insert.boxes
        if rooms:
            assert all(any(within(some, [box]) for some in rooms) for box in insert.boxes)
        else:
            assert within(unit.inside, insert.extent)
        assert len(insert.boxes) <= 400


def test_hidden_objects_never_overlap(hidden):
    """But for what a false wall or ceiling hides, where no goods are any more."""
    pairs = [pair for _, inserts in hidden for pair in combinations(inserts, 2)]
    assert pairs
    for one, other in pairs:
        if one.label == "compartment" and one.placement == other.placement in COVERED and not other.holes:
            assert within(bounds(one.outline), other.extent)
            assert not any(apart(box, sheet) < -0.01 for box in other.boxes for sheet in one.boxes)
            continue
        assert not overlap(one, other)


def test_goods_make_room_for_hidden_objects(hidden):
    """At random points within every object, goods and cavities cancel: nothing is twice in one place."""
    rng = np.random.default_rng(0)
    touched = 0
    for loads, inserts in hidden:
        laden = LadenUnit(BOX, loads, inserts)
        left = [box for load in loads for box in laden.left_of(load)]
        for insert in inserts:
            near = [box for box in left if apart(box, bounds(insert.extent)) < 0]
            for box in insert.extent[:: max(1, len(insert.extent) // 6)]:
                low, high = np.array([box.x0, box.y0, box.z0]), np.array([box.x1, box.y1, box.z1])
                points_N3 = rng.uniform(low, high, (20, 3))
                density = np.zeros(len(points_N3))
                for part in near:
                    density += part.density_g_cm3 * inside(part, points_N3)
                assert np.abs(density).max() < 1e-9
            touched += bool(insert.cavities)
    assert touched > 10


@given(st.lists(st.tuples(*[st.integers(0, 900)] * 3, *[st.integers(1, 400)] * 3), min_size=1, max_size=25))
@settings(max_examples=150, derandomize=True)
def test_clearings_cover_what_they_are_for_and_do_not_overlap(sizes):
    boxes = [Box(x, x + dx, y, y + dy, z, z + dz, STEEL, 1.0) for x, y, z, dx, dy, dz in sizes]
    spaces = clearings(boxes)
    assert all(apart(one, other) >= 0 for one, other in combinations(spaces, 2))
    assert within(bounds(boxes), spaces, slack=CLEARANCE_MM + 1e-9)
    for box in boxes:
        parts = cavities([box], bounds(boxes)), [cut for space in spaces for cut in cavities([box], space)]
        whole, cut = (-sum(part.volume_mm3 for part in some) for some in parts)
        assert cut == pytest.approx(whole, rel=1e-9)


def test_a_block_takes_one_clearing():
    block = Box(0, 500, 0, 400, 0, 300, STEEL, 1.0)
    assert clearings([block, block.moved(dx=500)]) == (Space(-5, 1005, -5, 405, -5, 305),)


def test_goods_close_in_on_what_is_narrow():
    """Between two pistols, and under the barrel of a rifle, goods stay: of its bounds they give way in a half."""
    for boxes in (rifle(), [*pistol(), *(box.moved(dx=400, dy=100) for box in pistol())]):
        load = Load(laid_in(plan_of(2, 3, Rates(0, 0, 0)).units[0].goods, scan_rng(2, 3, 2))[0].goods,
                    (Box(-500, 1500, -500, 800, -500, 900, WOOD, 0.5),), 1)  # fmt: skip
        insert = hide(Insert("firearm", "steel", "goods", tuple(boxes)), [load])
        taken = -sum(cut.mass_kg for cut in insert.cavities) / 0.5e-6
        around = bounds(boxes)
        assert sum(box.volume_mm3 for box in boxes) < taken < 0.6 * np.prod([edge + 10 for edge in around.size])


def test_no_map_is_negative(hidden):
    for loads, inserts in hidden[:12]:
        assert project(scene(loads, inserts).boxes, FIELD).maps_MHW.min(initial=0.0) > -1e-6


def test_what_is_left_of_a_load(hidden):
    for loads, inserts in hidden[:20]:
        whole = scene(loads, inserts)
        left = sum(whole.units[0].remaining_kg(load) for load in loads)
        shell = mass_kg(BOX.shell)
        assert left + shell + mass_kg(box for one in inserts for box in one.boxes) == pytest.approx(
            mass_kg(whole.boxes)
        )


def test_objects_are_of_a_likely_mass(hidden):
    most = {"narcotics": 320, "cigarettes": 820, "firearm": 45, "ammunition": 140, "currency": 115, "shielding": 560,
            "alcohol": 420, "compartment": 420}  # fmt: skip
    for _, inserts in hidden:
        for insert in inserts:
            assert 0.5 < insert.mass_kg < most[insert.label]


def test_a_void_is_hollow_and_large_enough_for_a_person():
    empty = manned = 0
    for seed in range(60):
        made = void(room(3000.0, 2300.0, 2200.0), np.random.default_rng(seed))
        (whole,) = made.outline
        assert all(have >= need for have, need in zip(bounds([whole]).size, LEAST_VOID_MM, strict=True))
        assert within(bounds([whole]), made.boxes, slack=0.01)
        people_kg = mass_kg(made.boxes) - mass_kg(box for box in made.boxes if box.density_g_cm3 == 0.65)
        if made.item == "void":
            assert people_kg == 0
            empty += 1
        else:
            assert 45 <= people_kg / int(made.item.split()[2]) <= 95
            manned += 1
    assert empty > 20
    assert manned > 5


def test_a_void_takes_the_goods_out_of_all_of_its_hollow():
    """And of no more than a clearance around it: the lining is thin, the label covers the whole."""
    goods = laid_in(plan_of(2, 3, Rates(0, 0, 0)).units[0].goods, scan_rng(2, 3, 2))[0].goods
    block = Load(goods, (Box(-900, 4000, -900, 4000, -50, 4000, WOOD, 0.5),), 1)
    made = void(room(3000.0, 2300.0, 2200.0), np.random.default_rng(0))
    insert = hide(Insert("compartment", made.material, "goods", made.boxes, outline=made.outline), [block])
    (whole,) = insert.extent
    (cut,) = insert.cavities
    assert (cut.x0, cut.x1, cut.y0, cut.y1, cut.z0, cut.z1) == pytest.approx(
        (whole.x0 - 5, whole.x1 + 5, whole.y0 - 5, whole.y1 + 5, whole.z0 - 5, whole.z1 + 5)
    )
    assert cut.density_g_cm3 == -0.5
    assert sum(box.volume_mm3 for box in insert.boxes) < 0.2 * whole.volume_mm3


@pytest.mark.parametrize("unit", [BOX, VAN], ids=["20 ft", "van"])
def test_a_false_wall_spans_the_unit(unit):
    materials, room = set(), unit.inside
    for seed in range(12):
        made = false_wall(room, 600.0, np.random.default_rng(seed))
        sheet = made.boxes[0]
        assert (sheet.x0, sheet.y0, sheet.y1, sheet.z0, sheet.z1) == (room.x0 + 600, room.y0, room.y1, room.z0, room.z1)
        assert bounds(made.outline) == Space(room.x0, sheet.x1, room.y0, room.y1, room.z0, room.z1)
        assert within(bounds(made.outline), made.boxes, slack=1e-6)
        materials.add(made.material)
    assert materials == {"steel", "plywood"}


def test_nothing_is_left_of_goods_before_a_false_wall(hidden):
    """What lies behind the wall stands clear of it, and no goods are there any more."""
    walls = 0
    for loads, inserts in hidden:
        for wall in inserts:
            if wall.item != "false wall" or not loads:
                continue
            (outline,) = wall.outline
            before = [load for load in loads if bounds(load.boxes).x0 < outline.x1]
            left = [box for load in before for box in cavities(LadenUnit(BOX, loads, inserts).left_of(load), outline)]
            assert mass_kg(left) == pytest.approx(0, abs=1e-6)
            walls += 1
    assert walls


def test_bricks_are_thrown_in_by_the_doors_in_bags(hidden):
    items = Counter()
    for seed in range(400):
        loads = [loads for loads, _ in hidden[:10] if loads][seed % 5]
        for insert in hide_contraband(BOX, {}, loads, np.random.default_rng(seed)):
            if insert.label == "narcotics" and insert.placement not in BOX.hollows:
                items[insert.placement == "doors", "holdall" in insert.item] += 1
    assert not items[False, True]
    assert items[True, True] > items[True, False] > 0


def test_a_bottle_weighs_what_a_bottle_weighs():
    """About 0.66 kg of spirits in 0.5 kg of glass."""
    for seed in range(20):
        made = MAKERS["alcohol"](room(2000.0, 2000.0, 2000.0), np.random.default_rng(seed))
        if made.item == "cases of bottles":
            bottles = [box for box in made.boxes if box.z1 - box.z0 > 200]
            glass = mass_kg(box for box in made.boxes if box.material == GLASS)
            assert (mass_kg(bottles) + glass) / len(bottles) == pytest.approx(1.2, abs=0.1)
            return
    raise AssertionError("no bottles")


def test_an_object_outside_the_field_has_no_label():
    away = Insert("firearm", "steel", "loose", (Box(9e4, 9e4 + 100, 0, 100, 0, 100, STEEL, 7.0),))
    assert label_insert(away, project(away.boxes, FIELD), FIELD, SCANNER) is None


def test_a_box_is_the_bounds_of_its_mask_and_the_mask_is_the_object_alone(hidden):
    for loads, inserts in hidden[:25]:
        areal = project(scene(loads, inserts).boxes, FIELD)
        for insert in inserts:
            label = label_insert(insert, areal, FIELD, SCANNER)
            alone = project(insert.extent, FIELD).maps_MHW.sum(axis=0)
            rows, columns = np.nonzero(alone > MASK_G_CM2)
            assert label.box_xyxy == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert label.mask_HW.sum() == len(rows)
            assert 0 <= label.attributes["visible_share"] <= 1
            assert label.attributes["detectability"] >= 0
            assert label.attributes["mass_kg"] == pytest.approx(insert.mass_kg, abs=0.006)
            assert label.attributes["item"] == insert.item
