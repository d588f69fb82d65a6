"""Differences of two versions: every kind of change is named, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.diff import Difference, _side_by_side, differences
from datasets.pool.records import Rights, ScanRecord
from datasets.pool.stream import PoolStream
from datasets.verbs import diff as verb
from datasets.verbs.outcome import quietly
from tests.datasets.pooling import bag, box, scan, write


def between(one, other):
    return list(differences(PoolStream(one), PoolStream(other)))


def test_a_pool_does_not_differ_from_itself(tmp_path):
    scans = [scan("a", bag(1), objects=[box()], declared="d"), scan("b", bag(2))]
    one, other = write(tmp_path / "p", *scans), write(tmp_path / "q" / "p", *scans)
    assert between(one, one) == between(one, other) == []


CHANGES = {
    "pixels": {"pixels": bag(5)},
    "views": {"pixels": bag(1)[:-1]},
    "annotations": {"objects": [box(x=4.0)]},
    "rights": {"rights": Rights(licence="z", may_train=True, may_redistribute=True)},
    "group": {"group": "g", "split": "train"},
    "split": {"split": "val"},
    "declared": {"declared": "e"},
    "examined for": {"examined_for": ("knife",)},
    "origin": {"captured": "2024-01"},
}


@pytest.mark.parametrize("kind", sorted(CHANGES))
def test_what_changed_in_a_scan_is_named(tmp_path, kind):
    base = {"split": "train", "declared": "d"}
    one = write(tmp_path / "one" / "p", scan("a", bag(1), **base), scan("b", bag(2)))
    other = write(tmp_path / "two" / "p", scan("a", **{"pixels": bag(1)} | base | CHANGES[kind]), scan("b", bag(2)))
    found = [entry for entry in between(one, other) if entry.record == "scan"]
    kinds = ("pixels", "views") if kind == "views" else (kind,)
    assert found == [Difference("scan", "a", "changed", kinds)]


def test_what_came_and_went_is_named(tmp_path):
    one = write(tmp_path / "one" / "p", scan("a", bag(1), declared="d"), scan("b", bag(2)))
    other = write(tmp_path / "two" / "p", scan("b", bag(2), outcome="both"), scan("c", bag(3)), labels=("knife",))
    assert between(one, other) == [
        Difference("pool", "labels", "changed"),
        Difference("scan", "a", "removed"),
        Difference("scan", "b", "changed", ("examined for",)),
        Difference("scan", "c", "added"),
        Difference("declaration", "d", "removed"),
        Difference("truth", "ua", "removed"),
        Difference("truth", "ub", "changed"),
        Difference("truth", "uc", "added"),
    ]


def test_sealing_is_a_change_of_annotations(tmp_path):
    one = write(tmp_path / "one" / "p", scan("a", bag(1)))
    other = write(tmp_path / "two" / "p", scan("a", bag(1)), sealed=True)
    assert between(one, other) == [
        Difference("scan", "a", "changed", ("annotations",)),
        Difference("truth", "ua", "removed"),
    ]


def test_every_field_of_a_record_is_compared():
    """A field that is added to the records must be added to the kinds of change."""
    compared = {
        "views",
        "rights",
        "group",
        "split",
        "units",
        "examined_for",
        "exam_basis",
        "site",
        "scanner",
        "captured",
    }
    assert set(ScanRecord.model_fields) == compared | {"scan_id"}


NAMES = st.sets(st.text("abcé", max_size=3))


@given(NAMES, NAMES)
def test_side_by_side_is_what_sets_say(one, other):
    found = list(_side_by_side(sorted(one), sorted(other), str))
    assert [name for name, _, _ in found] == sorted(one | other)
    assert {name for name, left, _ in found if left is None} == other - one
    assert {name for name, _, right in found if right is None} == one - other


def test_the_verb_counts_and_writes_lines(tmp_path):
    one = write(tmp_path / "one" / "p", scan("a", bag(1)), scan("b", bag(2)))
    other = write(tmp_path / "two" / "p", scan("a", bag(5), objects=[box()]))
    outcome = verb.run(before=one, after=other, out=tmp_path / "lines", track=quietly)
    assert outcome.problems == ()
    assert outcome.tables["differences"] == {
        "scan changed": 1,
        "scan changed: annotations": 1,
        "scan changed: pixels": 1,
        "scan removed": 1,
        "truth removed": 1,
    }
    lines = [json.loads(line) for line in (tmp_path / "lines").read_text().splitlines()]
    assert [(line["record"], line["name"], line["change"]) for line in lines] == [
        ("scan", "a", "changed"),
        ("scan", "b", "removed"),
        ("truth", "ub", "removed"),
    ]
    assert verb.run(before=one, after=one, out=None, track=quietly).tables["differences"] == {"none": 0}


def test_a_pool_whose_files_were_changed_is_a_problem(tmp_path):
    one = write(tmp_path / "p", scan("a", bag(1)))
    (one / "scans.jsonl").write_text((one / "scans.jsonl").read_text().replace('"x"', '"y"'))
    (problem,) = set(verb.run(before=one, after=one, out=None, track=quietly).problems)
    assert "pool.json" in problem
