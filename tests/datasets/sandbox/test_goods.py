import numpy as np
import pytest
from pydantic import ValidationError

from datasets.sandbox.cargo.goods import Goods, all_goods, goods_by_group
from datasets.sandbox.scene import STYLES
from datasets.sandbox.shapes import bounds, mass_kg
from declarations.taxonomy import goods_group_of
from tests.datasets.sandbox.ordering import BOX, laid_in

EVERY = pytest.mark.parametrize("goods", all_goods(), ids=lambda goods: goods.key)
ONE_SIZE = [g for g in all_goods() if not g.mixed and g.style not in ("coils", "crates", "bundles")]


def lain(goods, seed):
    """The load of one kind of goods, or None where nothing fits."""
    loads = laid_in((goods,), np.random.default_rng(seed))
    return loads[0] if loads else None


def test_no_goods_are_no_loads():
    assert laid_in((), np.random.default_rng(0)) == ()


def test_there_are_goods_of_many_groups():
    assert len(goods_by_group()) >= 14
    assert sum(len(members) for members in goods_by_group().values()) == len(all_goods())
    assert len({goods.key for goods in all_goods()}) == len(all_goods())


@EVERY
def test_every_code_has_a_group(goods):
    assert goods_group_of(goods.commodity_code) == goods.group


def test_a_code_without_a_group_is_an_error():
    stray = all_goods()[0].model_copy(update={"commodity_code": "999999"})
    with pytest.raises(ValueError, match="goods group"):
        _ = stray.group


@pytest.mark.parametrize("code", ["12345", "1234567", "12345x", "١٢٣٤٥٦", "", "123456\n"])
def test_a_code_is_six_ascii_digits(code):
    with pytest.raises(ValidationError):
        Goods.model_validate({**all_goods()[0].model_dump(), "commodity_code": code})


@EVERY
def test_goods_can_be_laid_and_stay_inside(goods):
    loads = [load for load in (lain(goods, seed) for seed in range(4)) if load is not None]
    assert loads
    for load in loads:
        around = bounds(load.boxes)
        assert load.packages > 0
        assert 0 < load.mass_kg <= BOX.payload_kg
        # Stacks lean along the unit by up to 70 mm; nothing leaves through floor, roof or side walls.
        assert BOX.inside.x0 - 70 <= around.x0
        assert around.x1 <= BOX.inside.x1 + 70
        assert BOX.inside.y0 <= around.y0 + 1e-6
        assert around.y1 <= BOX.inside.y1 + 1e-6
        assert BOX.inside.z0 <= around.z0 + 1e-6
        assert around.z1 <= BOX.inside.z1 + 1e-6
        assert all(box.density_g_cm3 > 0 for box in load.boxes)


@pytest.mark.parametrize("goods", ONE_SIZE, ids=lambda goods: goods.key)
def test_a_package_weighs_its_outline_times_the_density_of_the_table(goods):
    """Pallets come on top; round goods fill their outline to pi / 4. Drums lose a few percent to the gaps around."""
    load = next(load for load in (lain(goods, seed) for seed in range(8)) if load is not None)
    own = load.mass_kg if goods.style == "cars" else mass_kg(b for b in load.boxes if b.material == goods.composition)
    fill = np.pi / 4 if goods.style in ("rolls", "drums", "tyres") else 1.0
    density = own / load.packages / (np.prod(goods.size_mm) * 1e-6) / fill
    low, high = goods.density_t_m3
    assert 0.93 * low <= density <= 1.03 * high


@pytest.mark.parametrize("goods", [g for g in all_goods() if g.style == "bundles"], ids=lambda goods: goods.key)
def test_bundles_have_the_density_of_the_table_whatever_their_length(goods):
    load = lain(goods, 0)
    own = [box for box in load.boxes if box.material == goods.composition]
    density = mass_kg(own) / sum(box.volume_mm3 for box in own) * 1e6
    low, high = goods.density_t_m3
    assert 0.96 * low <= density <= 1.04 * high


def test_every_style_is_known():
    assert {goods.style for goods in all_goods()} == set(STYLES)


def test_the_same_seed_lays_the_same_boxes():
    goods = all_goods()[:3]
    one, two = (laid_in(goods, np.random.default_rng(9)) for _ in range(2))
    assert one == two


def test_what_does_not_fit_is_left_out():
    car = next(goods for goods in all_goods() if goods.style == "cars")
    tiles = next(goods for goods in all_goods() if goods.key == "tiles")
    loads = laid_in((car, tiles), np.random.default_rng(0))
    assert [load.goods.key for load in loads] == ["tiles"]


@pytest.mark.parametrize("key", ["frozen_beef", "cotton", "garments", "coffee"])
def test_packages_of_a_stack_are_not_in_each_other(key):
    goods = next(goods for goods in all_goods() if goods.key == key)
    load = lain(goods, 1)
    own = np.array([(b.x0, b.x1, b.y0, b.y1, b.z0, b.z1) for b in load.boxes if b.material == goods.composition])
    points_N3 = np.random.default_rng(0).uniform(own.min(axis=0)[::2], own.max(axis=0)[1::2], (1500, 3))
    inside = np.ones((len(points_N3), len(own)), bool)
    for axis in range(3):
        at = points_N3[:, axis, None]
        inside &= (at > own[:, 2 * axis] + 1e-6) & (at < own[:, 2 * axis + 1] - 1e-6)
    assert inside.sum(axis=1).max() == 1
