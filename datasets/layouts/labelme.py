"""LabelMe layout: a JSON file for each image, with the outlines that a person drew.

A file names its image (`imagePath`, from the file's own folder on), the image's size, and `shapes`: polygons,
rectangles and masks by two corners in any order, circles by centre and a point of the rim. Points and lines have no
area. Images that the file carries within it (`imageData`) and flags are not read. An image whose file has no shape is
one in which nothing was found; an image without a file is one of which nothing is said.

Source: `labelme/_label_file.py` in github.com/wkentaro/labelme.
"""

from __future__ import annotations

import posixpath
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.files import NOT_ANNOTATED, files_below, named_file, not_annotated, pictures_below, scan_name
from datasets.layouts.json_items import read_json
from datasets.layouts.labelme_shapes import object_of
from datasets.layouts.objects import once, size_of
from datasets.layouts.scratch import is_new, scratch
from datasets.layouts.source import Dirt, SourceScan, SourceView
from datasets.pool.errors import PoolError

NO_LABELME = "JSON files that can not be read, or have no list of shapes: left out"
SECOND_FILE = "annotation files of an image that another one annotated before: left out"


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a folder in LabelMe layout: the annotated ones by name of their JSON files, then the others by name.

    Raises:
        PoolError: when there is no JSON file in it.
    """
    found = False
    with scratch("seen (name TEXT PRIMARY KEY) WITHOUT ROWID") as database:
        for path in files_below(source, source, dirt):
            if path.suffix.lower() == ".json":
                found = True
                yield from _scans(source, path, database, dirt)
        if not found:
            raise PoolError(
                "the labelme layout is a folder of images and a JSON file for each",
                f"no JSON in {source}",
                "name such a folder as --source",
            )
        for path in pictures_below(source, source, dirt):
            name = scan_name(path, source)
            if is_new(database, name):
                dirt.add(NOT_ANNOTATED, name)
                yield not_annotated(name, path)


def _scans(source: Path, path: Path, database: sqlite3.Connection, dirt: Dirt) -> Iterator[SourceScan]:
    """The scan of a JSON file; none, and counted, where it is not one, or its image is missing or had one before."""
    where = scan_name(path, source)
    try:
        document = read_json(path)
    except PoolError:
        document = None
    shapes = document.get("shapes") if isinstance(document, dict) else None
    if not isinstance(shapes, list):
        dirt.add(NO_LABELME, where)
        return
    folder = path.parent.relative_to(source).as_posix()
    image = named_file(source, [posixpath.join(folder, str(document.get("imagePath")).replace("\\", "/"))], dirt)
    if image is None:
        return
    name = scan_name(image, source)
    if not is_new(database, name):
        dirt.add(SECOND_FILE, where)
        return
    objects = [object_of(shape, where, dirt) for shape in shapes]
    kept = once((one for one in objects if one is not None), where, dirt)
    stated_hw = size_of(document.get("imageHeight"), document.get("imageWidth"))
    yield SourceScan(name, (SourceView("view0", (image,), stated_hw, kept),), group=name)
