from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.declaring.claims import claim_of
from datasets.sandbox.declaring.declare import declare
from datasets.sandbox.declaring.falsehoods import FALSEHOODS
from datasets.sandbox.declaring.tariffs import national_code
from datasets.sandbox.declaring.trader import ROUNDING_ERROR
from datasets.sandbox.plan import Rates, scan_rng
from tests.datasets.sandbox.laden import load_of, wording
from tests.datasets.sandbox.ordering import laid_in, lone, plan_of

HONEST = Rates(0, 0, 0)
OFF = 0.005 + 1.005 * ROUNDING_ERROR  # weighbridge, then rounding
seeds = st.integers(0, 500)
few = settings(max_examples=15)


def consignment_of(index):
    """The consignment of an honest plan with one trader; None where there are none or several."""
    return lone(plan_of(4, index, HONEST))


def laid(seed, lines=1):
    """An honest consignment of at least so many goods, its loads, and its number."""
    for index in range(seed, seed + 80):
        consignment = consignment_of(index)
        if consignment is None or len(consignment.goods) < lines:
            continue
        loads = laid_in(consignment.goods, scan_rng(4, index, 2))
        if len(loads) == len(consignment.goods):
            return consignment, loads, index
    raise AssertionError("no such plan")


def said_of(plan, loads, index):
    return declare(plan, loads, scan_rng(4, index, 4))


def told_as(plan, lines, goods):
    """The lines that tell of some goods."""
    code = national_code(goods.commodity_code, plan.trader.tariff)
    return [line for line in lines if line.commodity_code == code]


@given(seeds)
@few
def test_an_honest_trader_declares_what_was_laid(seed):
    plan, loads, index = laid(seed)
    said = said_of(plan, loads, index)
    assert said.lines
    assert said.falsehoods == ()
    assert [line.line_no for line in said.lines] == list(range(1, len(said.lines) + 1))
    assert sum(len(told_as(plan, said.lines, load.goods)) for load in loads) == len(said.lines)
    for load in loads:
        lines = told_as(plan, said.lines, load.goods)
        claim = claim_of(load)
        assert 1 <= len(lines) <= 2
        assert sum(line.gross_mass_kg for line in lines) == pytest.approx(load.mass_kg, rel=OFF, abs=0.1)
        assert sum(line.packages[0].count for line in lines) in (load.packages, claim.pallets)
        for line in lines:
            assert 0 <= line.net_mass_kg <= line.gross_mass_kg
            assert line.packages[0].count >= 1
            assert (line.packages[0].type == "PX") == (plan.trader.by_pallet and claim.pallets > 0)


@given(seeds)
@few
def test_the_truth_is_free_of_habits(seed):
    plan, loads, index = laid(seed)
    for number, (line, load) in enumerate(zip(said_of(plan, loads, index).actual, loads, strict=True), 1):
        assert line.line_no == number
        assert (line.commodity_code, line.description) == (load.goods.commodity_code, load.goods.description)
        assert (line.nomenclature, line.language) == ("HS2022", "en")
        assert line.gross_mass_kg == pytest.approx(load.mass_kg, abs=0.051)
        assert line.packages[0].count == load.packages
        assert 0 < line.net_mass_kg <= line.gross_mass_kg


def test_net_masses_are_weighed_or_taken_from_a_table_or_the_gross_again():
    plan = consignment_of(0)
    load = load_of(next(goods for goods in all_goods() if goods.key == "medicines"), 5000.0, 250)
    told = {}
    for habit in ("weighed", "tare_table", "as_gross"):
        trader = replace(plan.trader, net=habit, rounding="tenth", split_rate=0.0)
        (line,) = declare(replace(plan, goods=(load.goods,), trader=trader), [load], np.random.default_rng(1)).lines
        told[habit] = line.net_mass_kg / line.gross_mass_kg
    assert told["as_gross"] == 1
    assert told["weighed"] == pytest.approx(0.7 * 5000 / 5160, rel=1e-3)
    assert told["tare_table"] == pytest.approx(told["weighed"], abs=0.05 * 250 / 5000 + 1e-3)


def test_goods_in_two_lines_share_packages_and_masses():
    plan = consignment_of(0)
    load = load_of(plan.goods[0], 9000.0, 301)
    trader = replace(plan.trader, split_rate=1.0, by_pallet=False)
    plan = replace(plan, goods=plan.goods[:1], trader=trader)
    for seed in range(20):
        one, two = declare(plan, [load], np.random.default_rng(seed)).lines
        assert one.commodity_code == two.commodity_code
        assert one.packages[0].count + two.packages[0].count == 301
        assert one.gross_mass_kg + two.gross_mass_kg == pytest.approx(load.mass_kg, rel=OFF)
        share = one.packages[0].count / 301
        assert one.gross_mass_kg == pytest.approx(load.mass_kg * share, rel=OFF)
    (alone,) = declare(plan, [replace(load, packages=1)], np.random.default_rng(0)).lines
    assert alone.packages[0].count == 1


