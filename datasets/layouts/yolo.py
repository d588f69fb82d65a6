"""YOLO layout: a text file for each image, a line for each object, numbers as shares of the image's sides.

`images/<subset>/<name>.jpg` and `labels/<subset>/<name>.txt`, or `<subset>/images/` and `<subset>/labels/`; `data.yaml`
names the classes, and folders or lists of images as subsets. As trainers read this layout, an image without a label
file is one in which nothing was found; only where there is no folder of labels is nothing said. Numbers become pixels
by the size of the file itself: no other layout opens a picture.

Source: "Object Detection Datasets Overview" and "Instance Segmentation Datasets Overview", docs.ultralytics.com.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from datasets.layouts.files import (
    IN_SEVERAL,
    NO_IMAGE,
    NO_PICTURE,
    NOT_ANNOTATED,
    UNREADABLE,
    files_below,
    not_annotated,
    pictures_below,
    scan_name,
)
from datasets.layouts.objects import once, plain
from datasets.layouts.scratch import scratch
from datasets.layouts.source import Dirt, SourceScan, SourceView, inside
from datasets.layouts.words import lines_of
from datasets.layouts.yolo_lines import objects_of
from datasets.layouts.yolo_names import yolo_names
from datasets.pool.errors import PoolError
from imaging import ScanError, read_scan

NO_PLACE = "folders or lists of images that data.yaml names but that are not here: passed over"

_TABLES = (
    "labels (path TEXT PRIMARY KEY) WITHOUT ROWID",  # where the labels of each picture are looked for
    "listed (path TEXT, subset TEXT, PRIMARY KEY (path, subset)) WITHOUT ROWID",
)


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a folder in YOLO layout, by path. Memory does not grow with their number.

    Raises:
        PoolError: when nothing names the classes, or a list of images can not be read.
    """
    found = yolo_names(source)
    with scratch(*_TABLES) as database:
        for subset, places in found.places.items():
            for place in places:
                _take_place(source, place, subset, database, dirt)
        for picture in pictures_below(source, source, dirt):
            labels = _labels_of(picture.relative_to(source))
            database.execute("INSERT OR IGNORE INTO labels VALUES (?)", (plain(labels.as_posix()),))
            yield _scan(source, picture, labels, _subset(source, picture, database, dirt), found.names, dirt)
        for path in files_below(source, source, dirt):
            relative = path.relative_to(source)
            if "labels" in relative.parts[:-1] and path.suffix == ".txt" and path.name != "classes.txt":
                where = plain(relative.as_posix())
                if database.execute("SELECT 1 FROM labels WHERE path = ?", (where,)).fetchone() is None:
                    dirt.add(NO_PICTURE, where)


def _take_place(source: Path, place: str, subset: str, database: sqlite3.Connection, dirt: Dirt) -> None:
    """Put a folder, or the images of a list, into the table of what belongs to a subset."""
    path = _here(source, place)
    if path is None:
        dirt.add(NO_PLACE, place)
    elif path.is_dir():
        _list(database, path.relative_to(source), subset)
    else:
        for number, words in lines_of(path):
            picture = _here(source, " ".join(words))
            if picture is None:
                dirt.add(NO_IMAGE, f"{scan_name(path, source)}, line {number}")
            else:
                _list(database, picture.relative_to(source), subset)


def _here(source: Path, place: str) -> Path | None:
    """What a path means that was written on another machine: the longest end of it that lies in the source."""
    parts = [part for part in place.replace("\\", "/").split("/") if part not in {"", ".", ".."} and "\x00" not in part]
    for start in range(len(parts)):
        end = "/".join(parts[start:])
        if inside(source, end) or _is_folder(source / end):
            return source / end
    return None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for the file system
        return False


def _list(database: sqlite3.Connection, path: Path, subset: str) -> None:
    database.execute("INSERT OR IGNORE INTO listed VALUES (?, ?)", (plain(path.as_posix()), subset))


def _subset(source: Path, picture: Path, database: sqlite3.Connection, dirt: Dirt) -> str:
    """The subset that lists a picture, or else the nearest folder above it; empty where there is none, or several."""
    relative = picture.relative_to(source)
    for path in (relative, *relative.parents):
        rows = database.execute("SELECT subset FROM listed WHERE path = ?", (plain(path.as_posix()),)).fetchall()
        if len(rows) > 1:
            dirt.add(IN_SEVERAL, scan_name(picture, source))
        if rows:
            return str(rows[0][0]) if len(rows) == 1 else ""
    return ""


def _labels_of(picture: Path) -> Path:
    """Label file of a picture: the last folder `images` of its path is `labels`, or else it lies beside the picture."""
    parts = list(picture.parts[:-1])
    if "images" in parts:
        parts[len(parts) - 1 - parts[::-1].index("images")] = "labels"
    return Path(*parts, picture.name).with_suffix(".txt")


def _scan(source: Path, picture: Path, labels: Path, subset: str, names: Mapping[int, str], dirt: Dirt) -> SourceScan:
    name, where = scan_name(picture, source).removeprefix("images/"), scan_name(labels, Path())
    path = inside(source, labels.as_posix())
    if path is None and not _has_labels(source, labels):
        dirt.add(NOT_ANNOTATED, name)
        return not_annotated(name, picture, subset)
    try:
        found = () if path is None else tuple(objects_of(path, _size_hw(picture, path), names, where, dirt))
    except ScanError:  # the picture; who opens it to keep it says so
        return not_annotated(name, picture, subset)
    except PoolError:
        dirt.add(UNREADABLE, where)
        return not_annotated(name, picture, subset)
    view = SourceView("view0", (picture,), objects=once(found, name, dirt))
    return SourceScan(name, (view,), group=name, subset=subset)


def _has_labels(source: Path, labels: Path) -> bool:
    """Whether the folder `labels` of a label file is there, so that a missing file means that nothing was found."""
    folders = [folder for folder in labels.parents if folder.name == "labels"]
    return bool(folders) and (source / folders[0]).is_dir()


def _size_hw(picture: Path, labels: Path) -> tuple[int, int]:
    """Size of a picture; any where there is nothing to size, so that empty scans are not opened."""
    return read_scan(picture).view.size_hw if labels.stat().st_size else (1, 1)
