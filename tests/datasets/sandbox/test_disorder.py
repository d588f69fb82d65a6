from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.disorder import (
    bulged,
    dunnage_bag,
    fallen,
    leant,
    settled,
    sharing_mass,
    skewed,
    tipped,
)
from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.cargo.stacking import stacked
from datasets.sandbox.physics.materials import PLASTIC, WOOD
from datasets.sandbox.shapes import Box, Space, bounds, mass_kg
from tests.datasets.sandbox.ordering import BOX, laid_in

HALL = Space(0, 5800, 0, 2300, 100, 2400)
WHOLE = [goods for goods in all_goods() if goods.style in ("cartons", "bags", "bales") and goods.core is None]
SOFTNESS = st.floats(0.01, 1.0)
SIZES = st.tuples(st.floats(80, 1500), st.floats(80, 1500), st.floats(60, 900))
SLOPES = st.floats(-0.06, 0.06)


def package(size=(600.0, 400.0, 300.0), z0=100.0, density=0.3):
    return Box(1000, 1000 + size[0], 500, 500 + size[1], z0, z0 + size[2], WOOD, density)


def column(count, size=(600.0, 400.0, 300.0), density=0.3):
    return [package(size, 100 + k * size[2], density) for k in range(count)]


def kind(key):
    return next(goods for goods in all_goods() if goods.key == key)


def deepest_overlap(boxes):
    """How far the two boxes that are most in each other reach into each other, mm; negative where none do."""
    low_N3 = np.array([(b.x0, b.y0, b.z0) for b in boxes])
    high_N3 = np.array([(b.x1, b.y1, b.z1) for b in boxes])
    deepest = -np.inf
    for n in range(1, len(boxes)):
        common = np.minimum(high_N3[n], high_N3[:n]) - np.maximum(low_N3[n], low_N3[:n])
        deepest = max(deepest, float(common.min(axis=1).max()))
    return deepest


def bag_of(boxes):
    """The walls of a dunnage bag, by their density."""
    return [box for box in boxes if box.material == PLASTIC and box.density_g_cm3 == 0.9]


def test_an_empty_column_settles_to_nothing():
    assert settled([], 1.0, 2000.0, np.random.default_rng(0)) == []
    assert leant([], 0.05, 0.0) == []


@given(count=st.integers(1, 12), size=SIZES)
def test_rigid_packages_stay_as_they_were(count, size):
    stack = column(count, size)
    assert settled(stack, 0.0, 1e9, np.random.default_rng(0)) == stack


@given(softness=SOFTNESS, count=st.integers(1, 12), size=SIZES, seed=st.integers(0, 99))
def test_settling_keeps_the_mass_of_every_package(softness, count, size, seed):
    stack = column(count, size)
    down = settled(stack, softness, 1e9, np.random.default_rng(seed))
    assert [box.mass_kg for box in down] == pytest.approx([box.mass_kg for box in stack], rel=1e-9)


@given(softness=SOFTNESS, count=st.integers(2, 12), seed=st.integers(0, 99))
def test_settled_packages_stand_on_one_another(softness, count, seed):
    down = settled(column(count), softness, 1e9, np.random.default_rng(seed))
    assert down[0].z0 == 100
    assert all(upper.z0 == lower.z1 for lower, upper in pairwise(down))


@given(softness=SOFTNESS, count=st.integers(1, 12), seed=st.integers(0, 99), ceiling=st.floats(400, 2000))
def test_settled_columns_fit_under_the_ceiling(softness, count, seed, ceiling):
    assert settled(column(count), softness, ceiling, np.random.default_rng(seed))[-1].z1 <= ceiling + 1e-6


def test_the_lowest_of_the_softest_is_pressed_most_but_to_no_less_than_four_fifths():
    heights = np.array([
        [box.z1 - box.z0 for box in settled(column(8), 1.0, 1e9, np.random.default_rng(seed))] for seed in range(300)
    ])  # fmt: skip
    mean = heights.mean(axis=0) / 300
    assert mean[0] < mean[3] < mean[6] < mean[7]
    assert 0.85 < mean[0] < 0.95
    assert mean[-1] == pytest.approx(1.0, abs=0.01)


def test_soft_columns_settle_to_heights_of_their_own():
    high = [settled(column(7), 0.9, 1e9, np.random.default_rng(seed))[-1].z1 for seed in range(40)]
    assert np.std(high) > 20


