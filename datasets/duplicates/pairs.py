"""The pairs among many prints: prints that share keys are compared, found through an index on disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from datasets.duplicates.alike import SAME, likeness
from datasets.duplicates.prints import MIRRORED, keys_of

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


def near_duplicate_pairs(prints: Iterable[tuple[str, bytes]], *, same: float = SAME) -> Iterator[tuple[str, str]]:
    """Pairs of names whose prints show the same, also mirrored left-right; each pair once, both names and pairs rising.

    Prints go to a temporary database that SQLite keeps on disk: memory does not grow with their number. The order in
    which they come does not matter.

    Args:
        prints: Name and print of each view; the views of one scan share its name and are not compared.
        same: Likeness from which two prints are a pair.
    """
    with closing(sqlite3.connect("")) as database:  # a name of nothing: on disk, and gone when closed
        _store(database, prints)
        found: tuple[str, set[str]] = ("", set())
        for number, name, print_ in _in_order(database):
            if name != found[0]:
                yield from ((found[0], other) for other in sorted(found[1]))
                found = name, set()
            found[1].update(_others(database, number, name, print_, same, found[1]))
        yield from ((found[0], other) for other in sorted(found[1]))


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
    yield from database.execute("SELECT number, name, print FROM prints ORDER BY number")


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
