"""What lies in the folder: scans, tables, and files that are neither, every file in exactly one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datasets.anonymise.ledger import Kind
from datasets.anonymise.rows import SUFFIXES
from datasets.pool.errors import PoolError
from imaging import FoundScan, ScannerProfile, find_scans


@dataclass(frozen=True, slots=True)
class Input:
    """A scan with its files, a table, or a file that is neither, with the reason. `name` is the original one."""

    kind: Kind
    name: str
    files: tuple[Path, ...]
    reason: str = ""


def find_inputs(source: Path, profile: ScannerProfile | None) -> tuple[Input, ...]:
    """All inputs below a folder: tables first, for scans ask what they declare; each kind by name.

    Raises:
        ScanError: when `source` is no folder.
        PoolError: when there is nothing in it.
    """
    found = tuple(_input(scan, source) for scan in find_scans(source, profile))
    if not found:
        raise PoolError("a folder of scans holds files", f"none in {source}", "name another --source")
    order = {"table": 0, "scan": 1, "other": 2}
    return tuple(sorted(found, key=lambda one: (order[one.kind], one.name)))


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
