"""Scans of a draft that belong together get one group, and every group one side of the split."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain

from datasets.duplicates import near_duplicate_pairs, view_print
from datasets.leaks import spread
from datasets.pool.draft import Draft
from datasets.pool.records import ScanRecord, Split
from datasets.pool.split import leaders_of, split_of
from imaging import Scan

_PRINT = "print "
_STRICTEST: tuple[Split, ...] = ("test", "calibration", "val", "train")
"""Where a group goes whose scans were put on several sides on purpose: what was held out stays so."""


def keep_prints(draft: Draft, scan_id: str, scan: Scan) -> None:
    """Keep the prints of a scan's views as notes of the draft."""
    keep_view_prints(draft, scan_id, map(view_print, scan.views))


def keep_view_prints(draft: Draft, scan_id: str, prints: Iterable[bytes]) -> None:
    """Keep prints that were taken of a scan's views, such as in another process."""
    for number, one in enumerate(prints):
        draft.keep(f"{_PRINT}{number} {scan_id}", base64.b64encode(one).decode())


def alike_in(draft: Draft) -> Iterator[tuple[str, str]]:
    """Pairs of scans of the draft that show the same, by the prints that were kept."""
    notes = draft.kept(_PRINT)
    return near_duplicate_pairs((key.split(" ", 2)[2], base64.b64decode(note)) for key, note in notes)


def regroup(
    draft: Draft,
    alike: Iterable[tuple[str, str]],
    put: Callable[[ScanRecord], Split | None],
    same: Iterable[tuple[str, str]] = (),
) -> int:
    """Join the groups of scans that share a unit, a consignment or a file, or show the same; then split by group.

    Args:
        draft: The draft; its scans are changed.
        alike: Pairs of scan ids that show the same.
        put: The side on which a scan is put on purpose, None where the hash of its group decides. A group with scans
            that are put goes where the strictest of them goes: test, then calibration, then val.
        same: Pairs of groups that are one, for reasons of the caller's.

    Returns:
        How many groups were joined into others.
    """
    ties = (groups for kind, _, groups in spread(draft.scans(), lambda scan: scan.group, alike) if kind != "group")
    leader = leaders_of(chain(same, ((groups[0], other) for groups in ties for other in groups[1:])))
    with closing(sqlite3.connect("")) as database:
        database.execute("CREATE TABLE put (name TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID")
        database.executemany(
            "INSERT INTO put VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET place = min(place, excluded.place)",
            _places(draft.scans(), leader, put),
        )
        for scan in draft.scans():
            group = leader.get(scan.group, scan.group)
            row = database.execute("SELECT place FROM put WHERE name = ?", (group,)).fetchone()
            split = split_of(group) if row is None else _STRICTEST[row[0]]
            draft.replace_scan(scan.model_copy(update={"group": group, "split": split}))
    return sum(group != first for group, first in leader.items())


def put_on_purpose(scan: ScanRecord) -> Split | None:
    """The side of a scan that does not stand where the hash of its group says, such as one that was held out."""
    return None if scan.split == split_of(scan.group) else scan.split


def _places(
    scans: Iterable[ScanRecord], leader: dict[str, str], put: Callable[[ScanRecord], Split | None]
) -> Iterator[tuple[str, int]]:
    for scan in scans:
        side = put(scan)
        if side is not None:
            yield leader.get(scan.group, scan.group), _STRICTEST.index(side)