@given(seeds, st.sampled_from(FALSEHOODS))
@settings(max_examples=60)
def test_a_lie_changes_no_word_of_what_is_told(seed, kind):
    """The same random stream writes the same lines for a liar as for an honest trader who loaded what is told."""
    plan, loads, index = laid(seed, lines=2)
    honest = said_of(plan, loads, index)
    if kind == "goods_swapped":
        groups = {goods.group for goods in plan.goods}
        real = next(goods for goods in all_goods() if goods.group not in groups)
        lie = replace(plan, goods=(real, *plan.goods[1:]), falsehood=kind, declared_as=plan.goods[0])
        false = said_of(lie, (load_of(real), *loads[1:]), index)
    else:
        false = said_of(replace(plan, falsehood=kind), loads, index)
    told = [] if kind == "declared_empty" else wording(honest.lines)
    if kind == "undeclared_goods":
        told = told[: len(told) - len(told_as(plan, honest.lines, plan.goods[-1]))]
    # One package cannot be told in two lines: the only thing that a count may change.
    if all(load.packages > 1 and claim_of(load).pallets != 1 for load in loads):
        assert wording(false.lines) == told
    assert len(false.actual) == len(loads)
    assert [one.kind for one in false.falsehoods] == [kind]
    assert (not false.lines) == (kind == "declared_empty")


@given(seeds)
@few
def test_swapped_goods_stand_under_another_code_with_their_own_mass_and_count(seed):
    plan, loads, index = laid(seed)
    told = next(goods for goods in all_goods() if goods.group not in {goods.group for goods in plan.goods})
    said = said_of(replace(plan, falsehood="goods_swapped", declared_as=told), loads, index)
    lines = told_as(plan, said.lines, told)
    assert told_as(plan, said.lines, loads[0].goods) == []
    assert sum(line.gross_mass_kg for line in lines) == pytest.approx(loads[0].mass_kg, rel=OFF, abs=0.1)
    if not (plan.trader.by_pallet and told.palletised):
        assert sum(line.packages[0].count for line in lines) == loads[0].packages
    facts = said.falsehoods[0].facts
    assert (facts["declared_group"], facts["declared_code"]) == (told.group, told.commodity_code)
    assert (facts["goods_group"], facts["goods_code"]) == (loads[0].goods.group, loads[0].goods.commodity_code)
    assert facts["distance"] in ("near", "far")


def test_swapped_goods_need_something_to_be_declared_as():
    plan, loads, index = laid(0)
    with pytest.raises(ValueError, match="declared as"):
        said_of(replace(plan, falsehood="goods_swapped"), loads, index)


@given(seeds)
@few
def test_undeclared_goods_are_missing_and_the_rest_is_true(seed):
    plan, loads, index = laid(seed, lines=2)
    honest = said_of(plan, loads, index)
    said = said_of(replace(plan, falsehood="undeclared_goods"), loads, index)
    assert said.lines == honest.lines[: len(said.lines)]
    assert said.lines
    assert said.actual == honest.actual
    assert said.falsehoods[0].facts["goods_group"] == loads[-1].goods.group
    assert said.falsehoods[0].facts["mass_kg"] == pytest.approx(loads[-1].mass_kg, abs=0.06)


@pytest.mark.parametrize(("kind", "least", "most"), [("weight_short", 0.45, 0.8), ("weight_over", 1.25, 1.9)])
@given(seed=seeds)
@few
def test_false_weights_are_off_by_one_factor_and_counts_are_true(kind, least, most, seed):
    plan, loads, index = laid(seed)
    said = said_of(replace(plan, falsehood=kind), loads, index)
    factor = said.falsehoods[0].facts["factor"]
    assert least <= factor <= most
    for load in loads:
        lines = told_as(plan, said.lines, load.goods)
        told = sum(line.gross_mass_kg for line in lines)
        assert told == pytest.approx(load.mass_kg * factor, rel=OFF + 0.0005 / least, abs=0.1)
        assert all(line.net_mass_kg <= line.gross_mass_kg for line in lines)
    counts = [[line.packages for line in lines] for lines in (said.lines, said_of(plan, loads, index).lines)]
    assert counts[0] == counts[1]


@given(seeds)
@few
def test_a_wrong_count_leaves_the_masses_as_weighed(seed):
    plan, loads, index = laid(seed)
    honest = said_of(plan, loads, index)
    said = said_of(replace(plan, falsehood="count_wrong"), loads, index)
    worst = max(loads, key=lambda load: load.packages)
    facts = said.falsehoods[0].facts
    lines = told_as(plan, said.lines, worst.goods)
    by_pallet = plan.trader.by_pallet and facts["pallets"] > 0
    assert facts["packages"] == worst.packages != facts["declared_packages"]
    assert (
        sum(line.packages[0].count for line in lines) == facts["declared_pallets" if by_pallet else "declared_packages"]
    )
    assert sum(line.gross_mass_kg for line in lines) == pytest.approx(worst.mass_kg, rel=OFF, abs=0.1)
    assert said.actual == honest.actual


@given(seeds)
@few
def test_declared_empty_declares_nothing_of_what_is_there(seed):
    plan, loads, index = laid(seed)
    said = said_of(replace(plan, falsehood="declared_empty"), loads, index)
    assert said.lines == ()
    assert len(said.actual) == len(loads)
    assert said.falsehoods[0].facts["mass_kg"] == pytest.approx(sum(load.mass_kg for load in loads), abs=0.06)
