"""Which files below a folder are one scan: they stand in a database on disk, which sorts them into groups."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path, PurePath
from typing import Any

from imaging.formats.content import read_head
from imaging.formats.series import file_kind
from imaging.formats.sniff import HEAD_BYTES, format_of, is_readable
from imaging.join import JoinRule
from imaging.names import as_text, energy_of, rendering_stem, side_file_reason, stem_without_energy
from imaging.reading.listing import entries

_TABLES = (
    "files (id INTEGER PRIMARY KEY, path BLOB, place BLOB, stem TEXT, energy TEXT, suffix TEXT, "  # of its name
    "above BLOB, scan TEXT, view TEXT, channel TEXT, "  # by the rule
    "series TEXT, is_report INTEGER, taken INTEGER DEFAULT 0)",
    "scans (number INTEGER PRIMARY KEY, scan_id TEXT, full_id TEXT, files BLOB, reason TEXT, is_joined INTEGER)",
)
_REPORT = "a DICOS threat detection report, not a scan"
_RENDERING = "a vendor's colour rendering of the pair beside it"


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the table, its path relative to the folder."""

    number: int
    path: PurePath
    energy: str | None
    view: str | None
    channel: str | None


class Grouping:
    """The files below a folder, each in one scan.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = sqlite3.connect("", isolation_level=None)  # a name of nothing: on disk, and gone when closed
        for table in _TABLES:
            self._database.execute(f"CREATE TABLE {table}")
        self._database.execute("BEGIN")

    def gather(self, rule: JoinRule | None) -> None:
        """List the files and put each into a scan, by the rule where the profile has one and it speaks of the file."""
        for path in entries(self._folder):
            self._list(path, rule)
        if rule is not None:
            self._join(rule)
        self._pair("place, stem, suffix")
        self._pair("place, stem")
        self._database.execute("CREATE INDEX by_id ON scans (scan_id)")
        self._look_into()
        self._gather_series()
        self._take_the_rest()
        self._part_clashing()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def scans(self) -> Iterator[tuple[str, tuple[Path, ...], str | None]]:
        """Id, files and the reason why they are no scan, by id."""
        for scan_id, files, reason in self._database.execute(
            "SELECT scan_id, files, reason FROM scans ORDER BY scan_id, number"
        ):
            yield scan_id, tuple(self._folder / os.fsdecode(file) for file in files.split(b"\0")), reason

    def _list(self, path: PurePath, rule: JoinRule | None) -> None:
        reason = _skip_reason(self._folder / path)
        if reason is not None:
            self._add(_full_id(path), [path], reason)
            return
        self._database.execute(
            "INSERT INTO files (path, place, stem, energy, suffix, above, scan, view, channel) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                _raw(path),
                _raw(path.parent),
                stem_without_energy(path),
                energy_of(path),
                as_text(path.suffix.lower()),
                *_by_rule(path, rule),
            ),
        )

    def _join(self, rule: JoinRule) -> None:
        """Files of one scan by the rule, of one suffix, by view and energy; a choice between several is never made."""
        for (above, scan, _), members in self._groups("above, scan, suffix", "scan IS NOT NULL"):
            by_place = {(file.view, file.channel): file for file in members}
            if len(by_place) == len(members):
                ordered = [by_place[place] for place in product(rule.view_ids, rule.channels) if place in by_place]
                self._take(_id(PurePath(os.fsdecode(above)), scan), ordered, is_joined=True)

    def _pair(self, columns: str) -> None:
        """Pairs (low, high) of one name; never a choice between several."""
        for _, members in self._groups(columns, "energy IS NOT NULL"):
            by_energy = {file.energy: file for file in members}
            if len(members) == len(by_energy) == 2:
                pair = [by_energy["low"], by_energy["high"]]
                self._take(_short_id(pair[0].path), pair, is_joined=True)

    def _look_into(self) -> None:
        rows = self._database.execute("SELECT id, path FROM files WHERE NOT taken ORDER BY id")
        for number, path in rows:
            kind = file_kind(self._folder / os.fsdecode(path))
            if kind is not None:
                series = kind.series_uid if kind.ct_slice else None
                question = "UPDATE files SET series = ?, is_report = ? WHERE id = ?"
                self._database.execute(question, (series, kind.report, number))

    def _gather_series(self) -> None:
        """Slices of one series in one folder, where there are several."""
        for (place, _), slices in self._groups("place, series", "series IS NOT NULL"):
            if len(slices) > 1:
                folder = PurePath(os.fsdecode(place))
                name = _full_id(folder) if folder.name else _short_id(slices[0].path)
                self._take(name, slices)

    def _take_the_rest(self) -> None:
        rows = self._database.execute("SELECT path, is_report FROM files WHERE NOT taken ORDER BY id")
        for raw, is_report in rows:
            path = PurePath(os.fsdecode(raw))
            stem = rendering_stem(path)
            if is_report:
                self._add(_full_id(path), [path], _REPORT)
            elif stem is not None and self._is_joined(_id(path.parent, stem)):
                self._add(_full_id(path), [path], _RENDERING)
            else:
                self._add(_short_id(path), [path])

    def _part_clashing(self) -> None:
        """Scans that would share an id get their whole relative path instead, until no two share one."""
        changed = 1
        while changed:
            changed = self._database.execute(
                "UPDATE scans SET scan_id = full_id WHERE scan_id != full_id AND scan_id IN "
                "(SELECT scan_id FROM scans GROUP BY scan_id HAVING count(*) > 1)"
            ).rowcount

    def _groups(self, columns: str, condition: str) -> Iterator[tuple[tuple[Any, ...], list[_File]]]:
        """Files that are in no scan yet and agree in these columns, in the order in which they were listed."""
        rows = self._database.execute(
            f"SELECT id, path, energy, view, channel, {columns} FROM files "  # noqa: S608 - our own names
            f"WHERE NOT taken AND {condition} ORDER BY {columns}, id"
        )
        for key, members in groupby(rows, lambda row: row[5:]):
            yield key, [_File(row[0], PurePath(os.fsdecode(row[1])), *row[2:5]) for row in members]

    def _take(self, scan_id: str, files: Sequence[_File], *, is_joined: bool = False) -> None:
        self._add(scan_id, [file.path for file in files], is_joined=is_joined)
        self._database.executemany("UPDATE files SET taken = 1 WHERE id = ?", ((file.number,) for file in files))

    def _add(
        self, scan_id: str, paths: Sequence[PurePath], reason: str | None = None, *, is_joined: bool = False
    ) -> None:
        self._database.execute(
            "INSERT INTO scans (scan_id, full_id, files, reason, is_joined) VALUES (?, ?, ?, ?, ?)",
            (scan_id, _full_id(paths[0]), b"\0".join(map(_raw, paths)), reason, is_joined),
        )

    def _is_joined(self, scan_id: str) -> bool:
        question = "SELECT 1 FROM scans WHERE scan_id = ? AND is_joined LIMIT 1"
        return self._database.execute(question, (scan_id,)).fetchone() is not None


def _skip_reason(file: Path) -> str | None:
    reason = side_file_reason(file)
    if reason is None or is_readable(format_of(read_head(file, HEAD_BYTES))):
        return None  # a picture under the name of a side file is a picture
    return reason


def _by_rule(path: PurePath, rule: JoinRule | None) -> tuple[bytes | None, str | None, str | None, str | None]:
    """The folder in which the files of its scan stand, the scan's name, and the view and channel of this file."""
    above = path.parents
    place = rule.place_of(path) if rule is not None and len(above) > rule.depth else None
    if rule is None or place is None:
        return None, None, None, None
    return _raw(above[rule.depth]), place.scan, place.view_id, place.channel


def _raw(path: PurePath) -> bytes:
    return os.fsencode(path)


def _short_id(path: PurePath) -> str:
    return _id(path.parent, stem_without_energy(path))


def _full_id(path: PurePath) -> str:
    return _id(path.parent, as_text(path.name))


def _id(place: PurePath, name: str) -> str:
    parent = as_text(place.as_posix())
    return name if parent == "." else f"{parent}/{name}"
