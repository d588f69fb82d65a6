import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import CHECK_NAMES, Evidence, Line, MassEvidence, UnitClaim, score_checks
from declarations.scores import is_declared_empty

COFFEE = Line(line_no=1, commodity_code="0901", description="Coffee", gross_mass_kg=9000)
STEEL = Line(line_no=2, commodity_code="7208", gross_mass_kg=500)
ART = Line(line_no=3, commodity_code="9701", gross_mass_kg=500)
GOODS = {"bulk_food": 3.0, "steel": -2.0, "tobacco": -4.0}


def _claim(*lines, **facts):
    return UnitClaim(unit_id="u", lines=lines, **({"tare_kg": 4000.0} | facts))


def _evidence(goods=GOODS, mass=(13_000, 12_000, 14_000), fill=0.6, **missing):
    return Evidence(dict(goods), None if mass is None else MassEvidence(*mass), fill, missing)


def test_a_claim_with_a_problem_has_no_check():
    assert score_checks(_claim(COFFEE, problem="none"), _evidence()) == {}


def test_no_evidence_gives_reasons_only():
    for claim in (_claim(COFFEE), _claim(declared_empty=True), _claim(), UnitClaim(unit_id="u")):
        scores = score_checks(claim, Evidence())
        assert len(scores) == 3
        assert set(scores) <= set(CHECK_NAMES)
        assert all(isinstance(reason, str) and reason for reason in scores.values())


def test_the_reason_given_with_the_evidence_is_told():
    scores = score_checks(_claim(COFFEE), Evidence(missing={"goods": "display picture", "mass": "no spacing"}))
    assert scores == {
        "undeclared_goods": "display picture",
        "declared_goods_absent": "display picture",
        "mass": "no spacing",
    }
    assert score_checks(_claim(declared_empty=True), Evidence(missing={"fill": "no"}))["declared_empty"] == "no"


def test_an_honest_load_by_hand():
    scores = score_checks(_claim(COFFEE), _evidence())
    assert scores["undeclared_goods"] == -2.0
    assert scores["declared_goods_absent"] == -5.0
    assert scores["mass"] == pytest.approx(0.0)


def test_a_swap_raises_both_goods_scores():
    honest = score_checks(_claim(COFFEE), _evidence())
    swapped = score_checks(_claim(COFFEE), _evidence({"bulk_food": -2.0, "steel": 3.0, "tobacco": -4.0}))
    assert swapped["undeclared_goods"] == 3.0 > honest["undeclared_goods"]
    assert swapped["declared_goods_absent"] == 5.0 > honest["declared_goods_absent"]


def test_a_dim_image_cancels_in_the_lead():
    dim = {group: logit - 2 for group, logit in GOODS.items()}
    claim = _claim(COFFEE)
    assert (
        score_checks(claim, _evidence(dim))["declared_goods_absent"]
        == score_checks(claim, _evidence())["declared_goods_absent"]
    )


def test_a_minor_line_need_not_show_but_an_unweighed_one_does():
    goods = GOODS | {"steel": -9.0}
    assert score_checks(_claim(COFFEE, STEEL), _evidence(goods))["declared_goods_absent"] == -7.0
    unweighed = STEEL.model_copy(update={"gross_mass_kg": None})
    assert score_checks(_claim(COFFEE, unweighed), _evidence(goods))["declared_goods_absent"] == 5.0


def test_goods_outside_the_taxonomy_excuse_what_looks_undeclared_but_no_swap():
    scores = score_checks(_claim(COFFEE, ART), _evidence())
    assert "9701" in scores["undeclared_goods"]
    assert scores["declared_goods_absent"] == -5.0
    alone = score_checks(_claim(ART), _evidence())
    assert isinstance(alone["declared_goods_absent"], str)


def test_a_group_that_the_network_does_not_know_counts_as_outside():
    assert isinstance(score_checks(_claim(COFFEE), _evidence({"steel": 1.0}))["undeclared_goods"], str)


def test_every_group_declared():
    scores = score_checks(_claim(COFFEE), _evidence({"bulk_food": -1.0}))
    assert isinstance(scores["undeclared_goods"], str)
    assert scores["declared_goods_absent"] == 1.0


