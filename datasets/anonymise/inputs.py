"""What lies in the folder: scans, tables, and files that are neither, every file in exactly one of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from datasets.anonymise.ledger import Kind
from datasets.anonymise.rows import SUFFIXES
from datasets.pool.errors import PoolError
from imaging import FoundScan, ScannerProfile, each_scan


@dataclass(frozen=True, slots=True)
class Input:
    """A scan with its files, a table, or a file that is neither, with the reason. `name` is the original one."""

    kind: Kind
    name: str
    files: tuple[Path, ...]
    reason: str = ""


class Inputs:
    """All inputs below a folder, in a database on disk: a folder of a million scans needs no memory for its list.

    Raises:
        ScanError: when `source` is no folder.
    """

    def __init__(self, source: Path, profile: ScannerProfile | None) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # a name of nothing: on disk, and gone when closed
        self._database.execute("CREATE TABLE inputs (kind TEXT, name TEXT, files BLOB, reason TEXT)")
        self._database.execute("BEGIN")
        for one in (_input(scan, source) for scan in each_scan(source, profile)):
            files = b"\0".join(map(os.fsencode, one.files))
            self._database.execute("INSERT INTO inputs VALUES (?, ?, ?, ?)", (one.kind, one.name, files, one.reason))

    def close(self) -> None:
        """Let go of the list."""
        self._database.close()

    def of(self, kind: Kind) -> Iterator[Input]:
        """Inputs of a kind, by name."""
        question = "SELECT name, files, reason FROM inputs WHERE kind = ? ORDER BY name, rowid"
        for name, files, reason in self._database.execute(question, (kind,)):
            yield Input(kind, name, tuple(Path(os.fsdecode(file)) for file in files.split(b"\0")), reason)

    def __bool__(self) -> bool:
        return self._database.execute("SELECT 1 FROM inputs LIMIT 1").fetchone() is not None


@contextmanager
def found_inputs(source: Path, profile: ScannerProfile | None) -> Iterator[Inputs]:
    """All inputs below a folder.

    Raises:
        ScanError: when `source` is no folder.
        PoolError: when there is nothing in it.
    """
    with closing(Inputs(source, profile)) as inputs:
        if not inputs:
            raise PoolError("a folder of scans holds files", f"none in {source}", "name another --source")
        yield inputs


def _input(scan: FoundScan, source: Path) -> Input:
    outside = [file for file in scan.files if not is_inside(file, source)]
    if outside:
        return Input("other", scan.scan_id, scan.files, "a link that leaves the folder, or no regular file")
    if scan.skip_reason is None:
        return Input("scan", scan.scan_id, scan.files)
    if scan.files[0].suffix.lower() in SUFFIXES:
        return Input("table", scan.scan_id, scan.files)
    return Input("other", scan.scan_id, scan.files, "neither a scan nor a table that is read")


def is_inside(file: Path, source: Path) -> bool:
    """Whether a path is a regular file below a folder, links followed."""
    try:
        return file.is_file() and file.resolve().is_relative_to(source.resolve())
    except OSError:
        return False
