"""What a COCO source lists, in a database: which entries contradict each other, and which point nowhere."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from datasets.layouts.files import SAME_NAME, UNLISTED, files_below, scan_name
from datasets.layouts.source import Dirt
from imaging.names import as_text, side_file_reason

TABLES = (
    # `name` is NULL where an image is left out; its entry stays, so that it is known why its objects are left out.
    "images (place INTEGER PRIMARY KEY, document INT, id TEXT, name TEXT, path TEXT, line TEXT)",
    "objects (place INTEGER PRIMARY KEY, document INT, image TEXT, id TEXT, line TEXT)",
)
INDICES = (
    "CREATE INDEX by_name ON images (name, path)",
    "CREATE INDEX by_id ON images (document, id, path)",
    "CREATE INDEX by_image ON objects (document, image)",
    "CREATE INDEX by_number ON objects (document, id)",
    "CREATE INDEX by_path ON images (path)",
)

AMBIGUOUS = "images whose number stands for several files: left out"
LISTED_TWICE = "images that are listed more than once: kept once, with the objects of all entries"
NO_SUCH_IMAGE = "objects of images that the source does not list: left out"
LEFT_WITH_IMAGE = "objects of images that are left out: left out with them"
NUMBERED_TWICE = "objects whose number was given before: kept, numbers are given anew"

_LEFT_OUT = (
    (
        AMBIGUOUS,
        "EXISTS (SELECT 1 FROM images AS other"
        " WHERE other.document = images.document AND other.id = images.id AND other.path != images.path)",
    ),
    (SAME_NAME, "EXISTS (SELECT 1 FROM images AS other WHERE other.name = images.name AND other.path < images.path)"),
)
_ENTRY = "SELECT 1 FROM images WHERE images.document = objects.document AND images.id = objects.image"
_COUNTED = (
    (LISTED_TWICE, "SELECT name, COUNT(*) - 1 FROM images WHERE name IS NOT NULL GROUP BY name HAVING COUNT(*) > 1"),
    (
        NO_SUCH_IMAGE,
        f"SELECT 'image ' || image, COUNT(*) FROM objects WHERE NOT EXISTS ({_ENTRY}) GROUP BY document, image",  # noqa: S608 - our own words
    ),
    (
        LEFT_WITH_IMAGE,
        f"SELECT 'image ' || image, COUNT(*) FROM objects WHERE EXISTS ({_ENTRY})"  # noqa: S608 - our own words
        f" AND NOT EXISTS ({_ENTRY} AND images.name IS NOT NULL) GROUP BY document, image",
    ),
    (
        NUMBERED_TWICE,
        "SELECT 'annotation ' || id, COUNT(*) - 1 FROM objects WHERE id != '' GROUP BY document, id"
        " HAVING COUNT(*) > 1",
    ),
)


def count_dirt(database: sqlite3.Connection, dirt: Dirt) -> None:
    """Leave out the images that can not be told apart, and count what contradicts itself or points nowhere."""
    for what, which in _LEFT_OUT:
        where = f"name IS NOT NULL AND {which}"
        rows = database.execute(f"SELECT place, path FROM images WHERE {where} ORDER BY place").fetchall()  # noqa: S608
        for place, path in rows:
            dirt.add(what, Path(path).name)
            database.execute("UPDATE images SET name = NULL WHERE place = ?", (place,))
    for what, query in _COUNTED:
        for where, count in database.execute(query):
            dirt.add(what, where, count)


def count_unlisted(database: sqlite3.Connection, source: Path, folders: Iterable[str], dirt: Dirt) -> None:
    """Count pictures below the folders of images that no entry names."""
    roots = {os.path.normpath(source / folder) for folder in folders if (source / folder).is_dir()}
    for root in sorted(one for one in roots if not any(str(parent) in roots for parent in Path(one).parents)):
        for path in files_below(source, Path(root), dirt):
            listed = database.execute("SELECT 1 FROM images WHERE path = ? LIMIT 1", (as_text(str(path)),)).fetchone()
            if listed is None and side_file_reason(path) is None:
                dirt.add(UNLISTED, scan_name(path, source))
