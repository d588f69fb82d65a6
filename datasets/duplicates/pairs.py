"""The pairs among many prints: prints that share keys are compared, found through an index on disk."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import groupby
from operator import itemgetter

from datasets.duplicates.alike import SAME, likeness
from datasets.duplicates.prints import MIRRORED, keys_of
from datasets.readings import AnewEachTime, Reading, Readings

SHARED_KEYS = 3
"""Keys that two prints must share to be compared at all."""
NEIGHBOURS = 64
"""Prints after its own that a print looks at under one key. Copies are neighbours, so that long runs still chain."""

_SHARING = """
WITH reach AS MATERIALIZED (
    SELECT value AS key, (
        SELECT number FROM keys WHERE key = value AND number > ? ORDER BY number LIMIT 1 OFFSET ?
    ) AS last
    FROM json_each(?)
)
SELECT number FROM reach JOIN keys USING (key)
WHERE number > ? AND number <= coalesce(last, 9e18)
GROUP BY number HAVING count(*) >= ?
"""
"""Numbers after one that share so many keys, in one statement: asked key by key it takes up to four times as long."""


class _Alike(Reading):
    """Names after one name, rising, whose prints show the same."""

    names: tuple[str, ...]


def near_duplicate_pairs(
    prints: Iterable[tuple[str, bytes]], *, same: float = SAME, readings: Readings | None = None
) -> Iterator[tuple[str, str]]:
    """Pairs of names whose prints show the same, also mirrored left-right; each pair once, both names and pairs rising.

    Prints go to a temporary database that SQLite keeps on disk: memory does not grow with their number. The order in
    which they come does not matter.

    Args:
        prints: Name and print of each view; the views of one scan share its name and are not compared.
        same: Likeness from which two prints are a pair.
        readings: Know what a run that was cut off found among the very same prints.
    """
    readings = readings or AnewEachTime()
    with closing(sqlite3.connect("")) as database:  # a name of nothing: on disk, and gone when closed
        _store(database, prints)
        among = f"alike, from {same}, among {_digest(database)}"
        for name, views in groupby(_in_order(database), itemgetter(1)):
            find = partial(_alike, database, list(views), same)
            yield from ((name, other) for other in readings.of(f"{among}: {name}", (), _Alike, find).names)


def _store(database: sqlite3.Connection, prints: Iterable[tuple[str, bytes]]) -> None:
    database.execute("CREATE TABLE given (name TEXT, print BLOB, PRIMARY KEY (name, print)) WITHOUT ROWID")
    database.executemany("INSERT OR IGNORE INTO given VALUES (?, ?)", (entry for entry in prints if entry[1]))
    database.execute("CREATE TABLE prints (number INTEGER PRIMARY KEY, name TEXT, print BLOB)")
    database.execute("INSERT INTO prints (name, print) SELECT name, print FROM given ORDER BY name, print")
    database.execute("DROP TABLE given")
    database.execute("CREATE TABLE keys (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID")
    every = ((key, number) for number, _, print_ in _in_order(database) for key in keys_of(print_))
    database.executemany("INSERT INTO keys VALUES (?, ?)", every)


def _in_order(database: sqlite3.Connection) -> Iterator[tuple[int, str, bytes]]:
    return database.execute("SELECT number, name, print FROM prints ORDER BY number")


def _digest(database: sqlite3.Connection) -> str:
    digest = hashlib.sha256()
    for _, name, print_ in _in_order(database):
        digest.update(json.dumps([name, len(print_)]).encode() + print_)
    return digest.hexdigest()


def _alike(database: sqlite3.Connection, views: list[tuple[int, str, bytes]], same: float) -> _Alike:
    """What comes after a name and is like one of its views."""
    found: set[str] = set()
    for number, name, print_ in views:
        found.update(_others(database, number, name, print_, same, found))
    return _Alike(names=tuple(sorted(found)))


def _others(
    database: sqlite3.Connection, number: int, name: str, print_: bytes, same: float, known: set[str]
) -> Iterator[str]:
    """Names after this one whose prints are like this one."""
    for candidate, mirrored in _candidates(database, number, print_):
        row = database.execute("SELECT name, print FROM prints WHERE number = ?", (candidate,)).fetchone()
        if row[0] != name and row[0] not in known and likeness(print_, row[1], mirrored=mirrored) >= same:
            yield row[0]


def _candidates(database: sqlite3.Connection, number: int, print_: bytes) -> list[tuple[int, bool]]:
    """Later prints that share enough keys with this one, or with its mirror image (True)."""
    own = keys_of(print_)
    found = []
    for mirrored in (False, True):
        keys = [key ^ MIRRORED for key in own] if mirrored else own
        rows = database.execute(_SHARING, (number, NEIGHBOURS - 1, json.dumps(keys), number, SHARED_KEYS))
        found += [(later, mirrored) for (later,) in rows]
    return sorted(found)
