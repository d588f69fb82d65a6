"""Which side of the split a group stands on: a hash of its name, so that adding data moves nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Hashable, Iterable, Mapping
from contextlib import closing
from typing import TypeVar

from datasets.pool.records import ScanRecord, Split

_SPLIT_OF_REMAINDER: tuple[Split, ...] = ("train",) * 6 + ("val", "calibration", "test", "test")
Key = TypeVar("Key", bound=Hashable)


def split_of(group: str) -> Split:
    """SHA-256 of the group's name modulo 10: 0 to 5 train, 6 val, 7 calibration, 8 and 9 test."""
    digest = int.from_bytes(hashlib.sha256(group.encode()).digest(), "big")
    return _SPLIT_OF_REMAINDER[digest % 10]


def leaders_of(same: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Groups that are joined with others -> the alphabetically first of those they end up with, however long the chain.

    Groups in no pair are not in it: memory grows with what is joined, not with the pool.
    """
    leader: dict[str, str] = {}

    def lead(group: str) -> str:
        while leader.setdefault(group, group) != group:
            leader[group] = leader[leader[group]]
            group = leader[group]
        return group

    for pair in same:
        first, second = sorted(map(lead, pair))
        leader[second] = first
    return {group: lead(group) for group in list(leader)}


def joined_groups(members: Mapping[Key, str], same: Iterable[tuple[Key, Key]]) -> dict[Key, str]:
    """Join the groups of members that belong together, however long the chain.

    Args:
        members: Each member's own group.
        same: Pairs of members that must stand on one side (near-duplicates, shared declarations or units).

    Returns:
        Each member's group after joining: the alphabetically first name of those that were joined.
    """
    leader = leaders_of((members[one], members[other]) for one, other in same)
    return {member: leader.get(group, group) for member, group in members.items()}


def count_groups(scans: Iterable[ScanRecord]) -> dict[str, int]:
    """How many groups there are on each side of the split; counted on disk, since there may be as many as scans."""
    with closing(sqlite3.connect("")) as database:
        database.execute("CREATE TABLE groups (split TEXT, name TEXT, PRIMARY KEY (split, name)) WITHOUT ROWID")
        rows = ((scan.split, scan.group) for scan in scans)
        database.executemany("INSERT OR IGNORE INTO groups VALUES (?, ?)", rows)
        return dict(database.execute("SELECT split, count(*) FROM groups GROUP BY split"))
