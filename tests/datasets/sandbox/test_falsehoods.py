from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.goods import all_goods, goods_by_group
from datasets.sandbox.declaring.claims import claim_of, weighbridge
from datasets.sandbox.declaring.falsehoods import FALSEHOODS, bend, wrong_count
from datasets.sandbox.declaring.swaps import are_near, draw_real
from tests.datasets.sandbox.laden import load_of

GOODS = {goods.key: goods for goods in all_goods()}
CLAIMS = tuple(claim_of(load_of(GOODS[key], 5000.0, 240)) for key in ("beer", "tyres"))
rngs = st.integers(0, 2**32).map(np.random.default_rng)


def test_a_claim_knows_pallets_and_takes_their_wood_from_the_net_mass():
    beer, tyres = CLAIMS
    assert (beer.pallets, tyres.pallets) == (8, 0)
    assert beer.pallets_kg == pytest.approx(160)
    assert beer.net_kg == pytest.approx(0.93 * 5000)
    assert tyres.net_kg == pytest.approx(5000)


def test_the_honest_bend_nothing():
    told = bend(None, CLAIMS, None, np.random.default_rng(0))
    assert (told.claims, told.falsehood) == (CLAIMS, None)


def test_every_kind_bends_something_and_says_what_is_there():
    for kind in FALSEHOODS:
        told = bend(kind, CLAIMS, GOODS["wine"], np.random.default_rng(0))
        assert told.claims != CLAIMS
        assert told.falsehood.kind == kind
        assert told.falsehood.facts["mass_kg"] > 0


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"one of .*count_wrong; found 'bribed'; use one"):
        bend("bribed", CLAIMS, None, np.random.default_rng(0))


@given(st.integers(1, 3000), rngs)
@settings(max_examples=200)
def test_a_wrong_count_is_off_by_15_to_60_percent(count, rng):
    told = wrong_count(count, rng)
    assert told >= 1
    assert told != count
    if count == 1:
        assert told == 2
    else:
        assert 0.15 <= abs(told - count) / count <= 0.6


def test_counts_are_as_often_too_low_as_too_high():
    low = sum(wrong_count(200, np.random.default_rng(seed)) < 200 for seed in range(1000))
    assert 420 < low < 580  # five standard deviations of a fair coin


@pytest.mark.parametrize(
    ("real", "told", "near"),
    [("cigarettes", "wine", True), ("steel_bars", "aluminium_ingots", True), ("pumps", "televisions", True),
     ("coffee", "oranges", True), ("cigarettes", "shampoo", False), ("cement", "frozen_fish", False)],
)  # fmt: skip
def test_near_and_far_are_told_by_the_section_of_the_hs(real, told, near):
    assert are_near(GOODS[real], GOODS[told]) == are_near(GOODS[told], GOODS[real]) == near
    facts = bend(
        "goods_swapped", [claim_of(load_of(GOODS[real]))], GOODS[told], np.random.default_rng(0)
    ).falsehood.facts
    assert facts["distance"] == ("near" if near else "far")


def real_for(key, seed, *groups):
    """What is there for what is told: of all other groups, or of some."""
    others = {name: some for name, some in goods_by_group().items() if name in groups or not groups}
    others.pop(GOODS[key].group, None)
    return draw_real(GOODS[key], others, np.random.default_rng(seed))


def test_where_there_is_something_near_half_of_the_swaps_are():
    near = Counter(are_near(real_for("wine", k), GOODS["wine"]) for k in range(1000))
    assert 420 < near[True] < 580
    assert not any(are_near(real_for("tyres", k), GOODS["tyres"]) for k in range(50))


@pytest.mark.parametrize(("groups", "near"), [(("tobacco",), True), (("steel", "aluminium"), False)])
def test_where_all_are_near_or_all_far_there_is_still_something(groups, near):
    """As in a refrigerated container, which takes goods of few groups."""
    for seed in range(50):
        real = real_for("wine", seed, *groups)
        assert real.group in groups
        assert are_near(real, GOODS["wine"]) == near


@given(rngs)
def test_a_weighbridge_is_right_within_half_a_percent(rng):
    assert 0.995 <= weighbridge(rng) <= 1.005


def test_goods_under_a_name_that_comes_on_pallets_are_told_on_pallets():
    (swapped,) = bend("goods_swapped", CLAIMS[1:], GOODS["wine"], np.random.default_rng(0)).claims
    assert (swapped.packages, swapped.gross_kg) == (240, CLAIMS[1].gross_kg)
    assert swapped.pallets == 8  # 5,000 kg, of which a pallet takes 700
    (swapped,) = bend("goods_swapped", CLAIMS[:1], GOODS["tyres"], np.random.default_rng(0)).claims
    assert (swapped.pallets, swapped.pallets_kg) == (0, 0)
