import re
import unicodedata
from collections import Counter

import numpy as np
import pytest

from datasets.sandbox.contraband.hiding import LABELS as SOUGHT
from datasets.sandbox.declaring.wording import LANGUAGES, package_types, synonyms
from datasets.sandbox.parcels.benign import BENIGN
from datasets.sandbox.parcels.goods import ParcelGoods, parcel_goods, parcel_goods_by_group
from datasets.sandbox.parcels.plan import CARRIERS, PARCEL_FALSEHOODS, check_carriers, plan_parcel
from datasets.sandbox.parcels.scenes import pack
from datasets.sandbox.parcels.simulate import lay
from datasets.sandbox.plan import Rates

PLANS = [plan_parcel(1, index, Rates(0.3, 0.4, 0.1), CARRIERS) for index in range(1500)]
PARCELS = [plan for plan in PLANS if plan.kind == "parcel"]


def told(plan):
    """What a plan's declaration will name."""
    if plan.falsehood == "goods_swapped":
        return (plan.declared_as.key, *(item.goods.key for item in plan.items[1:]))
    return tuple(item.goods.key for item in plan.items)[: -1 if plan.falsehood == "undeclared_goods" else None]


def test_rates_are_kept():
    assert len(PARCELS) == pytest.approx(750, abs=80)
    assert sum(bool(plan.hidden) for plan in PLANS) / len(PLANS) == pytest.approx(0.3, abs=0.04)
    assert sum(plan.falsehood is not None for plan in PARCELS) / len(PARCELS) == pytest.approx(0.4, abs=0.06)
    assert sum(not plan.items for plan in PLANS) / len(PLANS) == pytest.approx(0.1, abs=0.03)
    assert {plan.falsehood for plan in PLANS if plan.kind == "bag"} == {None}
    assert {plan.falsehood for plan in PARCELS} == {None, *PARCEL_FALSEHOODS}


def test_what_is_told_does_not_depend_on_whether_it_is_true():
    """The share of lies is the same whatever is named, and however many kinds of goods are."""
    for value_of in (lambda plan: told(plan)[0], lambda plan: len(told(plan))):
        counts = Counter((value_of(plan), plan.falsehood is not None) for plan in PARCELS if plan.items)
        for value in {key for key, _ in counts}:
            honest, false = counts[value, False], counts[value, True]
            share = 0.4 / 0.9
            assert abs(false - share * (honest + false)) < 4 * np.sqrt(share * (1 - share) * (honest + false)) + 1


def test_honest_plans_of_a_seed_tell_what_false_ones_tell():
    honest = [plan_parcel(1, index, Rates(0.3, 0.0, 0.0), CARRIERS) for index in range(200)]
    for one, other in zip(honest, PLANS, strict=False):
        assert (one.kind, one.month, one.trader, one.hidden) == (other.kind, other.month, other.trader, other.hidden)
        if other.items:
            assert told(one) == told(other)


def test_goods_are_all_that_people_send():
    assert set(parcel_goods()) == set(BENIGN)
    assert len(BENIGN) >= 12
    assert sum(map(len, parcel_goods_by_group().values())) == len(BENIGN)
    stray = next(iter(parcel_goods().values())).model_copy(update={"commodity_code": "999999"})
    with pytest.raises(ValueError, match=r"has a goods group; found 999999"):
        _ = stray.group
    assert not ParcelGoods.model_validate(stray.model_dump()).palletised


@pytest.mark.parametrize("key", sorted(BENIGN))
def test_goods_have_names_in_six_languages_and_a_package(key):
    for language in LANGUAGES:
        names = synonyms(key, language)
        assert len(set(names)) == len(names) >= 3
        for name in names:
            assert re.fullmatch(r"[^\W\d_](?:[^\W_]|[ .-])*", name), name
            assert unicodedata.normalize("NFC", name) == name
            assert not any(label in name.lower() for label in SOUGHT)
    assert package_types(parcel_goods()[key].package)


@pytest.mark.parametrize("key", sorted(BENIGN))
def test_one_thing_alone_is_packed_and_has_a_likely_mass(key):
    scene = pack("parcel", (key,), (), np.random.default_rng(3), widest_mm=480.0)
    (thing,) = [thing for thing in scene.things if thing.category is not None]
    assert thing.category == key
    assert 0.02 < sum(solid.mass_kg for solid in thing.solids) < 4.5


def test_nearly_everything_planned_finds_room():
    planned = sum(len(plan.contents) + len(plan.hidden) for plan in PARCELS[:40])
    laid = sum(thing.category is not None for plan in PARCELS[:40] for thing in lay(1, plan).things)
    assert laid >= 0.97 * planned


def test_parcels_lie_on_the_floor_or_on_each_other():
    for plan in PARCELS[:15]:
        scene = pack("parcel", plan.contents, (), np.random.default_rng(plan.index), widest_mm=480.0)
        boxes = [thing.bounds_mm() for thing in scene.things if thing.category is not None]
        carton = scene.things[0].bounds_mm()
        for low, high in boxes:
            below = [top[1] for top, bottom in boxes if all(low[k] < bottom[k] and top[k] < high[k] for k in (0, 2))
                     and top[1] > low[1]]  # fmt: skip
            assert min([carton[1][1], *below], key=lambda floor: abs(floor - high[1])) == pytest.approx(
                high[1],
                abs=20.0,  # the carton's wall, and what turning adds to boxes
            )


@pytest.mark.parametrize("names", [(), ("parcel", "crate")])
def test_other_carriers_are_refused(names):
    with pytest.raises(ValueError, match=r"one of parcel, bag; found (none|crate); "):
        check_carriers(names)
