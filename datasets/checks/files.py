"""Files of a pool -> tables: which are there, what their bytes hash to, which of them no record names."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from datasets.checks.facts import Facts
from datasets.checks.residue import residue_of
from datasets.pool.store import (
    ANNOTATIONS_FILE,
    DECLARATIONS_FILE,
    POOL_FILE,
    SCANS_FILE,
    TRUTH_FILE,
    file_sha256,
)
from datasets.readings import Reading
from datasets.verbs.outcome import Track

CARD_FILE, CROISSANT_FILE = "CARD.md", "croissant.json"
OWN_FILES = frozenset(
    {POOL_FILE, SCANS_FILE, DECLARATIONS_FILE, TRUTH_FILE, ANNOTATIONS_FILE, CARD_FILE, CROISSANT_FILE}
)
"""What lies in a pool beside the files that its records name."""


class _Bytes(Reading):
    """What the bytes of a file hash to, and where metadata stands in them, if it does."""

    sha256: str
    residue: str | None


def look_at_files(facts: Facts, *, read: bool, track: Track) -> None:
    """Fill `stored` and `strangers`; with `read`, hash every file and look for metadata in it."""
    (total,) = next(facts.rows("SELECT count(DISTINCT path) FROM files"))
    named = facts.rows("SELECT DISTINCT path FROM files ORDER BY path")
    for (name,) in track(named, "reading files" if read else "looking for files", total=total):
        path = _inside(facts.root, name)
        if path is None:
            facts.add("strangers", name, "leaves the pool")
        elif path.is_file():
            facts.add("stored", name, *(_read(facts, path) if read else (None, None)))
    for name in _below(facts.root):
        if name not in OWN_FILES and not _is_named(facts.database, name):
            facts.add("strangers", name, "unnamed")


def _read(facts: Facts, path: Path) -> tuple[str, str | None]:
    def read() -> _Bytes:
        return _Bytes(sha256=file_sha256(path), residue=residue_of(path))

    found = facts.readings.of("bytes", [path], _Bytes, read)
    return found.sha256, found.residue


def _inside(root: Path, name: str) -> Path | None:
    """The file that a record names; None for a name that leaves the pool, as by a link."""
    path = root / name
    return path if path.resolve().is_relative_to(root.resolve()) else None


def _below(root: Path) -> Iterator[str]:
    """Every entry below a folder that is no folder, links to folders among them, by path."""
    for place, folders, names in os.walk(root):
        folders.sort()
        linked = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*names, *linked]):
            path = Path(place, name).relative_to(root).as_posix()
            yield path.encode("utf-8", "backslashreplace").decode()  # a name need not be UTF-8


def _is_named(database: sqlite3.Connection, name: str) -> bool:
    return database.execute("SELECT 1 FROM files WHERE path = ? LIMIT 1", (name,)).fetchone() is not None
