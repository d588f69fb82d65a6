from dataclasses import replace
from math import floor, log10

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from datasets.sandbox.declare import declare
from datasets.sandbox.plan import Rates, plan_scan, scan_rng
from datasets.sandbox.scene import load_goods

HONEST = Rates(0, 0, 0)
seeds = st.integers(0, 500)
few = settings(max_examples=15)


def laid(seed, lines=1):
    """An honest plan of at least so many lines, its loads, and the stream of its declaration."""
    for index in range(seed, seed + 60):
        plan = plan_scan(4, index, HONEST)
        if len(plan.goods) < lines:
            continue
        loads = load_goods(plan.goods, scan_rng(4, index, 2))
        if len(loads) == len(plan.goods):
            return plan, loads, scan_rng(4, index, 4)
    raise AssertionError("no such plan")


def rounding(mass_kg):
    """The most that a trader's rounding changes: to the kilogram, to ten, or to three digits."""
    return max(0.5, 5.0, 10.0 ** (floor(log10(mass_kg)) - 2) / 2)


def test_an_empty_unit_is_declared_empty_and_that_is_true():
    plan = plan_scan(0, 0, Rates(0, 0, 1))
    said = declare(plan, (), np.random.default_rng(0))
    assert (said.lines, said.actual, said.declared_empty, said.falsehoods) == ((), (), True, ())


@given(seeds)
@few
def test_an_honest_trader_declares_what_was_laid(seed):
    plan, loads, rng = laid(seed)
    said = declare(plan, loads, rng)
    assert said.lines == said.actual
    assert not said.declared_empty
    assert said.falsehoods == ()
    for number, (line, load) in enumerate(zip(said.lines, loads, strict=True), 1):
        assert line.line_no == number
        assert line.commodity_code == load.goods.commodity_code
        assert line.description == load.goods.description
        assert line.packages[0].count == load.packages
        assert abs(line.gross_mass_kg - load.mass_kg) <= rounding(load.mass_kg)
        assert 0 < line.net_mass_kg <= line.gross_mass_kg
        assert line.net_mass_kg == pytest.approx(line.gross_mass_kg * load.goods.net_share, abs=0.51)


@given(seeds)
@few
def test_swapped_goods_stand_under_another_group_with_their_own_mass(seed):
    plan, loads, rng = laid(seed)
    told = next(g for g in (plan_scan(4, k, HONEST).goods[0] for k in range(99)) if g.group not in
                {goods.group for goods in plan.goods})  # fmt: skip
    said = declare(replace(plan, falsehood="goods_swapped", declared_as=told), loads, rng)
    first, truth = said.lines[0], said.actual[0]
    assert first.commodity_code == told.commodity_code != truth.commodity_code
    assert first.gross_mass_kg == truth.gross_mass_kg
    assert first.packages[0].count == truth.packages[0].count
    assert said.lines[1:] == said.actual[1:]
    assert not said.declared_empty
    (false,) = said.falsehoods
    assert false.kind == "goods_swapped"
    assert false.facts == {"declared_group": told.group, "goods_group": loads[0].goods.group}


def test_swapped_goods_need_something_to_be_declared_as():
    plan, loads, rng = laid(0)
    with pytest.raises(ValueError, match="declared as"):
        declare(replace(plan, falsehood="goods_swapped"), loads, rng)


@given(seeds)
@few
def test_undeclared_goods_are_missing_and_the_rest_is_true(seed):
    plan, loads, rng = laid(seed, lines=2)
    said = declare(replace(plan, falsehood="undeclared_goods"), loads, rng)
    assert said.lines == said.actual[:-1]
    assert said.lines
    assert len(said.actual) == len(loads)
    (false,) = said.falsehoods
    assert false.facts["goods_group"] == loads[-1].goods.group
    assert false.facts["mass_kg"] == pytest.approx(loads[-1].mass_kg, abs=0.06)


@pytest.mark.parametrize(("kind", "least", "most"), [("weight_short", 0.45, 0.8), ("weight_over", 1.25, 1.9)])
@given(seed=seeds)
@few
def test_false_weights_are_off_by_one_factor_and_nothing_else_is(kind, least, most, seed):
    plan, loads, rng = laid(seed)
    said = declare(replace(plan, falsehood=kind), loads, rng)
    (false,) = said.falsehoods
    assert false.kind == kind
    assert least <= false.facts["factor"] <= most
    for line, truth in zip(said.lines, said.actual, strict=True):
        bound = 5.5 + 0.011 * truth.gross_mass_kg  # to ten, or to three digits
        assert line.gross_mass_kg == pytest.approx(truth.gross_mass_kg * false.facts["factor"], abs=bound)
        same = {"gross_mass_kg": None, "net_mass_kg": None}
        assert line.model_copy(update=same) == truth.model_copy(update=same)
        assert line.net_mass_kg <= line.gross_mass_kg


@given(seeds)
@few
def test_declared_empty_declares_nothing_of_what_is_there(seed):
    plan, loads, rng = laid(seed)
    assume(loads)
    said = declare(replace(plan, falsehood="declared_empty"), loads, rng)
    assert said.lines == ()
    assert said.declared_empty
    assert len(said.actual) == len(loads)
    (false,) = said.falsehoods
    assert false.facts["mass_kg"] == pytest.approx(sum(load.mass_kg for load in loads), abs=0.06)