def test_packages_with_nothing_on_them_are_of_uneven_height():
    high = [settled(column(1), 0.9, 1e9, np.random.default_rng(seed))[0].z1 - 100 for seed in range(100)]
    assert np.mean(high) == pytest.approx(300, rel=0.02)
    assert 0.02 < np.std(high) / 300 < 0.06


@given(size=SIZES, bulge=st.floats(0, 25), left=st.floats(-5, 30), right=st.floats(-5, 30))
def test_a_bulge_keeps_mass_and_ends_where_its_room_does(size, bulge, left, right):
    box = package(size)
    room = Space(box.x0 - left, box.x1 + right, box.y0 - 3, box.y1, 0, 9999)
    round_ = bulged(box, bulge, room)
    around = bounds(round_)
    assert mass_kg(round_) == pytest.approx(box.mass_kg, rel=1e-9)
    assert around.x0 >= box.x0 - max(min(bulge, left), 0) - 1e-9
    assert around.x1 <= box.x1 + max(min(bulge, right), 0) + 1e-9
    assert around.y0 >= box.y0 - 3
    assert around.y1 == box.y1
    assert (around.z0, around.z1) == (box.z0, box.z1)
    assert deepest_overlap(round_) <= 0


@given(size=SIZES, slope=SLOPES)
def test_a_lean_keeps_mass_and_height_and_moves_the_middle(size, slope):
    box = package(size)
    slices = leant([box], slope, 0.0)
    around = bounds(slices)
    middle = sum(part.mass_kg * (part.x0 + part.x1) / 2 for part in slices) / mass_kg(slices)
    assert mass_kg(slices) == pytest.approx(box.mass_kg, rel=1e-9)
    assert (around.z0, around.z1) == (box.z0, box.z1)
    assert middle == pytest.approx((box.x0 + box.x1) / 2 + slope * (box.z0 + box.z1) / 2, abs=6.1)
    assert around.x1 - around.x0 <= size[0] + abs(slope) * size[2] + 12.1


@given(size=SIZES, rise=st.floats(-80, 80).filter(lambda rise: abs(rise) > 1))
def test_a_tipped_package_keeps_mass_and_sinks_nowhere(size, rise):
    box = package(size)
    parts = tipped(box, rise)
    around = bounds(parts)
    assert mass_kg(parts) == pytest.approx(box.mass_kg, rel=1e-9)
    assert (around.x0, around.x1) == (box.x0, box.x1)
    assert around.z0 >= box.z0
    assert around.z1 <= box.z1 + abs(rise)
    assert (max(parts, key=lambda part: part.z1).x0 > box.x0) == (rise > 0)


@given(size=SIZES, slope=SLOPES)
def test_a_turn_about_the_vertical_keeps_mass_and_the_middle_of_the_load(size, slope):
    boxes = [package(size).moved(dy=k * size[1]) for k in (-1, 0, 1)]
    turned = skewed(boxes, slope, boxes[1].y0 + size[1] / 2)
    assert mass_kg(turned) == pytest.approx(mass_kg(boxes), rel=1e-9)
    assert turned[1].x0 == pytest.approx(boxes[1].x0)
    assert turned[2].x0 - turned[0].x0 == pytest.approx(2 * slope * size[1])


@given(size=SIZES)
def test_a_fallen_package_lies_on_its_side(size):
    down = fallen(package(size), 4000.0, 100.0)
    assert down.mass_kg == pytest.approx(package(size).mass_kg, rel=1e-9)
    assert (down.x1 - down.x0, down.y1 - down.y0, down.z1 - down.z0) == pytest.approx((size[2], size[1], size[0]))
    assert (down.x0, down.z0) == (4000, 100)


def test_parts_share_a_mass_by_volume():
    parts = sharing_mass([package(), package((300.0, 400.0, 300.0))], 30.0)
    assert [part.mass_kg for part in parts] == pytest.approx([20, 10])


def test_a_dunnage_bag_is_a_skin_around_nothing():
    room = Space(1000, 1300, 200, 2100, 300, 1500)
    bag = dunnage_bag(room)
    assert bounds(bag) == room
    assert deepest_overlap(bag) <= 0
    assert {part.material for part in bag} == {PLASTIC}
    assert sum(part.volume_mm3 for part in bag) == pytest.approx((300 * 1900 - 298 * 1898) * 1200)


