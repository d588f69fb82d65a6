"""What ties scans together, and ties that lie on two sides of the split: a model would be tested on what it was taught.

Everything is counted in a temporary database on disk: memory does not grow with the number of scans.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from datasets.pool.records import ScanRecord

Pairs = Iterable[tuple[str, str]]


def leaks(scans: Iterable[ScanRecord], alike: Pairs = ()) -> Iterator[str]:
    """Groups, units, consignments, files and look-alikes that lie on two sides, one sentence each; none is good.

    Args:
        scans: Scans of a pool.
        alike: Pairs of scan ids that show the same (`datasets.duplicates.near_duplicate_pairs`).
    """
    for kind, name, sides in spread(scans, lambda scan: scan.split, alike):
        yield f"{kind} {name} stands in {' and '.join(sides)}"


def spread(
    scans: Iterable[ScanRecord], part_of: Callable[[ScanRecord], str], alike: Pairs = ()
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Ties whose scans are in more than one part, as (kind, name, parts); kinds, names and parts rise.

    Args:
        scans: Scans, each once.
        part_of: The part that a scan is in, such as its split or its group.
        alike: Pairs of scan ids that show the same; pairs of scans that are not there are passed over.
    """
    with closing(sqlite3.connect("")) as database:  # a name of nothing: on disk, and gone when closed
        database.execute(
            "CREATE TABLE ties (kind TEXT, name TEXT, part TEXT, PRIMARY KEY (kind, name, part)) WITHOUT ROWID"
        )
        rows = ((*tie, part_of(scan)) for scan in scans for tie in _ties(scan))
        database.executemany("INSERT OR IGNORE INTO ties VALUES (?, ?, ?)", rows)
        for kind, name in database.execute(
            "SELECT kind, name FROM ties WHERE kind != 'scan' GROUP BY kind, name HAVING count(*) > 1"
        ):
            yield kind, repr(name), tuple(_parts(database, kind, name))
        for pair in alike:
            parts = {part for scan_id in pair for part in _parts(database, "scan", scan_id)}
            if len(parts) > 1:
                yield "look-alikes", " and ".join(map(repr, pair)), tuple(sorted(parts))


def _ties(scan: ScanRecord) -> Iterator[tuple[str, str]]:
    """What a scan shares with the scans that it belongs to."""
    yield "scan", scan.scan_id
    yield "group", scan.group
    for unit in scan.units:
        yield "unit", unit.unit_id
        yield from (("consignment", part.declaration_id) for part in unit.declarations)
    yield from (("file", file.sha256) for view in scan.views for file in view.files)


def _parts(database: sqlite3.Connection, kind: str, name: str) -> list[str]:
    query = "SELECT part FROM ties WHERE kind = ? AND name = ? ORDER BY part"
    return [part for (part,) in database.execute(query, (kind, name))]
