"""Linking by names: a scan of the pool that is still called as its file was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from datasets.attack.seen import Seen
from datasets.pool.records import ScanRecord

WAY = "name"


def marks(seen: Seen) -> Iterator[str]:
    """Name of the file without suffix, and the last part of the name of the scan, in lower case."""
    for name in {seen.relative, seen.name}:
        yield _plain(name)


def record_marks(scan: ScanRecord) -> Iterator[str]:
    """Every name in a scan's record."""
    for name in {scan.scan_id, *(unit.unit_id for unit in scan.units)}:
        yield _plain(name)


def _plain(name: str) -> str:
    return PurePosixPath(name).name.lower().partition(".")[0] or name
