"""COCO layout: object detection in JSON, with boxes and polygons, beside or below the folders of images.

`annotations.json`, or else all of `annotations/*.json`, of `*.json`, or of `*/_annotations.coco.json`. An image is
looked for below `images/`, below the folder itself, beside its JSON file, and in a folder named like the JSON file
(`instances_train2017.json`, `train2017/`). Several files are subsets of those names. An image without objects is one in
which nothing was found; a file that has no `annotations` at all says nothing of its images.

Source: "Data format" at cocodataset.org.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.layouts.coco_listing import INDICES, TABLES, count_dirt, count_unlisted
from datasets.layouts.coco_objects import category_names, line_of, object_of, object_of_line
from datasets.layouts.files import named_file, scan_name
from datasets.layouts.json_items import has_key, stream_json
from datasets.layouts.objects import once, plain, size_of
from datasets.layouts.scratch import scratch
from datasets.layouts.source import Dirt, SourceScan, SourceView
from datasets.pool.errors import PoolError

MALFORMED = "entries of images or annotations that are not as COCO has them: left out"
NO_SCANNER = "images without the field that names their scanner: kept, their scanner left open"
NO_ANNOTATIONS = "images of files that have no annotations: kept as not annotated"


@dataclass(frozen=True)
class CocoDocument:
    """A JSON file, the name of the subset that it is, and the folders below the source that may hold its images."""

    path: Path
    subset: str
    folders: tuple[str, ...]


def read(source: Path, dirt: Dirt, *, scanner_key: str = "", group_key: str = "group") -> Iterator[SourceScan]:
    """Scans of a folder in COCO layout, by name. Memory does not grow with their number.

    Args:
        source: The folder.
        dirt: Takes what was wrong.
        scanner_key: Field of an image that names its scanner or scene; empty when there is none.
        group_key: Field of an image that names its group; an image without it is a group of its own.

    Raises:
        PoolError: when there is no annotation file, or it is no COCO.
    """
    yield from read_documents(source, documents_of(source), dirt, scanner_key=scanner_key, group_key=group_key)


def read_documents(
    source: Path, documents: Sequence[CocoDocument], dirt: Dirt, *, scanner_key: str = "", group_key: str = ""
) -> Iterator[SourceScan]:
    """Scans of some JSON files of one source; see `read`."""
    with scratch(*TABLES) as database:
        for number, document in enumerate(documents):
            _take_images(database, number, source, document, dirt, scanner_key, group_key)
            _take_objects(database, number, document, dirt)
        for index in INDICES:
            database.execute(index)
        count_dirt(database, dirt)
        count_unlisted(database, source, {folder for document in documents for folder in document.folders}, dirt)
        names = database.execute("SELECT DISTINCT name FROM images WHERE name IS NOT NULL ORDER BY name")
        yield from (_scan(database, name, dirt) for (name,) in names)


def documents_of(source: Path) -> list[CocoDocument]:
    """The annotation files of a folder in COCO layout.

    Raises:
        PoolError: when there is none.
    """
    for pattern in ("annotations.json", "annotations/*.json", "*.json", "*/_annotations.coco.json"):
        if found := sorted(path for path in source.glob(pattern) if path.is_file()):
            return [_document(source, path, len(found) > 1) for path in found]
    raise _refused(f"none in {source}")


def _document(source: Path, path: Path, is_subset: bool) -> CocoDocument:
    parent = path.parent.relative_to(source).as_posix()
    name = parent if path.name.startswith("_annotations") else plain(path.stem).removeprefix("instances_")
    return CocoDocument(path, name if is_subset else "", (f"images/{name}", name, "images", parent, "."))


def _take_images(
    database: sqlite3.Connection,
    number: int,
    source: Path,
    document: CocoDocument,
    dirt: Dirt,
    scanner_key: str,
    group_key: str,
) -> None:
    is_annotated = next(stream_json(document.path, "annotations"), None) is not None
    is_annotated = is_annotated or has_key(document.path, "annotations")
    listed = 0
    for listed, entry in enumerate(stream_json(document.path, "images"), start=1):
        where = f"{document.path.name}, image {listed}"
        file_name = entry.get("file_name") if isinstance(entry, dict) else None
        if not isinstance(file_name, str) or not (image_id := plain(entry.get("id"))):
            dirt.add(MALFORMED, where)
            continue
        path = named_file(source, [f"{folder}/{file_name}" for folder in document.folders], dirt)
        name = None if path is None else scan_name(path, source).removeprefix("images/")
        scanner = plain(entry.get(scanner_key)) if scanner_key else ""
        if path and scanner_key and not scanner:
            dirt.add(NO_SCANNER, where)
        if path and not is_annotated:
            dirt.add(NO_ANNOTATIONS, where)
        stated_hw = size_of(entry.get("height"), entry.get("width"))
        line = json.dumps([stated_hw, plain(entry.get(group_key)) or name, scanner, document.subset, is_annotated])
        values = (number, image_id, name, str(path or file_name), line)
        database.execute("INSERT INTO images VALUES (NULL, ?, ?, ?, ?, ?)", values)
    if not listed and not has_key(document.path, "images"):
        raise _refused(f"{document.path} without images")


def _take_objects(database: sqlite3.Connection, number: int, document: CocoDocument, dirt: Dirt) -> None:
    names = category_names(stream_json(document.path, "categories"))
    if not names and not has_key(document.path, "categories"):
        raise _refused(f"{document.path} without categories")
    for place, entry in enumerate(stream_json(document.path, "annotations"), start=1):
        where = f"{document.path.name}, annotation {place}"
        if not isinstance(entry, dict):
            dirt.add(MALFORMED, where)
        elif (one := object_of(entry, names, where, dirt)) is not None:
            values = (number, plain(entry.get("image_id")), plain(entry.get("id")), line_of(one))
            database.execute("INSERT INTO objects VALUES (NULL, ?, ?, ?, ?)", values)


def _scan(database: sqlite3.Connection, name: str, dirt: Dirt) -> SourceScan:
    rows = database.execute("SELECT path, line FROM images WHERE name = ? ORDER BY place", (name,)).fetchall()
    lines = database.execute(
        "SELECT DISTINCT objects.place, objects.line FROM images JOIN objects"
        " ON objects.document = images.document AND objects.image = images.id"
        " WHERE images.name = ? ORDER BY objects.place",
        (name,),
    )
    objects = once((object_of_line(line) for _, line in lines), name, dirt)
    path, (stated_hw, group, scanner, _, _) = rows[0][0], json.loads(rows[0][1])
    subsets = {json.loads(line)[3] for _, line in rows}
    is_annotated = any(json.loads(line)[4] for _, line in rows)
    view = SourceView("view0", (Path(path),), stated_hw and (stated_hw[0], stated_hw[1]), objects, is_annotated)
    return SourceScan(
        name,
        (view,),
        group=group,
        scanner=scanner,
        subset=subsets.pop() if len(subsets) == 1 else "",
        examined_for=None if is_annotated else (),
    )


def _refused(found: str) -> PoolError:
    return PoolError(
        "the coco layout is a folder with annotations.json, which holds images, annotations and categories",
        found,
        "name such a folder as --source",
    )
