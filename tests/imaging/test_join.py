import time
from pathlib import PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from imaging import UnsupportedScan
from imaging.join import JoinRule, Place

BOTH = JoinRule(
    pattern="{scan}_{view}_{energy}", energies={"H": "high", "L": "low"}, views={"top": "top", "side": "side"}
)


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        (BOTH, "a/b_1_top_H.tif", Place("b_1", "high", "top")),
        (BOTH, "b_SIDE_l.png", Place("b", "low", "side")),
        (BOTH, "b_top_top_h.png", Place("b_top", "high", "top")),
        (BOTH, "b_top.tif", None),
        (BOTH, "_top_h.tif", None),
        (BOTH, "b_topXh.tif", None),
        (
            JoinRule(pattern="{energy}-{scan}", energies={"160": "high", "80": "low"}),
            "160-7.raw",
            Place("7", "high", "0"),
        ),
        (JoinRule(pattern="{scan}.{view}", views={"0": "front", "1": "rear"}), "x.1.dat", Place("x", None, "rear")),
        (JoinRule(pattern="{scan}.{view}", views={"0": "front"}), "x.dat", None),
        (JoinRule(pattern="{scan}.{view}", views={"0": "front"}), "x-0.dat", None),
        (JoinRule(pattern="{scan}_{view}{any}", views={"a": "x", "ab": "y"}), "n_ab.png", Place("n", None, "y")),
        (JoinRule(pattern="{scan}/{view}{any}", views={"v": "v"}), "s/v123.png", Place("s", None, "v")),
        (JoinRule(pattern="{scan}/{view}{any}", views={"v": "v"}), "v123.png", None),
        (JoinRule(pattern="{scan}_{view}", views={"a+": "x", "a": "y"}), "n_a+.png", Place("n", None, "x")),
    ],
)
def test_a_name_is_placed(rule, name, expected):
    assert rule.place_of(PurePath(name)) == expected


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"pattern": "{scan}_{energy}"}, "each of"),
        ({"pattern": "{energy}", "energies": {"h": "high"}}, "each of"),
        ({"pattern": "{scan}{scan}_{energy}", "energies": {"h": "high"}}, "each of"),
        ({"pattern": "{scan}_{colour}_{energy}", "energies": {"h": "high"}}, "each of"),
        ({"pattern": "{scan}_{energy}", "energies": {"h": "high"}, "views": {"a": "a"}}, "each of"),
        ({"pattern": "{scan}"}, "joined by"),
        ({"pattern": "{scan}_{energy}}", "energies": {"h": "high"}}, "braces"),
        ({"pattern": "{scan}_{energy}", "energies": {"h": "high", "H": "low"}}, "case"),
        ({"pattern": "{scan}_{energy}", "energies": {"": "high"}}, "energies"),
        ({"pattern": "{scan}_{view}", "views": {"a": "../a"}}, "views"),
        ({"pattern": "{scan}_{view}", "views": {"a/b": "a"}}, "views"),
        ({"pattern": "x" * 300, "views": {"a": "a"}}, "pattern"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(keys, said):
    with pytest.raises(ValidationError, match=said):
        JoinRule(**keys)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a_top_h", "a_top_l", "a_side_h"], "a view top channel low"),
        (["a_top_h", "a_top_h", "a_side_h", "a_side_l"], "a view top channel high, a view top"),
        (["a_top_h", "a_top_l", "a_side_h", "b_side_l"], "b view side"),
    ],
)
def test_parts_of_a_scan_are_refused_as_such(names, found):
    with pytest.raises(UnsupportedScan, match=found):
        BOTH.check_whole([BOTH.place_of(PurePath(name)) for name in names])


def test_a_whole_scan_in_any_order_is_none_to_refuse():
    BOTH.check_whole([BOTH.place_of(PurePath(name)) for name in ("a_side_l", "a_top_h", "a_side_h", "a_top_l")])
    views_only = JoinRule(pattern="{scan}_{view}", views={"a": "a", "b": "b"})
    with pytest.raises(UnsupportedScan, match="view a channel None"):
        views_only.check_whole([Place("s", None, "a")])


@given(name=st.text(alphabet="ab_top_hl./é\udcff", max_size=300))
@settings(deadline=None)
def test_no_name_is_too_much(name):
    place = BOTH.place_of(PurePath(name))
    assert place is None or (place.scan.encode() and place.channel in ("low", "high"))


def test_matching_is_bounded():
    rule = JoinRule(pattern="{any}a{scan}a{energy}", energies={"a" * n: "low" for n in range(1, 30)})
    start = time.perf_counter()
    assert rule.place_of(PurePath("a" * 250 + "b")) is None
    assert rule.place_of(PurePath("a" * 256)) is None
    assert time.perf_counter() - start < 0.5
