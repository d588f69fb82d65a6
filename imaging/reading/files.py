"""Folders to scans: every file is accounted for exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from imaging.errors import UnreadableScan
from imaging.profile import ScannerProfile
from imaging.reading.grouping import Grouping


@dataclass(frozen=True, slots=True)
class FoundScan:
    """The files of one scan, low energy first; `skip_reason` says why they are no scan (side files, renderings)."""

    scan_id: str
    files: tuple[Path, ...]
    skip_reason: str | None = None


def find_scans(folder: Path, profile: ScannerProfile | None = None) -> tuple[FoundScan, ...]:
    """All scans below a folder, sorted by scan_id, every entry that is no folder in exactly one of them.

    Files are joined by the profile's `join` rule where its pattern fits them; else a `_lo` and a `_hi` of one name are
    one scan, and so are the CT slices of one DICOM series in one folder, under the name of that folder. What cannot be
    entered or is no regular file (a locked folder, a link to a folder, a pipe) is listed as a scan too, for `read_scan`
    to refuse with the reason: nothing is passed over.

    Raises:
        UnreadableScan: when `folder` is no folder.
    """
    return tuple(each_scan(folder, profile))


def each_scan(folder: Path, profile: ScannerProfile | None = None) -> Iterator[FoundScan]:
    """The scans of `find_scans`, one after the other: a folder of a million files is sorted on disk.

    Raises:
        UnreadableScan: when `folder` is no folder.
    """
    if not folder.is_dir():
        raise UnreadableScan("scans are looked for in a folder", f"{folder}", "name a folder")
    with closing(Grouping(folder)) as grouping:
        grouping.gather(None if profile is None else profile.join)
        for scan_id, files, skip_reason in grouping.scans():
            yield FoundScan(scan_id, files, skip_reason)
