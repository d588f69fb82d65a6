import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from datasets.sandbox.cargo.goods import goods_by_group
from datasets.sandbox.plan import FALSEHOODS, Rates, plan_scan
from tests.datasets.sandbox.laden import told_of

PLANS = 3000
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


@pytest.mark.parametrize("index", range(20))
def test_rates_of_zero_and_one(index):
    honest = plan_scan(0, index, Rates(0, 0, 0))
    assert (honest.contraband, honest.falsehood, honest.empty) == (False, None, False)
    hollow = plan_scan(0, index, Rates(1, 0, 1))
    assert (hollow.contraband, hollow.falsehood, hollow.empty) == (True, None, True)
    false = plan_scan(0, index, Rates(0, 1, 0))
    assert (false.contraband, false.falsehood in FALSEHOODS, false.empty) == (False, True, False)


def within(count, share):
    """Whether a count is one that chance gives, but once in a million; scans of a consignment share their fate."""
    low, high = binom.interval(1 - 1e-6, PLANS, share)
    slack = 1.1  # eight pairs in a hundred count once: the variance grows by 8 %, the interval by 4 %
    return PLANS * share - slack * (PLANS * share - low) <= count <= PLANS * share + slack * (high - PLANS * share)


@pytest.mark.parametrize("seed", [1, 7])
def test_rates_are_kept(seed):
    asked = Rates(0.3, 0.2, 0.1)
    plans = [plan_scan(seed, index, asked) for index in range(PLANS)]
    assert within(sum(plan.contraband for plan in plans), 0.3)
    assert within(sum(plan.falsehood is not None for plan in plans), 0.2)
    assert within(sum(plan.empty for plan in plans), 0.1)
    # Beside three lines, or a car, nothing more fits: such a trader lies about something else.
    full = 0.13 + 0.62 / len(goods_by_group()) / 2
    for kind in FALSEHOODS:
        change = {"undeclared_goods": -full, "declared_empty": 0.0}.get(kind, full / (len(FALSEHOODS) - 2))
        assert within(sum(plan.falsehood == kind for plan in plans), 0.2 * (1 + change) / len(FALSEHOODS))
    assert within(sum(plan.consignment != plan.index for plan in plans), 0.08 / 2)


def test_contraband_and_falsehoods_have_nothing_to_do_with_each_other():
    plans = [plan_scan(3, index, Rates(0.5, 0.5, 0)) for index in range(PLANS)]
    assert within(sum(plan.contraband and plan.falsehood is not None for plan in plans), 0.25)


def test_months_are_those_of_a_year():
    assert {plan_scan(0, k, Rates(0, 0, 0)).month for k in range(300)} == {f"2025-{m:02d}" for m in range(1, 13)}


@given(st.integers(0, 2**40), st.integers(0, 500), rates())
@settings(max_examples=150)
def test_a_plan_holds_together(seed, index, asked):
    plan = plan_scan(seed, index, asked)
    assert plan == plan_scan(seed, index, asked)
    groups = [goods.group for goods in plan.goods]
    assert len(set(groups)) == len(groups) <= 3
    assert plan.empty == (not groups)
    assert not (plan.empty and plan.falsehood)
    assert (plan.declared_as is not None) == (plan.falsehood == "goods_swapped")
    if plan.declared_as is not None:
        assert plan.declared_as.group not in groups
        assert len(told_of(plan)) == len(groups)
    if plan.falsehood == "undeclared_goods":
        assert len(groups) >= 2
    if len(groups) > 1:
        assert all(goods.style != "cars" for goods in plan.goods)


@given(st.integers(0, 2**40), st.integers(0, 500))
@settings(max_examples=150)
def test_what_is_told_does_not_depend_on_what_is_false(seed, index):
    """Honest or false, a plan names the same goods in the same month by the same trader."""
    honest, false = (plan_scan(seed, index, Rates(0, share, 0)) for share in (0, 1))
    assert false.falsehood in FALSEHOODS
    assert told_of(false) == honest.goods == told_of(honest)
    assert (false.month, false.trader, false.consignment) == (honest.month, honest.trader, honest.consignment)


@given(st.integers(0, 10_000), st.integers(0, 300), rates())
@settings(max_examples=100)
def test_scans_of_a_consignment_show_one_cargo(seed, pair, asked):
    first, second = (plan_scan(seed, 2 * pair + k, asked) for k in (0, 1))
    assert first.consignment == first.index
    assert second.consignment in (first.index, second.index)
    if second.consignment == first.index:
        facts = [(one.goods, one.falsehood, one.declared_as, one.month, one.trader) for one in (first, second)]
        assert facts[0] == facts[1]
