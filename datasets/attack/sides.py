"""The files of both sides, one after the other, each looked at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from datasets.attack import near_duplicate, pixel_hash
from datasets.attack.ledger import Side
from datasets.attack.seen import Look, Seen
from datasets.attack.strings import dates_of, header_strings
from datasets.pool.records import ScanRecord
from datasets.pool.store import file_sha256
from datasets.readings import Readings
from imaging import ReadLimits, ScanError
from imaging.formats import Picture, decode
from imaging.formats.content import read_content
from imaging.formats.series import file_kind
from imaging.names import stem_without_energy

_LIMITS = ReadLimits()


def source_files(source: Path, readings: Readings) -> Iterator[Seen]:
    """Every file below a folder, by path; links are not followed."""
    for place, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.is_symlink() or not path.is_file():
                continue
            relative = path.relative_to(source)
            look = readings.of("source", [path], Look, partial(look_at, path, "source"))
            readable = relative.as_posix().encode("utf-8", "backslashreplace").decode()
            yield Seen(_item(path, relative, look), path, readable, look)


def pool_files(root: Path, scan: ScanRecord, readings: Readings) -> Iterator[Seen]:
    """Files of a scan of a pool."""
    for view in scan.views:
        for file in view.files:
            path = root / file.path
            if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                look = readings.of("pool", [path], Look, partial(look_at, path, "pool"))
                yield Seen(scan.scan_id, path, file.path, look, scan.captured)


def look_at(path: Path, side: Side) -> Look:
    """What the bytes of a file tell; of a file of the source, its header too."""
    sha256, picture = file_sha256(path), _picture_of(path)
    strings, dates = (tuple(header_strings(path)), tuple(dates_of(path))) if side == "source" else ((), ())
    if picture is None:
        return Look(sha256=sha256, strings=strings, dates=dates)
    height, width = picture.planes.shape[-2:]
    kind = file_kind(path)
    return Look(
        sha256=sha256,
        size_hw=(height, width),
        is_slice=kind is not None and kind.ct_slice,
        planes=tuple(pixel_hash.hashes(picture)),
        prints=tuple(near_duplicate.prints(picture)),
        strings=strings,
        dates=dates,
    )


def _picture_of(path: Path) -> Picture | None:
    """What a file shows; None where it is no picture that can be read."""
    try:
        return decode(read_content(path, _LIMITS.max_bytes), _LIMITS)[0]
    except ScanError:
        return None


def _item(path: Path, relative: Path, look: Look) -> str:
    within = relative.parent if look.is_slice else relative.parent / stem_without_energy(path)
    return within.as_posix().encode("utf-8", "backslashreplace").decode()
