"""cargoxray layout: trucks and railcars with boxes of goods, in three tables that pandas wrote as JSON.

`images.json.gz` (`image_id`, `file_name`, `height`, `width`), `annotations.json.gz` (`image_id`, `category_id`, `x`,
`y`, `w`, `h`: the upper left corner and the size, in pixels), `categories.json.gz` (`category_id`, `name`), and the
images in `images/`. Older tables have `filepath`, and `x`, `y`, `width`, `height` of the centre and the size as
fractions of the image, with the goods in `label`. An image that no box belongs to is one without goods that are known.
A box without coordinates is of goods that are somewhere in the image. The public part, in COCO format, is read so.

Source: github.com/IS2AI/cargoxray, whose README (centre, fractions) and code (`parse_region`: corner, pixels) are of
different versions: the names of the columns tell which one it is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from datasets.layouts import coco
from datasets.layouts.coco_listing import INDICES, TABLES, count_dirt, count_unlisted
from datasets.layouts.coco_objects import NO_CATEGORY, TWO_NAMES, category_names
from datasets.layouts.files import named_file, scan_name
from datasets.layouts.json_items import stream_records
from datasets.layouts.objects import box_of_size, finite, label_of, once, plain, size_of
from datasets.layouts.scratch import scratch
from datasets.layouts.source import BBox, Dirt, SourceObject, SourceScan, SourceView, inside
from datasets.pool.errors import PoolError

MALFORMED = "entries of images or annotations that are not as the tables have them: left out"
NO_BOX = "objects without coordinates: kept as labels that are in the scan, not located"
NO_SIZE = "boxes in fractions of an image whose size is not stated: kept as labels that are in the scan, not located"

_FOLDERS = ("images", "data/images", ".")
_SUFFIXES = (".json.gz", ".json")


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds the tables, by name. Memory does not grow with their number.

    Raises:
        PoolError: when a table is missing or can not be read.
    """
    images, annotations = _table(source, "images"), _table(source, "annotations")
    if images is None and any(source.glob("*/_annotations.coco.json")):
        yield from coco.read(source, dirt)
        return
    if images is None or annotations is None:
        raise PoolError(
            "the cargoxray layout is a folder with images.json.gz, annotations.json.gz and categories.json.gz",
            f"not both of the first two in {source}",
            "name such a folder as --source",
        )
    with scratch(*TABLES) as database:
        _take_images(source, images, database, dirt)
        _take_objects(annotations, _table(source, "categories"), database, dirt)
        for index in INDICES:
            database.execute(index)
        count_dirt(database, dirt)
        count_unlisted(database, source, [folder for folder in _FOLDERS if folder != "."], dirt)
        names = database.execute("SELECT DISTINCT name FROM images WHERE name IS NOT NULL ORDER BY name")
        yield from (_scan(database, name, dirt) for (name,) in names)


def _table(source: Path, name: str) -> Path | None:
    paths = (inside(source, f"{folder}/{name}{suffix}") for folder in (".", "data") for suffix in _SUFFIXES)
    return next((path for path in paths if path is not None), None)


def _take_images(source: Path, table: Path, database: sqlite3.Connection, dirt: Dirt) -> None:
    for number, entry in enumerate(stream_records(table), start=1):
        fields = entry if isinstance(entry, Mapping) else {}
        stated = fields.get("file_name", fields.get("filepath"))
        if not isinstance(stated, str):
            dirt.add(MALFORMED, f"{table.name}, entry {number}")
            continue
        path = named_file(source, [f"{folder}/{stated}" for folder in _FOLDERS], dirt)
        name = None if path is None else scan_name(path, source).removeprefix("images/")
        line = json.dumps([size_of(fields.get("height"), fields.get("width")), plain(fields.get("subset"))])
        values = (plain(fields.get("image_id")), name, str(path or stated), line)
        database.execute("INSERT INTO images VALUES (NULL, 0, ?, ?, ?, ?)", values)


def _take_objects(table: Path, categories: Path | None, database: sqlite3.Connection, dirt: Dirt) -> None:
    listed = stream_records(categories) if categories is not None else iter(())
    names = category_names({**one, "id": one.get("category_id")} for one in listed if isinstance(one, Mapping))
    for number, entry in enumerate(stream_records(table), start=1):
        where = f"{table.name}, entry {number}"
        if not isinstance(entry, Mapping):
            dirt.add(MALFORMED, where)
        elif (label := _label(entry, names, where, dirt)) is not None:
            is_fraction = "w" not in entry
            box = [entry.get(key) for key in (("x", "y", "width", "height") if is_fraction else ("x", "y", "w", "h"))]
            values = (plain(entry.get("image_id")), plain(entry.get("id", entry.get("bbox_id"))))
            line = json.dumps([label, box, is_fraction, where])
            database.execute("INSERT INTO objects VALUES (NULL, 0, ?, ?, ?)", (*values, line))


def _label(entry: Mapping[str, Any], names: Mapping[str, tuple[str, ...]], where: str, dirt: Dirt) -> str | None:
    if "category_id" not in entry:
        return label_of(entry.get("label"), where, dirt)
    found = names.get(plain(entry["category_id"]), ())
    if len(found) != 1:
        dirt.add(TWO_NAMES if found else NO_CATEGORY, where)
        return None
    return label_of(found[0], where, dirt)


def _scan(database: sqlite3.Connection, name: str, dirt: Dirt) -> SourceScan:
    rows = database.execute("SELECT path, line FROM images WHERE name = ? ORDER BY place", (name,)).fetchall()
    size, subset = json.loads(rows[0][1])
    stated_hw = (size[0], size[1]) if size else None
    lines = database.execute(
        "SELECT DISTINCT objects.place, objects.line FROM images JOIN objects"
        " ON objects.document = images.document AND objects.image = images.id"
        " WHERE images.name = ? ORDER BY objects.place",
        (name,),
    )
    objects, unlocated = [], set()
    for _, line in lines:
        label, box, is_fraction, where = json.loads(line)
        if box == [None] * 4 or (is_fraction and stated_hw is None):
            dirt.add(NO_BOX if box == [None] * 4 else NO_SIZE, where)
            unlocated.add(label)
        elif (bbox := box_of_size(_pixels(box, stated_hw) if is_fraction else box, where, dirt)) is not None:
            objects.append(SourceObject(label, bbox))
    present = tuple(sorted(unlocated - {one.label for one in objects}))
    view = SourceView("view0", (Path(rows[0][0]),), stated_hw, once(objects, name, dirt))
    return SourceScan(name, (view,), group=name, subset=subset, unlocated=present)


def _pixels(box: list[object], stated_hw: tuple[int, int] | None) -> BBox | tuple[()]:
    """Left, top, width and height in pixels of a centre and a size in fractions; nothing where they are no numbers."""
    numbers = finite(box)
    if numbers is None or stated_hw is None:
        return ()
    x, y, width, height = numbers
    rows, columns = stated_hw
    return (x - width / 2) * columns, (y - height / 2) * rows, width * columns, height * rows
