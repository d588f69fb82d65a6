"""SIXray layout: bags of a subway, few with something in them; labels of whole images in tables, boxes of positives.

`JPEGImage/<name>.jpg` or folders of images `0` to `20`, `Annotation/<name>.xml` of the positives as PASCAL VOC has it,
and tables `ImageSet/{10,100,1000}/{train,test}.csv` with a column `name` and one for each label: 1 it is there, -1 it
is not, 0 nobody is sure. Only labels with 1 or -1 were looked for in a scan: hammers have no column. What a table finds
and no box shows is there without a place.

Source: Miao et al., "SIXray", CVPR 2019; github.com/MeioJane/SIXray, and `ray.py` in github.com/MeioJane/CHR.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.files import (
    NO_IMAGE,
    NO_PICTURE,
    NOT_ANNOTATED,
    UNREADABLE,
    files_below,
    not_annotated,
    pictures_below,
    scan_name,
)
from datasets.layouts.scratch import scratch
from datasets.layouts.sixray_tables import TABLE, ImageLabels, labels_of, take_tables
from datasets.layouts.source import Dirt, SourceScan, SourceView
from datasets.layouts.voc_objects import VocImage, read_voc
from datasets.pool.errors import PoolError
from imaging.names import as_text

SEVERAL_FILES = "annotation files of the same name as another: left out"
DENIED = "boxes of labels that the table of their image denies: kept"

_TABLES = (
    "seen (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "files (name TEXT PRIMARY KEY, path TEXT) WITHOUT ROWID",
    TABLE,
)


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a folder in SIXray layout, by path. Memory does not grow with their number.

    Raises:
        PoolError: when there is neither a table nor an annotation in it, or a table is none.
    """
    with scratch(*_TABLES) as database:
        _take_files(source, database, dirt)
        take_tables(source, database, dirt)
        if database.execute("SELECT name FROM files UNION ALL SELECT name FROM listed LIMIT 1").fetchone() is None:
            raise PoolError(
                "the sixray layout is a folder with images, Annotation and ImageSet",
                f"neither XML nor CSV in {source}",
                "name such a folder as --source",
            )
        for path in pictures_below(source, source, dirt):
            database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (_key(path),))
            yield _scan(source, path, database, dirt)
        _count_unseen(database, dirt)


def _key(path: Path) -> str:
    return scan_name(path, path.parent)


def _take_files(source: Path, database: sqlite3.Connection, dirt: Dirt) -> None:
    for path in files_below(source, source, dirt):
        if path.suffix == ".xml":
            taken = database.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", (_key(path), as_text(str(path))))
            if not taken.rowcount:
                dirt.add(SEVERAL_FILES, scan_name(path, source))


def _scan(source: Path, path: Path, database: sqlite3.Connection, dirt: Dirt) -> SourceScan:
    name, key = scan_name(path, source), _key(path)
    labels = labels_of(database, key, dirt)
    row = database.execute("SELECT path FROM files WHERE name = ?", (key,)).fetchone()
    image = None if row is None else _voc(source, Path(row[0]), dirt)
    if image is None and labels is None:
        if row is None:
            dirt.add(NOT_ANNOTATED, name)
        return not_annotated(name, path)
    return _judged(name, path, image, labels or ImageLabels((), (), ""), dirt)


def _voc(source: Path, path: Path, dirt: Dirt) -> VocImage | None:
    try:
        return read_voc(path, scan_name(path, source), dirt)
    except PoolError:
        dirt.add(UNREADABLE, scan_name(path, source))
        return None


def _judged(name: str, path: Path, image: VocImage | None, labels: ImageLabels, dirt: Dirt) -> SourceScan:
    """A scan that boxes, tables or both speak of. With a find of the tables and no file, boxes are not known."""
    stated_hw, objects = (None, ()) if image is None else (image.stated_hw, image.objects)
    boxed = {one.label.casefold() for one in objects}
    if denied := sum(label.casefold() in boxed for label in labels.absent):
        dirt.add(DENIED, name, denied)
    looked_for = {*labels.present, *labels.absent, *(one.label for one in objects)}
    return SourceScan(
        name,
        (SourceView("view0", (path,), stated_hw, objects, is_annotated=image is not None or not labels.present),),
        group=_key(path),
        subset=labels.subset,
        unlocated=tuple(label for label in labels.present if label.casefold() not in boxed),
        examined_for=tuple(sorted(looked_for)) or None,
    )


def _count_unseen(database: sqlite3.Connection, dirt: Dirt) -> None:
    """Count what tables and annotations say of images that are not there."""
    for table, what in (("listed", NO_IMAGE), ("files", NO_PICTURE)):
        query = f"SELECT DISTINCT name FROM {table} WHERE name NOT IN (SELECT name FROM seen) ORDER BY name"  # noqa: S608
        for (name,) in database.execute(query):
            dirt.add(what, name)