def test_shared_lines_need_not_be_here():
    scores = score_checks(_claim(COFFEE, lines_shared=True), _evidence())
    assert scores["undeclared_goods"] == -2.0
    assert "several units" in scores["declared_goods_absent"]
    assert "several units" in scores["mass"]
    assert score_checks(_claim(COFFEE, lines_shared=True, gross_mass_kg=9000), _evidence())["mass"] == pytest.approx(0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_give_reasons(value):
    evidence = _evidence(GOODS | {"steel": value}, mass=(value, value, value), fill=value)
    for claim in (_claim(COFFEE), _claim(declared_empty=True)):
        assert all(isinstance(score, str) for score in score_checks(claim, evidence).values())


@pytest.mark.parametrize(
    ("facts", "empty"),
    [
        ({}, False),
        ({"gross_mass_kg": 0}, True),
        ({"gross_mass_kg": 0, "declared_empty": False}, False),
        ({"declared_empty": True}, True),
        ({"gross_mass_kg": 0, "lines": (COFFEE,)}, False),
    ],
)
def test_what_counts_as_declared_empty(facts, empty):
    claim = UnitClaim(unit_id="u", **facts)
    assert is_declared_empty(claim) is empty
    scores = score_checks(claim, _evidence())
    assert ("declared_empty" in scores, "declared_goods_absent" in scores) == (empty, not empty)


def test_empty_units_by_hand():
    claim = _claim(declared_empty=True)
    assert score_checks(claim, _evidence(fill=0.0, mass=(4000, 3800, 4200)))["declared_empty"] == 0.0
    assert score_checks(claim, _evidence(fill=0.02, mass=None))["declared_empty"] == 0.02
    assert score_checks(claim, _evidence(fill=0.02, mass=(5200, 5000, None)))["declared_empty"] == pytest.approx(0.27)
    assert score_checks(_claim(declared_empty=True, tare_kg=0), _evidence(fill=0.02))["declared_empty"] == 0.02
    assert score_checks(claim, _evidence(mass=(8000, 7900, 8100)))["mass"] == pytest.approx(math.log(2))


def test_empty_with_goods_contradicts_itself():
    scores = score_checks(_claim(COFFEE, declared_empty=True), _evidence(fill=0.5, mass=None))
    assert scores["declared_empty"] == 0.5
    assert "contradicts" in scores["undeclared_goods"]
    assert "contradicts" in scores["mass"]


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (_claim(COFFEE, tare_kg=None), "tare is not known"),
        (_claim(COFFEE, STEEL.model_copy(update={"gross_mass_kg": None, "net_mass_kg": 9.0})), "line 2.*net mass"),
        (_claim(), "no line and no gross mass"),
        (_claim(COFFEE.model_copy(update={"gross_mass_kg": 0.0}), tare_kg=0), "both zero"),
    ],
)
def test_mass_that_cannot_be_compared(claim, told):
    with pytest.raises(AssertionError, match=told):
        raise AssertionError(score_checks(claim, _evidence())["mass"])


def test_mass_by_hand():
    claim = _claim(COFFEE)
    assert score_checks(claim, _evidence(mass=(26_000, 25_000, 27_000)))["mass"] == pytest.approx(math.log(2))
    assert score_checks(claim, _evidence(mass=(6500, 6000, 7000)))["mass"] == pytest.approx(math.log(2))
    assert score_checks(claim, _evidence(mass=(1, 12_000, None)))["mass"] == 0.0
    assert score_checks(claim, _evidence(mass=(1, 26_000, None)))["mass"] == pytest.approx(math.log(2))
    assert score_checks(claim, _evidence(mass=(0, 0, 0)))["mass"] == pytest.approx(math.log(1000))
    assert score_checks(_claim(COFFEE, gross_mass_kg=22_000), _evidence())["mass"] == pytest.approx(math.log(2))


@settings(derandomize=True)
@given(
    st.dictionaries(st.sampled_from([*GOODS, "wood_paper"]), st.floats(-50, 50), max_size=4),
    st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.none() | st.floats(0, 1e6)),
    st.lists(st.sampled_from([COFFEE, STEEL, ART]), max_size=3),
    st.none() | st.booleans(),
    st.none() | st.floats(0, 1e6),
)
def test_every_unit_has_three_finite_scores_or_reasons(goods, mass, lines, empty, gross_kg):
    claim = _claim(*lines, declared_empty=empty, gross_mass_kg=gross_kg)
    scores = score_checks(claim, _evidence(goods, mass))
    assert len(scores) == 3
    assert all(isinstance(score, str) or math.isfinite(score) for score in scores.values())