@pytest.mark.parametrize("goods", WHOLE, ids=lambda goods: goods.key)
def test_packages_are_not_in_each_other(goods):
    for seed in (0, 1):
        for load in laid_in((goods,), np.random.default_rng(seed)):
            assert deepest_overlap(load.boxes) < 3


@settings(max_examples=40, deadline=None)
@given(goods=st.sampled_from(WHOLE), seed=st.integers(0, 10_000), payload=st.floats(500, 24_000))
def test_a_stow_stays_inside_and_on_its_floor_and_about_within_its_budget(goods, seed, payload):
    laid = stacked(goods, goods.density_t_m3[0], HALL, payload, np.random.default_rng(seed))
    if not laid.boxes:
        return
    around = bounds(laid.boxes)
    for low, high, near, far in zip(
        (around.x0, around.y0, around.z0), (around.x1, around.y1, around.z1),
        (HALL.x0, HALL.y0, HALL.z0), (HALL.x1, HALL.y1, HALL.z1), strict=True,
    ):  # fmt: skip
        assert near - 1e-6 <= low
        assert high <= far + 1e-6
    least = float(np.prod(goods.size_mm)) * goods.density_t_m3[0] * 1e-6
    assert mass_kg(laid.boxes) <= 1.03 * max(payload, HALL.size[1] // min(goods.size_mm) * least)
    assert (
        max(box.density_g_cm3 for box in laid.boxes if box.material == goods.composition) < 1.6 * goods.density_t_m3[0]
    )


def test_nowhere_is_anything_denser_than_a_pressed_package():
    rng = np.random.default_rng(0)
    for key in ("garments", "cotton", "rice", "toys", "bananas"):
        goods = kind(key)
        (load,) = laid_in((goods,), np.random.default_rng(3))
        own = [box for box in load.boxes if box.material == goods.composition]
        around = bounds(own)
        points_N3 = rng.uniform((around.x0, around.y0, around.z0), (around.x1, around.y1, around.z1), (3000, 3))
        x, y, z = points_N3.T
        density = sum(
            b.density_g_cm3 * ((b.x0 < x) & (x < b.x1) & (b.y0 < y) & (y < b.y1) & (b.z0 < z) & (z < b.z1)) for b in own
        )
        assert 0 < density.max() <= 1.35 * goods.density_t_m3[1]


def second_layer(goods, seed):
    """Where the packages begin that stand on those on the floor, mm."""
    boxes = stacked(goods, goods.density_t_m3[0], HALL, 9000, np.random.default_rng(seed)).boxes
    layer = goods.size_mm[2]
    return np.array([box.z0 for box in boxes if 0.6 * layer < box.z0 - HALL.z0 < 1.4 * layer])


def test_layers_of_rigid_goods_are_in_line_and_those_of_soft_goods_wander():
    """A few boxes of rigid goods are stairs of a lean or the slices of a package that lies askew."""
    rigid, soft = kind("tiles"), kind("rice")
    for seed in range(4):
        assert np.mean(second_layer(rigid, seed) == HALL.z0 + rigid.size_mm[2]) > 0.85
        assert np.mean(second_layer(soft, seed) == HALL.z0 + soft.size_mm[2]) == 0


@settings(max_examples=25, deadline=None)
@given(goods=st.sampled_from(WHOLE), seed=st.integers(0, 10_000))
def test_every_package_is_laid_once_and_with_its_mass(goods, seed):
    """Without the jitter of single packages a stow weighs exactly as many packages as it counts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasets.sandbox.cargo.stacking._jittered", lambda whole, rng: whole)
        laid = stacked(goods, 0.5, HALL, 18_000, np.random.default_rng(seed))
    own = mass_kg(laid.boxes) - mass_kg(bag_of(laid.boxes))
    assert own == pytest.approx(laid.packages * float(np.prod(goods.size_mm)) * 0.5e-6, rel=1e-9)


def test_some_stows_have_a_bag_of_air_and_some_have_less_in_them():
    """Over eighty seeds: dunnage bags now and then, and many counts of packages."""
    goods = kind("cigarettes")
    stows = [stacked(goods, 0.2, HALL, 4500, np.random.default_rng(seed)) for seed in range(80)]
    assert len({stow.packages for stow in stows}) > 10
    assert 2 <= sum(any(box.material == PLASTIC for box in stow.boxes) for stow in stows) < 20


def test_the_same_seed_makes_the_same_disorder():
    goods = kind("garments")
    one, two, other = (stacked(goods, 0.2, BOX.inside, 5000, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert one == two
    assert one != other
