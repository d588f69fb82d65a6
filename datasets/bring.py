"""Files of a pool -> another pool: linked where the disk allows it, else copied, and in each case proven whole."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path, PurePosixPath

from datasets.pool.draft import ViewObjects
from datasets.pool.errors import PoolError
from datasets.pool.records import FileRecord, ScanRecord
from datasets.pool.store import file_sha256
from datasets.pool.stream import PoolEntry

_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES)


def bring_files(entry: PoolEntry, source: Path, target: Path, folder: str = "") -> PoolEntry:
    """Bring the files of a scan and its masks below `target`, in a folder of that name beside their old ones.

    Returns:
        The entry with the new paths.

    Raises:
        PoolError: when a file is missing, is not the one that was pooled, or another has its place.
    """
    views = [
        view.model_copy(update={"files": tuple(_brought(file, source, target, folder) for file in view.files)})
        for view in entry.scan.views
    ]
    scan: ScanRecord = entry.scan.model_copy(update={"views": tuple(views)})
    if entry.annotated is None:
        return PoolEntry(scan, None)
    return PoolEntry(scan, tuple(bring_mask(one, source, target, folder) for one in entry.annotated))


def bring_mask(objects: ViewObjects, source: Path, target: Path, folder: str = "") -> ViewObjects:
    """Bring the mask of a view, where it has one; as `bring_files`."""
    if objects.mask is None:
        return objects
    return objects.model_copy(update={"mask": _brought(objects.mask, source, target, folder)})


def _brought(file: FileRecord, source: Path, target: Path, folder: str) -> FileRecord:
    old = PurePosixPath(file.path)
    new = old.parent / folder / old.name if len(old.parts) == 1 else PurePosixPath(old.parts[0], folder, *old.parts[1:])
    origin, place = source / old, target / new
    if not origin.is_file() or not origin.resolve().is_relative_to(source.resolve()):
        raise PoolError("a pool has all its files, below its own root", f"no {file.path} in {source}", "restore it")
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        _link_or_copy(origin, place)
    if file_sha256(place) != file.sha256:
        place.unlink()
        raise PoolError(
            "files are those that were pooled", f"another SHA-256 in {source / old}", "restore it, or check the pool"
        )
    return file.model_copy(update={"path": str(new)})


def _link_or_copy(origin: Path, place: Path) -> None:
    try:
        os.link(origin.resolve(), place)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        beside = place.with_name(f"{place.name}.new")
        shutil.copyfile(origin, beside)
        beside.replace(place)
