"""SIXray's tables of whole images: which labels are there, which are not, which nobody is sure of."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.layouts.files import IN_SEVERAL, files_below, scan_name
from datasets.layouts.objects import finite, plain
from datasets.layouts.source import Dirt
from datasets.pool.errors import PoolError

BAD_ROW = "rows of a table that have another number of values than its head: left out"
BAD_VALUE = "values of a table that are neither 1, 0 nor -1: taken for labels nobody looked for"
CONTRADICTED = "labels that one table finds in an image and another denies: taken for labels nobody looked for"

TABLE = "listed (name TEXT, subset TEXT, line TEXT, PRIMARY KEY (name, subset, line)) WITHOUT ROWID"


@dataclass(frozen=True)
class ImageLabels:
    """What the tables say of an image: labels that are there, labels that are not, and its subset."""

    present: tuple[str, ...]
    absent: tuple[str, ...]
    subset: str


def take_tables(source: Path, database: sqlite3.Connection, dirt: Dirt) -> None:
    """Put the rows of all tables below `ImageSet` into the database. The file's name is that of the subset.

    Raises:
        PoolError: when a table can not be read, or has no column of names.
    """
    for path in files_below(source, source / "ImageSet", dirt):
        if path.suffix == ".csv":
            try:
                _take_table(path, scan_name(path, source), database, dirt)
            except (OSError, ValueError, csv.Error) as error:
                raise _refused(f"{scan_name(path, source)}: {error}") from error


def labels_of(database: sqlite3.Connection, name: str, dirt: Dirt) -> ImageLabels | None:
    """What the tables say of an image; None where they do not name it."""
    rows = database.execute("SELECT subset, line FROM listed WHERE name = ?", (name,)).fetchall()
    if not rows:
        return None
    subsets = sorted({subset for subset, _ in rows})
    if len(subsets) > 1:
        dirt.add(IN_SEVERAL, name)
    said = [json.loads(line) for _, line in rows]
    present, absent = ({label for one in said for label in one[place]} for place in (0, 1))
    if both := present & absent:
        dirt.add(CONTRADICTED, name, len(both))
    subset = subsets[0] if len(subsets) == 1 else ""
    return ImageLabels(tuple(sorted(present - both)), tuple(sorted(absent - both)), subset)


def _take_table(path: Path, name: str, database: sqlite3.Connection, dirt: Dirt) -> None:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.reader(stream)
        head = [plain(word) for word in next(rows, [])]
        if head[:1] != ["name"] or len(set(head)) != len(head):
            raise _refused(f"{name} with the columns {head[:8]}")
        for row in filter(None, rows):
            where = f"{name}, line {rows.line_num}"
            if len(row) != len(head):
                dirt.add(BAD_ROW, where)
                continue
            line = json.dumps(_said(head[1:], row[1:], where, dirt))
            image = plain(row[0]).removesuffix(".jpg")
            database.execute("INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", (image, plain(path.stem), line))


def _said(labels: Sequence[str], values: Sequence[str], where: str, dirt: Dirt) -> tuple[list[str], list[str]]:
    present, absent = [], []
    for label, value in zip(labels, values, strict=True):
        number = finite((value,))
        if number == (1.0,):
            present.append(label)
        elif number == (-1.0,):
            absent.append(label)
        elif number != (0.0,):
            dirt.add(BAD_VALUE, where)
    return present, absent


def _refused(found: str) -> PoolError:
    return PoolError(
        "a table of SIXray has a column `name` and one for each label", found, "mend it, or take it out of ImageSet"
    )
