"""GDXray layout: series of baggage, a folder each, with the boxes of one kind of object in a file of numbers.

`Baggages/B0046/B0046_0001.png` and so on, and `B0046/ground_truth.txt`: lines of the number of an image and coordinates
in pixels, x1 x2 y1 y2 of a box, the four x and then the four y of a box at an angle, or x y of a point. There are no
labels: a series has one kind of object, or a file for each, named for it (`razor_blade.txt`). The label is then the
file's name, or what is known of the series (the table below), or else the name of the series, for a person to map. Only
that kind was looked for. A series is one group: it shows few bags over and over.

Source: Mery et al., "GDXray: The Database of X-ray Images for Nondestructive Testing", J Nondestruct Eval 34:42 (2015);
its toolbox Xvis (`XshowGT`, `Xpascalstats`) for the order of the coordinates.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from datasets.layouts.files import (
    NO_IMAGE,
    NOT_ANNOTATED,
    UNREADABLE,
    files_below,
    not_annotated,
    pictures_below,
    scan_name,
)
from datasets.layouts.objects import bounds, box_of_corners, finite, once, plain
from datasets.layouts.scratch import scratch
from datasets.layouts.source import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.words import lines_of
from datasets.pool.errors import PoolError
from imaging.names import as_text

NO_ROW = "lines that are not the number of an image and 2, 4 or 8 coordinates: left out"
NO_TRUTH = "text files without lines of numbers: not read"
OTHER_GROUP = "series that are not of baggage: left out"
POINT = "objects given as a point: kept as a label that is in the scan, not located"

_SERIES = re.compile(r"[BCNSW]\d{4}")
_TRUTH = "ground_truth"
_LENGTHS = (3, 5, 9)
_LABELS = {
    **{f"B{number:04}": "handgun" for number in (*range(9, 44), 49)},
    "B0050": "shuriken",
    "B0051": "razor_blade",
}


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds the series, or `Baggages/` with them, series by series, by name.

    Raises:
        PoolError: when there is no series of baggage.
    """
    found = sorted(path for pattern in ("*", "*/*") for path in source.glob(pattern) if _SERIES.fullmatch(path.name))
    series = [path for path in found if path.is_dir() and path.name.startswith("B")]
    if not series:
        raise PoolError(
            "the gdxray layout is folders B0001 and so on, with images B0001_0001.png",
            f"none in {source}",
            "name the folder above them as --source",
        )
    for path in found:
        if path.is_dir() and not path.name.startswith("B"):
            dirt.add(OTHER_GROUP, scan_name(path, source))
    with scratch("rows (place INTEGER PRIMARY KEY, number INT, label TEXT, line TEXT)") as database:
        database.execute("CREATE INDEX by_number ON rows (number)")
        for folder in series:
            yield from _scans(source, folder, database, dirt)


def _scans(source: Path, folder: Path, database: sqlite3.Connection, dirt: Dirt) -> Iterator[SourceScan]:
    database.execute("DELETE FROM rows")
    taken = [_take(source, path, database, dirt) for path in _truths(source, folder, dirt)]
    labels = tuple(sorted({label for label in taken if label}))
    for picture in pictures_below(source, folder, dirt):
        name, number = scan_name(picture, source), _number(picture, folder.name)
        group = scan_name(folder, source)
        if not labels or number is None:
            dirt.add(NOT_ANNOTATED, name)
            scan = not_annotated(name, picture)
            yield SourceScan(name, scan.views, group=group, examined_for=())
            continue
        rows = database.execute("SELECT label, line FROM rows WHERE number = ? ORDER BY place", (number,)).fetchall()
        database.execute("DELETE FROM rows WHERE number = ?", (number,))
        objects, unlocated = _objects(rows, name, dirt)
        view = SourceView("view0", (picture,), objects=objects)
        yield SourceScan(name, (view,), group=group, unlocated=unlocated, examined_for=labels)
    for number, count in database.execute("SELECT number, COUNT(*) FROM rows GROUP BY number ORDER BY number"):
        dirt.add(NO_IMAGE, f"{scan_name(folder, source)}, image {number}", count)


def _truths(source: Path, folder: Path, dirt: Dirt) -> Iterator[Path]:
    """Text files of a series, without those that are not lines of numbers."""
    for path in files_below(source, folder, dirt):
        if path.suffix == ".txt":
            try:
                _, words = next(lines_of(path), (0, []))
            except PoolError:
                words = []
            if path.stem == _TRUTH or (len(words) in _LENGTHS and finite(words)):
                yield path
            else:
                dirt.add(NO_TRUTH, as_text(path.relative_to(source).as_posix()))


def _take(source: Path, path: Path, database: sqlite3.Connection, dirt: Dirt) -> str | None:
    """Put the lines of a file into the database; the label of its objects, or None where it can not be read."""
    series, name = path.parent.name, as_text(path.relative_to(source).as_posix())
    label = plain(path.stem.removeprefix(f"{_TRUTH}_")) if path.stem != _TRUTH else _LABELS.get(series, series)
    try:
        for place, words in lines_of(path):
            numbers = finite(words)
            if numbers is None or len(numbers) not in _LENGTHS or numbers[0] < 1 or not numbers[0].is_integer():
                dirt.add(NO_ROW, f"{name}, line {place}")
            else:
                line = " ".join(map(repr, numbers[1:]))
                database.execute("INSERT INTO rows VALUES (NULL, ?, ?, ?)", (int(numbers[0]), label, line))
    except PoolError:
        dirt.add(UNREADABLE, name)
        database.execute("DELETE FROM rows WHERE label = ?", (label,))
        return None
    return label


def _number(picture: Path, series: str) -> int | None:
    match = re.fullmatch(rf"{series}_(\d{{1,9}})", picture.stem)
    return int(match[1]) if match else None


def _objects(
    rows: Sequence[tuple[str, str]], name: str, dirt: Dirt
) -> tuple[tuple[SourceObject, ...], tuple[str, ...]]:
    objects, unlocated = [], set()
    for label, line in rows:
        numbers = [float(word) for word in line.split()]
        if len(numbers) == 2:
            dirt.add(POINT, name)
            unlocated.add(label)
        elif len(numbers) == 4:
            left, right, top, bottom = numbers
            if (bbox := box_of_corners((left, top, right, bottom), name, dirt)) is not None:
                objects.append(SourceObject(label, bbox))
        else:
            outline = tuple(value for point in zip(numbers[:4], numbers[4:], strict=True) for value in point)
            objects.append(SourceObject(label, bounds([outline]), (outline,)))
    return once(objects, name, dirt), tuple(sorted(unlocated - {one.label for one in objects}))
