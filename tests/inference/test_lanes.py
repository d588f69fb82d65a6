from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.lanes import LANES, Standing, Thresholds, UnitFacts, lane_of, priorities

FROZEN = Thresholds(strict=0.9, loose=0.6, strict_rate=0.01, loose_rate=0.05)
NONE = Thresholds(strict=None, loose=None, strict_rate=0.01, loose_rate=0.05)
HONEST = UnitFacts("u", mismatch=False, p_value=0.4)
OPEN = UnitFacts("u", mismatch=False, p_value=None, open_reason="could not be checked: mass")
ODD = UnitFacts("u", mismatch=True, p_value=0.03)
VERY_ODD = UnitFacts("u", mismatch=True, p_value=0.01)


@pytest.mark.parametrize(
    ("top_score", "units", "thresholds", "given_any", "lane"),
    [
        (-math.inf, [], FROZEN, False, "green"),  # asked for contraband alone
        (-math.inf, [], FROZEN, True, "manual"),  # declarations were given, none speaks of this scan
        (-math.inf, [], NONE, False, "manual"),  # nobody said what an alarm is
        (0.599999, [HONEST], FROZEN, True, "green"),
        (0.6, [HONEST], FROZEN, True, "amber"),  # a score at the threshold is an alarm
        (0.9, [HONEST], FROZEN, True, "red"),
        (0.99, [HONEST], NONE, True, "manual"),
        (0.1, [OPEN], FROZEN, True, "manual"),
        (0.1, [OPEN], FROZEN, False, "green"),
        (0.1, [HONEST, OPEN], FROZEN, True, "manual"),  # one open unit is enough
        (0.7, [OPEN], FROZEN, True, "amber"),  # an alarm comes before an open question
        (0.1, [ODD], FROZEN, True, "amber"),
        (0.1, [VERY_ODD], FROZEN, True, "red"),  # p at the strict rate
        (0.1, [ODD], NONE, True, "amber"),
        (0.7, [ODD], FROZEN, True, "amber"),
    ],
)
def test_each_rule_by_name(top_score, units, thresholds, given_any, lane):
    assert lane_of(top_score, units, thresholds, declarations_given=given_any).lane == lane


def test_green_alone_has_no_reason():
    assert lane_of(0.1, [HONEST], FROZEN, declarations_given=True).reason is None
    assert "mass" in (lane_of(0.1, [OPEN], FROZEN, declarations_given=True).reason or "")


def test_a_strict_threshold_alone_never_gives_green():
    lonely = Thresholds(strict=0.9, loose=None, strict_rate=0.01, loose_rate=0.05)
    assert lane_of(0.95, [], lonely, declarations_given=False).lane == "red"
    assert lane_of(0.5, [], lonely, declarations_given=False).lane == "manual"


def test_several_units_are_told_apart_in_the_reason():
    other = UnitFacts("second", mismatch=True, p_value=0.001)
    reason = lane_of(0.1, [HONEST, other], FROZEN, declarations_given=True).reason or ""
    assert "second" in reason


def standing(scan_id, lane, status="ok", score=-math.inf, alarm=False, oddness=None):
    return Standing(scan_id, status, lane, score, alarm, oddness)


def test_an_officer_meets_unread_then_manual_then_alarms_then_mismatches_then_green_and_no_side_files():
    queue = [
        standing("side.csv", "manual", status="skipped"),
        standing("green", "green", score=0.3),
        standing("amber", "amber", score=0.7, alarm=True),
        standing("mismatch", "red", score=0.5, oddness=9.0),
        standing("alarm", "red", score=0.92, alarm=True),
        standing("surer alarm", "red", score=0.97, alarm=True),
        standing("open", "manual", score=0.2),
        standing("broken", "manual", status="unreadable"),
    ]
    ranks = priorities(queue)
    in_order = [name for _, name in sorted(zip(ranks, (one.scan_id for one in queue), strict=True))]
    assert in_order == ["broken", "open", "surer alarm", "alarm", "mismatch", "amber", "green", "side.csv"]


scores = st.one_of(st.just(-math.inf), st.floats(0, 1))
standings = st.builds(
    Standing,
    st.text(max_size=4),
    st.sampled_from(["ok", "failed", "skipped"]),
    st.sampled_from(LANES),
    scores,
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 10)),
)


@settings(derandomize=True, deadline=None)
@given(st.lists(standings, max_size=12))
def test_ranks_are_a_permutation_and_lanes_never_mix(queue):
    ranks = priorities(queue)
    assert sorted(ranks) == list(range(1, len(queue) + 1))
    ordered = [one for _, one in sorted(zip(ranks, queue, strict=True), key=lambda pair: pair[0])]
    places = [(one.status == "skipped", LANES.index(one.lane)) for one in ordered]
    assert places == sorted(places)


units = st.lists(
    st.builds(
        UnitFacts, st.just("u"), st.booleans(), st.one_of(st.none(), st.floats(0, 1)), st.sampled_from([None, "open"])
    ),
    max_size=3,
)
thresholds = st.builds(
    Thresholds, st.sampled_from([None, 0.9]), st.sampled_from([None, 0.6]), st.just(0.01), st.just(0.05)
)


@settings(derandomize=True, deadline=None)
@given(scores, units, thresholds, st.booleans())
def test_green_means_that_everything_asked_was_judged_and_nothing_flagged(score, facts, points, given_any):
    placed = lane_of(score, facts, points, declarations_given=given_any)
    if placed.lane == "green":
        assert points.loose is not None
        assert score < points.loose
        assert not any(unit.mismatch for unit in facts)
        assert not given_any or (facts and not any(unit.open_reason for unit in facts))
    else:
        assert placed.reason
