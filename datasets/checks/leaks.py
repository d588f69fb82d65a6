"""Checks that train and test share nothing."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts
from datasets.duplicates import near_duplicate_pairs
from datasets.pool.records import all_operations
from datasets.pool.split import split_of

_SAME_FILE = (
    "SELECT 1 FROM files a JOIN files b ON b.sha256 = a.sha256 "
    "WHERE a.scan_id = ? AND b.scan_id = ? AND a.kind = 'image' AND b.kind = 'image' LIMIT 1"
)


def groups_on_one_side(facts: Facts) -> Iterator[str]:
    """A group stands on one side of the split."""
    question = (
        "SELECT s.grp, group_concat(DISTINCT s.split) FROM scans s GROUP BY s.grp HAVING count(DISTINCT s.split) > 1"
    )
    for group, sides in facts.rows(question):
        yield f"group {group!r} stands in {_and(sides)}"


def declarations_on_one_side(facts: Facts) -> Iterator[str]:
    """What is declared together stands on one side of the split."""
    question = (
        "SELECT p.declaration_id, group_concat(DISTINCT s.split) FROM parts p JOIN scans s USING (scan_id) "
        "GROUP BY p.declaration_id HAVING count(DISTINCT s.split) > 1"
    )
    for declaration_id, sides in facts.rows(question):
        yield f"declaration {declaration_id!r} stands in {_and(sides)}"


def same_file_on_one_side(facts: Facts) -> Iterator[str]:
    """Files of the same bytes stand on one side of the split."""
    question = (
        "SELECT min(f.path), max(f.path), group_concat(DISTINCT s.split) FROM files f JOIN scans s USING (scan_id) "
        "WHERE f.kind = 'image' GROUP BY f.sha256 HAVING count(DISTINCT s.split) > 1"
    )
    for first, last, sides in facts.rows(question):
        yield f"{first} and {last} are the same and stand in {_and(sides)}"


def same_file_once(facts: Facts) -> Iterator[str]:
    """No two scans of a side are the same file."""
    question = (
        "SELECT min(f.scan_id), max(f.scan_id), count(DISTINCT f.scan_id) FROM files f JOIN scans s USING (scan_id) "
        "WHERE f.kind = 'image' GROUP BY f.sha256, s.split HAVING count(DISTINCT f.scan_id) > 1"
    )
    for first, last, count in facts.rows(question):
        yield f"{first} and {last} hold the same bytes ({count} scans do)"


def near_duplicates_on_one_side(facts: Facts) -> Iterator[str]:
    """Scans that look the same, and are not the same file, stand on one side of the split."""
    prints = facts.rows("SELECT scan_id, print FROM looked WHERE print IS NOT NULL")
    for one, other in near_duplicate_pairs(prints, readings=facts.readings):
        ((sides,),) = facts.rows("SELECT count(DISTINCT split) FROM scans WHERE scan_id IN (?, ?)", one, other)
        if sides > 1 and next(facts.rows(_SAME_FILE, one, other), None) is None:
            yield f"{one} and {other} look the same and stand on two sides"


def split_by_hash(facts: Facts) -> Iterator[str]:
    """Sides follow from the hash of the group, unless the history says that a part was held out."""
    if any(step.verb == "split" for step in all_operations(facts.info.history)):
        return
    for scan_id, group, side in facts.rows("SELECT scan_id, grp, split FROM scans"):
        if side != split_of(group):
            yield f"{scan_id}: stands in {side}, by the hash of its group in {split_of(group)}"


def _and(sides: str) -> str:
    return " and ".join(sorted(sides.split(",")))
