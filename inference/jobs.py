"""What a run works through: one job for each scan or side file, named before anything is decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from declarations.schema import UnitClaim
from imaging import FoundScan, Scan, ScannerProfile, UnsupportedScan, find_scans, read_scan

Record = Any
"""A pool's record of a scan: `scan_id`, `scanner`, `views` with `view_id` and `files` with `path`."""


@dataclass(frozen=True, eq=False)
class ScanJob:
    """One scan, or one file that is no scan.

    `inputs` are posix paths relative to the folder that was given; names that are not UTF-8 keep their bytes by
    Python's surrogateescape. `image_ids` number the views, in order (COCO). `view_ids` and `scanner` rename views and
    scanner as a pool calls them; None keeps what the file says, of a scan of one view. `read` decodes the pixels, in
    any thread. `skip_reason` says why a file is no scan.
    """

    scan_id: str
    inputs: tuple[str, ...]
    files: tuple[Path, ...]
    read: Callable[[], Scan]
    image_ids: tuple[int, ...] = ()
    view_ids: tuple[str, ...] | None = None
    scanner: str | None = None
    claims: tuple[UnitClaim, ...] = ()
    profile: ScannerProfile | None = field(default=None, repr=False)
    skip_reason: str | None = None

    def image_id(self, view_id: str) -> int:
        """Number of a view."""
        return self.image_ids[0 if self.view_ids is None else self.view_ids.index(view_id)]

    def scan(self) -> Scan:
        """Read the scan, its views under the names of the pool.

        Raises:
            imaging.ScanError: when it cannot be read, or has another number of views than was promised.
        """
        scan = self.read()
        if len(scan.views) != len(self.image_ids):
            found = f"{len(scan.views)} views where {len(self.image_ids)} are known"
            raise UnsupportedScan("every view of a scan has a number", found, "import the scan into a pool again")
        names = [view.view_id for view in scan.views] if self.view_ids is None else self.view_ids
        views = tuple(replace(view, view_id=name) for view, name in zip(scan.views, names, strict=True))
        return replace(scan, scan_id=self.scan_id, scanner=self.scanner or scan.scanner, views=views)


def jobs_of_folder(folder: Path, *, profile: ScannerProfile | None = None) -> tuple[ScanJob, ...]:
    """Jobs of a bare folder: every file below it is named by exactly one.

    Image ids count the scans from 1, in the order of `find_scans`; one that turns out unreadable keeps its number.

    Args:
        folder: Folder of scans.
        profile: What the scanner's numbers mean.

    Raises:
        imaging.UnreadableScan: when `folder` is no folder.
    """
    jobs, number = [], 0
    for found in find_scans(folder, profile):
        number += found.skip_reason is None
        jobs.append(
            ScanJob(
                scan_id=found.scan_id,
                inputs=tuple(path.relative_to(folder).as_posix() for path in found.files),
                files=found.files,
                read=_reader(found, profile),
                image_ids=(number,) if found.skip_reason is None else (),
                profile=profile,
                skip_reason=found.skip_reason,
            )
        )
    return tuple(jobs)


def jobs_of_records(
    root: Path,
    records: Iterable[Record],
    image_ids: Mapping[tuple[str, str], int],
    read: Callable[[Record], Scan],
    claims: Callable[[Record], tuple[UnitClaim, ...]],
    profile: Callable[[Record], ScannerProfile | None],
) -> tuple[ScanJob, ...]:
    """Jobs of a pool's scans, in their order.

    Args:
        root: Folder of the pool.
        records: Its records of scans.
        image_ids: COCO image id of each (scan_id, view_id).
        read: Record -> scan, with its pixels.
        claims: Record -> what was declared of its units.
        profile: Record -> what its scanner's numbers mean.
    """
    return tuple(
        ScanJob(
            scan_id=record.scan_id,
            inputs=tuple(file.path for view in record.views for file in view.files),
            files=tuple(root / file.path for view in record.views for file in view.files),
            read=partial(read, record),
            image_ids=tuple(image_ids[record.scan_id, view.view_id] for view in record.views),
            view_ids=tuple(view.view_id for view in record.views),
            scanner=record.scanner,
            claims=claims(record),
            profile=profile(record),
        )
        for record in records
    )


def _reader(found: FoundScan, profile: ScannerProfile | None) -> Callable[[], Scan]:
    return lambda: read_scan(found.files, profile, scan_id=found.scan_id)
