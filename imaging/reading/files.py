"""Folders to scans: every file is accounted for exactly once."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from imaging.errors import UnreadableScan
from imaging.formats.content import read_head
from imaging.formats.series import FileKind, file_kind
from imaging.formats.sniff import HEAD_BYTES, format_of, is_readable
from imaging.join import JoinRule, Place
from imaging.names import as_text, energy_of, rendering_stem, side_file_reason, stem_without_energy
from imaging.profile import ScannerProfile


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
    if not folder.is_dir():
        raise UnreadableScan("scans are looked for in a folder", f"{folder}", "name a folder")
    found = [*_scans(_entries(folder), folder, None if profile is None else profile.join)]
    return tuple(sorted(_with_unique_ids(found, folder), key=lambda scan: scan.scan_id))


def _entries(folder: Path) -> list[Path]:
    locked: list[Path] = []
    files: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: locked.append(Path(error.filename))):
        linked = [name for name in folders if Path(place, name).is_symlink()]  # not followed: links can form loops
        files += [Path(place, name) for name in [*names, *linked]]
    return sorted(files + locked)


def _scans(files: list[Path], folder: Path, rule: JoinRule | None) -> Iterable[FoundScan]:
    skipped = {file: reason for file in files if (reason := _skip_reason(file)) is not None}
    left = [file for file in files if file not in skipped]
    joined = [] if rule is None else _joined(left, folder, rule)
    left = _without(left, joined)
    joined += [FoundScan(_short_id(low, folder), (low, high)) for low, high in _pairs(left)]
    left = _without(left, joined)
    kinds = {file: kind for file in left if (kind := file_kind(file)) is not None}
    joined_ids = {scan.scan_id for scan in joined}
    series = _series(kinds, folder)
    yield from joined
    yield from series
    yield from (FoundScan(_full_id(file, folder), (file,), reason) for file, reason in skipped.items())
    for file in _without(left, series):
        stem = rendering_stem(file)
        if file in kinds and kinds[file].report:
            yield FoundScan(_full_id(file, folder), (file,), "a DICOS threat detection report, not a scan")
        elif stem is not None and _join(file, stem, folder) in joined_ids:
            yield FoundScan(_full_id(file, folder), (file,), "a vendor's colour rendering of the pair beside it")
        else:
            yield FoundScan(_short_id(file, folder), (file,))


def _without(files: list[Path], scans: Iterable[FoundScan]) -> list[Path]:
    taken = {file for scan in scans for file in scan.files}
    return [file for file in files if file not in taken]


def _joined(files: Iterable[Path], folder: Path, rule: JoinRule) -> list[FoundScan]:
    """Files of one scan by the rule, of one suffix, by view and energy; a choice between several is never made."""
    groups: dict[tuple[Path, str, str], list[tuple[Place, Path]]] = defaultdict(list)
    for file in files:
        above = file.relative_to(folder).parents
        place = rule.place_of(file.relative_to(folder)) if len(above) > rule.depth else None
        if place is not None:
            groups[above[rule.depth], place.scan, file.suffix.lower()].append((place, file))
    scans = []
    for (above_it, scan, _), members in groups.items():
        by_place = {(place.view_id, place.channel): file for place, file in members}
        if len(by_place) == len(members):
            wanted = product(rule.view_ids, rule.channels)
            ordered = tuple(by_place[place] for place in wanted if place in by_place)
            scans.append(FoundScan(_join(folder / above_it / "file", scan, folder), ordered))
    return scans


def _series(kinds: dict[Path, FileKind], folder: Path) -> list[FoundScan]:
    """Slices of one series in one folder, where there are several."""
    groups: dict[tuple[Path, str], list[Path]] = defaultdict(list)
    for file, kind in kinds.items():
        if kind.ct_slice:
            groups[file.parent, kind.series_uid].append(file)
    return [
        FoundScan(_short_id(slices[0], folder) if place == folder else _full_id(place, folder), tuple(slices))
        for (place, _), slices in groups.items()
        if len(slices) > 1
    ]


def _skip_reason(file: Path) -> str | None:
    reason = side_file_reason(file)
    if reason is None or is_readable(format_of(read_head(file, HEAD_BYTES))):
        return None  # a picture under the name of a side file is a picture
    return reason


def _pairs(files: Iterable[Path]) -> list[tuple[Path, Path]]:
    """Pairs (low, high) of one name: first within one suffix, then across suffixes; never a choice between several."""
    pairs: list[tuple[Path, Path]] = []
    left = [file for file in files if energy_of(file) is not None]
    for same_suffix in (True, False):
        groups: dict[tuple[Path, str, str], list[Path]] = defaultdict(list)
        for file in left:
            groups[file.parent, stem_without_energy(file), file.suffix.lower() if same_suffix else ""].append(file)
        for group in groups.values():
            by_energy = {energy_of(file): file for file in group}
            if len(group) == len(by_energy) == 2:
                pairs.append((by_energy["low"], by_energy["high"]))
        taken = {file for pair in pairs for file in pair}
        left = [file for file in left if file not in taken]
    return pairs


def _with_unique_ids(found: list[FoundScan], folder: Path) -> list[FoundScan]:
    """Scans that would share an id get their whole relative path instead, until no two share one."""
    while True:
        counts = Counter(scan.scan_id for scan in found)
        clashing = [
            index
            for index, scan in enumerate(found)
            if counts[scan.scan_id] > 1 and scan.scan_id != _full_id(scan.files[0], folder)
        ]
        if not clashing:
            return found
        for index in clashing:
            found[index] = replace(found[index], scan_id=_full_id(found[index].files[0], folder))


def _short_id(file: Path, folder: Path) -> str:
    return _join(file, stem_without_energy(file), folder)


def _full_id(file: Path, folder: Path) -> str:
    return _join(file, as_text(file.name), folder)


def _join(file: Path, name: str, folder: Path) -> str:
    parent = as_text(file.parent.relative_to(folder).as_posix())
    return name if parent == "." else f"{parent}/{name}"
