"""What a run works through: one job for each scan or side file, named before anything is decoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from declarations.schema import UnitClaim
from imaging import FoundScan, Scan, ScannerProfile, UnsupportedScan, find_scans, read_scan

ClaimsOf = Callable[[str], tuple[UnitClaim, ...]]


@dataclass(frozen=True, eq=False)
class ScanJob:
    """One scan, or one file that is no scan.

    `inputs` are posix paths relative to the folder that was given; names that are not UTF-8 keep their bytes by
    Python's surrogateescape. `image_ids` number the views, in order (COCO); `view_ids` rename them where a pool has
    names for them. `read` decodes the pixels, in any thread. `skip_reason` says why a file is no scan.
    """

    scan_id: str
    inputs: tuple[str, ...]
    files: tuple[Path, ...]
    read: Callable[[], Scan]
    image_ids: tuple[int, ...] = ()
    view_ids: tuple[str, ...] | None = None
    claims: tuple[UnitClaim, ...] = ()
    profile: ScannerProfile | None = field(default=None, repr=False)
    skip_reason: str | None = None

    def scan(self) -> Scan:
        """Read the scan, its views under the names of the pool.

        Raises:
            imaging.ScanError: when it cannot be read, or has another number of views than was promised.
        """
        scan = self.read()
        if len(scan.views) != len(self.image_ids):
            found = f"{len(scan.views)} views where {len(self.image_ids)} are known"
            raise UnsupportedScan("every view of a scan has a number", found, "import the scan into a pool again")
        if self.view_ids is None:
            return scan
        names = zip(scan.views, self.view_ids, strict=True)
        return replace(scan, scan_id=self.scan_id, views=tuple(replace(view, view_id=name) for view, name in names))


def jobs_of_folder(
    folder: Path, *, profile: ScannerProfile | None = None, claims_of: ClaimsOf = lambda _scan_id: ()
) -> tuple[ScanJob, ...]:
    """Jobs of a bare folder: every regular file below it is named by exactly one.

    Args:
        folder: Folder of scans.
        profile: What the scanner's numbers mean.
        claims_of: Scan id -> what was declared of its units.

    Returns:
        Jobs sorted as `find_scans` sorts them. Image ids count the scans from 1, in that order; one that turns out
        unreadable keeps its number.
    """
    found = find_scans(folder)
    jobs, number = [], 0
    for scan in found:
        skipped = scan.skip_reason is not None
        number += not skipped
        jobs.append(
            ScanJob(
                scan_id=scan.scan_id,
                inputs=tuple(path.relative_to(folder).as_posix() for path in scan.files),
                files=scan.files,
                read=_reader(scan, profile),
                image_ids=() if skipped else (number,),
                claims=() if skipped else claims_of(scan.scan_id),
                profile=profile,
                skip_reason=scan.skip_reason,
            )
        )
    return tuple(jobs)


def _reader(scan: FoundScan, profile: ScannerProfile | None) -> Callable[[], Scan]:
    return lambda: read_scan(scan.files, profile, scan_id=scan.scan_id)
