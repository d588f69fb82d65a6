"""Files of both sides as an attacker sees them: bytes, decoded picture, and the scan that they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datasets.pool.records import ScanRecord
from imaging import ReadLimits, ScanError
from imaging.formats import Picture, decode
from imaging.formats.content import read_content
from imaging.formats.series import file_kind
from imaging.names import stem_without_energy

_LIMITS = ReadLimits()


@dataclass(frozen=True, eq=False)
class Seen:
    """A file: the item that it belongs to, where it lies, and its picture where it is one.

    Args:
        name: The scan: of a pool its scan_id; of a source its path without suffix and energy, or a folder of CT slices.
        path: The file.
        relative: Its path below its side's folder.
        picture: What it shows; None where it is no picture.
        month: When it was taken, as YYYY-MM, where that is known.
    """

    name: str
    path: Path
    relative: str
    picture: Picture | None
    month: str | None = None


def source_files(source: Path) -> Iterator[Seen]:
    """Every file below a folder, by path; links are not followed."""
    for place, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.is_symlink() or not path.is_file():
                continue
            relative = path.relative_to(source)
            picture = picture_of(path)
            readable = relative.as_posix().encode("utf-8", "backslashreplace").decode()
            yield Seen(_item(path, relative, picture), path, readable, picture)


def pool_files(root: Path, scan: ScanRecord) -> Iterator[Seen]:
    """Files of a scan of a pool."""
    for view in scan.views:
        for file in view.files:
            path = root / file.path
            if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                yield Seen(scan.scan_id, path, file.path, picture_of(path), scan.captured)


def picture_of(path: Path) -> Picture | None:
    """What a file shows; None where it is no picture that can be read."""
    try:
        return decode(read_content(path, _LIMITS.max_bytes), _LIMITS)[0]
    except ScanError:
        return None


def _item(path: Path, relative: Path, picture: Picture | None) -> str:
    kind = file_kind(path) if picture is not None else None
    within = relative.parent if kind is not None and kind.ct_slice else relative.parent / stem_without_energy(path)
    return within.as_posix().encode("utf-8", "backslashreplace").decode()
