"""Leaks: every kind of tie is found where it lies on two sides, and none where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.leaks import leaks, spread
from datasets.pool.records import UnitRecord
from declarations.schema import DeclaredPart
from tests.datasets.pool.conftest import scan_record, view_record


def test_nothing_leaks_nothing():
    assert list(leaks([])) == []
    assert list(leaks([], [("a", "b")])) == []


def unit(name, *declarations):
    return UnitRecord(unit_id=name, declarations=tuple(DeclaredPart(declaration_id=one) for one in declarations))


TIES = {
    "group": ({"group": "g"}, {"group": "g"}, "group 'g'"),
    "unit": ({"units": (unit("u"),)}, {"units": (unit("v"), unit("u"))}, "unit 'u'"),
    "consignment": ({"units": (unit("u", "d"),)}, {"units": (unit("v", "d", "e"),)}, "consignment 'd'"),
    "file": ({"views": (view_record("x", sha256="7"),)}, {"views": (view_record("y", sha256="7"),)}, "file '7'"),
}


@pytest.mark.parametrize("kind", sorted(TIES))
def test_a_tie_on_two_sides_is_a_leak(kind):
    one, other, what = TIES[kind]
    scans = [scan_record("a", **one | {"split": "train"}), scan_record("b", **other | {"split": "test"})]
    assert list(leaks(scans)) == [f"{what} stands in test and train"]
    assert list(leaks([scan.model_copy(update={"split": "val"}) for scan in scans])) == []


def test_look_alikes_on_two_sides_are_a_leak():
    sides = {"a": "train", "b": "test", "c": "train"}
    scans = [scan_record(name, split=side) for name, side in sides.items()]
    found = list(leaks(scans, [("a", "b"), ("a", "c"), ("a", "gone")]))
    assert found == ["look-alikes 'a' and 'b' stands in test and train"]


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("12")), max_size=9))
def test_spread_is_what_counting_says(members):
    scans = [scan_record(str(number), group=group, site=part) for number, (group, part) in enumerate(members)]
    expected = {group: sorted({part for other, part in members if other == group}) for group, _ in members}
    found = {name: list(parts) for _, name, parts in spread(scans, lambda scan: scan.site)}
    assert found == {repr(group): parts for group, parts in expected.items() if len(parts) > 1}
