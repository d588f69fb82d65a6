"""One scan through the pipeline: headers out, text and cabs blanked, looked at again; written, or held back.

Only what was written is looked at: what a reader of the pool will see is what is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pydicom

from datasets.anonymise.hold_back import HeldBackError
from datasets.anonymise.one_view import CleanFile, clean_view
from datasets.anonymise.places import Place, ViewPlaces, with_suffixes
from datasets.anonymise.rules import Rules
from datasets.pool.records import ViewRecord
from datasets.pool.store import file_sha256
from imaging import ScanError, ScannerProfile, write_tiff
from imaging.anonymisation.removed import Removed
from imaging.anonymisation.scrub import scrub
from imaging.formats import DEFAULT_LIMITS, format_of
from imaging.formats.content import read_head
from imaging.formats.sniff import HEAD_BYTES, is_readable
from imaging.reading.decoding import read_picture

_SUFFIXES = (".dcm", ".png", ".jpg", ".tif")
_DATES = ("AcquisitionDate", "ContentDate", "SeriesDate", "StudyDate")


@dataclass(frozen=True)
class Task:
    """A scan to do: its new name, where its files go, its consignment, by which dates are shifted, and its scanner."""

    scan_id: str
    views: tuple[ViewPlaces, ...]
    group: str
    profile: ScannerProfile | None


@dataclass(frozen=True)
class WrittenFile:
    """A file of the pool, its size, what was taken out of it, and which areas were blanked (x0, y0, x1, y1)."""

    path: str
    sha256: str
    size_bytes: int
    removed: tuple[Removed, ...]
    blanked: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Written:
    """A scan that is in the pool, the prints of its views, by which near-duplicates are found, and what was looked for.

    `looked_for_people` says whether it could be: see `imaging.anonymisation.people`.
    """

    scan_id: str
    views: tuple[ViewRecord, ...]
    files: tuple[WrittenFile, ...]
    captured: str | None
    prints: tuple[bytes, ...]
    looked_for_people: bool


@dataclass(frozen=True)
class HeldBack:
    """A scan that is not: `reason` holds nothing of the file, `detail` may, and stays with the quarantine."""

    scan_id: str
    reason: str
    detail: str
    urgent: bool = False


def anonymise_scan(task: Task, root: Path, rules: Rules) -> Written | HeldBack:
    """Write the files of a scan below `root`, or nothing of it. Never raises for what a file holds."""
    try:
        return _written(task, root, rules)
    except HeldBackError as error:
        held = HeldBack(task.scan_id, error.reason, error.detail or error.reason, error.urgent)
    except ScanError as error:
        held = HeldBack(task.scan_id, f"{type(error).__name__}: the file could not be read or cleaned", str(error))
    except Exception as error:  # noqa: BLE001 - readers raise anything on hostile bytes; what is in doubt is held back
        held = HeldBack(task.scan_id, f"{type(error).__name__} while it was cleaned", repr(error))
    _remove(task.views, root)
    return held


def _written(task: Task, root: Path, rules: Rules) -> Written:
    views = tuple(map(with_suffixes, task.views))
    clean = {place.target: _scrubbed(place, root, rules, task) for view in views for place in view.files}
    captured = _captured(root / views[0].files[0].target)
    done = [clean_view(view, clean, root, rules, task.profile) for view in views]
    files = tuple(
        WrittenFile(
            path=path,
            sha256=one.sha256,
            size_bytes=(root / path).stat().st_size,
            removed=tuple(sorted(one.removed)),
            blanked=tuple(map(tuple, one.boxes_N4.tolist())),
        )
        for view in done
        for path, one in view.files.items()
    )
    return Written(
        scan_id=task.scan_id,
        views=tuple(view.record for view in done),
        files=files,
        captured=captured,
        prints=tuple(view.print for view in done),
        looked_for_people=all(view.looked_for_people for view in done),
    )


def _scrubbed(place: Place, root: Path, rules: Rules, task: Task) -> CleanFile:
    target = root / place.target
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_readable(format_of(read_head(place.source, HEAD_BYTES))):
        done = scrub(place.source, target, rules.pseudonyms, dates=rules.dates, group=task.group)
        return CleanFile(tuple(done.removed), done.sha256)
    planes = read_picture(place.source, task.profile, DEFAULT_LIMITS, ())[
        0
    ].planes  # a dump that only a profile explains
    write_tiff(target, planes)
    return CleanFile((Removed("all but the pixels of a raw dump", "removed"),), file_sha256(target))


def _captured(path: Path) -> str | None:
    """Month that the cleaned header gives, as YYYY-MM; None where it gives none."""
    if format_of(read_head(path, HEAD_BYTES)) != "dicom":
        return None
    header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(_DATES), force=True)
    dates = (str(header.get(name) or "") for name in _DATES)
    date = next((date for date in dates if len(date) >= 6 and date[:6].isdigit() and "01" <= date[4:6] <= "12"), None)
    return None if date is None else f"{date[:4]}-{date[4:6]}"


def _remove(views: Sequence[ViewPlaces], root: Path) -> None:
    for view in views:
        for place in view.files:
            for suffix in _SUFFIXES:
                (root / (place.target + suffix)).unlink(missing_ok=True)
        folder = (root / view.files[0].target).parent
        if folder.parent != root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
