from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from datasets.sandbox.carriers.traffic import CARRIERS, carrier_names, goods_for
from datasets.sandbox.plan import FALSEHOODS, Rates, plan_scan
from tests.datasets.sandbox.laden import told_of
from tests.datasets.sandbox.ordering import ONE, plan_of

PLANS = 3000
ALL = carrier_names()
shares = st.floats(0, 1)


@st.composite
def rates(draw):
    mismatch = draw(shares)
    return Rates(draw(shares), mismatch, draw(st.floats(0, 1)) * (1 - mismatch) * 0.999)


@pytest.mark.parametrize(
    "found", [(-0.1, 0, 0), (1.1, 0, 0), (0, 1.1, 0), (0, 0, -0.01), (0, 0.6, 0.5), (float("nan"), 0, 0)]
)
def test_rates_that_do_not_fit_are_refused(found):
    with pytest.raises(ValueError, match="rates are shares of units"):
        Rates(*found)


def consignments(plan):
    return [one for unit in plan.units for one in unit.consignments]


def lies(unit):
    return [one.falsehood for one in unit.consignments if one.falsehood is not None]


@pytest.mark.parametrize("names", [(), ("sledge",), ("container_20", "sledge")])
def test_carriers_that_do_not_exist_are_refused(names):
    with pytest.raises(ValueError, match="a carrier is one of"):
        plan_scan(0, 0, Rates(0, 0, 0), names)


@pytest.mark.parametrize("index", range(20))
def test_rates_of_zero_and_one(index):
    def fate(rates):
        return [(unit.contraband, len(lies(unit)), not unit.goods) for unit in plan_scan(0, index, rates, ALL).units]

    assert set(fate(Rates(0, 0, 0))) == {(False, 0, False)}
    assert set(fate(Rates(1, 0, 1))) == {(True, 0, True)}
    assert set(fate(Rates(0, 1, 0))) == {(False, 1, False)}


def within(count, share, units=PLANS):
    """Whether a count is one that chance gives, but once in a million; units of a consignment share their fate."""
    low, high = binom.interval(1 - 1e-6, units, share)
    slack = 1.1  # eight pairs in a hundred count once: the variance grows by 8 %, the interval by 4 %
    return units * share - slack * (units * share - low) <= count <= units * share + slack * (high - units * share)


@pytest.mark.parametrize("seed", [1, 7])
def test_rates_are_kept(seed):
    asked = Rates(0.3, 0.2, 0.1)
    plans = [plan_of(seed, index, asked) for index in range(PLANS)]
    units = [plan.units[0] for plan in plans]
    assert within(sum(unit.contraband for unit in units), 0.3)
    assert within(sum(bool(lies(unit)) for unit in units), 0.2)
    assert within(sum(not unit.goods for unit in units), 0.1)
    assert within(sum(plan.group != plan.index for plan in plans), 0.08 / 2)
    traders = Counter(len(unit.consignments) for unit in units if unit.goods)
    assert set(traders) == {1, 2, 3}
    assert 0.06 < (traders[2] + traders[3]) / sum(traders.values()) < 0.14


def test_all_lies_are_told_about_alike():
    """Beside three lines, or a car, nothing more fits, and of several traders none can say that the unit is empty."""
    units = [plan_of(5, index, Rates(0, 1, 0)).units[0] for index in range(PLANS)]
    kinds = Counter(lies(unit)[0] for unit in units)
    assert set(kinds) == set(FALSEHOODS)
    even = PLANS / len(FALSEHOODS)
    for kind, count in kinds.items():
        least, most = (0.6, 1.05) if kind in ("undeclared_goods", "declared_empty") else (0.95, 1.35)
        assert least * even < count < most * even


def test_contraband_and_falsehoods_have_nothing_to_do_with_each_other():
    units = [plan_of(3, index, Rates(0.5, 0.5, 0)).units[0] for index in range(PLANS)]
    assert within(sum(unit.contraband and bool(lies(unit)) for unit in units), 0.25)


def test_months_are_those_of_a_year():
    assert {plan_of(0, k, Rates(0, 0, 0)).month for k in range(300)} == {f"2025-{m:02d}" for m in range(1, 13)}


def test_every_carrier_comes_about_as_often_as_its_share_says():
    plans = [plan_scan(2, index, Rates(0, 0, 0), ALL) for index in range(PLANS)]
    found, total = Counter(plan.carrier for plan in plans), sum(kind.share for kind in CARRIERS.values())
    for name, kind in CARRIERS.items():
        assert within(found[name], kind.share / total)
    assert {plan_scan(2, index, Rates(0, 0, 0), ONE).carrier for index in range(50)} == set(ONE)


@given(st.integers(0, 2**40), st.integers(0, 500), rates())
@settings(max_examples=150)
def test_a_plan_holds_together(seed, index, asked):
    plan = plan_scan(seed, index, asked, ALL)
    assert plan == plan_scan(seed, index, asked, ALL)
    assert len(plan.units) == CARRIERS[plan.carrier].units
    for unit in plan.units:
        groups = [goods.group for goods in unit.goods]
        assert len(set(groups)) == len(groups) <= CARRIERS[plan.carrier].most_lines
        assert len(lies(unit)) <= 1
        assert all(one.goods for one in unit.consignments)
        assert all(goods in goods_for(plan.carrier)[goods.group] for goods in unit.goods)
        if len(groups) > 1:
            assert all(goods.style != "cars" for goods in unit.goods)
        for one in unit.consignments:
            assert (one.declared_as is not None) == (one.falsehood == "goods_swapped")
            assert one.declared_as is None or one.declared_as.group not in groups
            assert one.falsehood != "undeclared_goods" or len(one.goods) >= 2
            assert one.falsehood != "declared_empty" or len(unit.consignments) == 1
    names = [(one.name, one.part) for one in consignments(plan)]
    assert len(set(names)) == len(names)


@given(st.integers(0, 2**40), st.integers(0, 500))
@settings(max_examples=150)
def test_what_is_told_does_not_depend_on_what_is_false(seed, index):
    """Honest or false, a plan names the same goods in the same month by the same traders on the same carrier."""
    honest, false = (plan_scan(seed, index, Rates(0, share, 0), ALL) for share in (0, 1))
    assert all(lies(unit)[0] in FALSEHOODS for unit in false.units)
    one, other = consignments(honest), consignments(false)
    assert [told_of(some) for some in other] == [some.goods for some in one] == [told_of(some) for some in one]
    assert [(some.name, some.part, some.trader) for some in one] == [(o.name, o.part, o.trader) for o in other]
    assert (false.month, false.carrier, false.group) == (honest.month, honest.carrier, honest.group)


@given(st.integers(0, 10_000), st.integers(0, 300), rates())
@settings(max_examples=100)
def test_scans_of_a_consignment_show_one_cargo(seed, pair, asked):
    first, second = (plan_scan(seed, 2 * pair + k, asked, ALL) for k in (0, 1))
    assert first.group == first.index
    assert second.group in (first.index, second.index)
    names = [{one.name for one in consignments(plan)} for plan in (first, second)]
    if second.group == second.index:
        assert not names[0] & names[1]
        return
    facts = [
        [(c.name, c.goods, c.falsehood, c.declared_as, c.trader) for c in plan.units[0].consignments]
        for plan in (first, second)
    ]
    assert facts[0] == facts[1]
    assert (first.month, first.carrier) == (second.month, second.carrier)
    assert [one.part for one in second.units[0].consignments] == [1] * len(facts[1])


def test_two_units_may_hold_one_consignment():
    two = [name for name, kind in CARRIERS.items() if kind.units == 2]
    plans = [plan_scan(1, index, Rates(0, 0, 0), two) for index in range(200)]
    spans = [plan for plan in plans if {c.name for c in plan.units[0].consignments} & {
        c.name for c in plan.units[1].consignments}]  # fmt: skip
    assert 40 < len(spans) < 140
    for plan in spans:
        front, rear = (unit.consignments[0] for unit in plan.units)
        assert (front.goods, front.trader, front.part, rear.part) == (rear.goods, rear.trader, 0, 1)
