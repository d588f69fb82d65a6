"""PASCAL VOC layout: an XML file for each image.

`JPEGImages/<name>.jpg`, `Annotations/<name>.xml`, lists of names in `ImageSets/Main/{train,val,trainval,test}.txt`; in
the folder itself, or in folders below it (`VOC2007`, `VOC2012`). An image whose file lists no object is one in which
nothing was found; an image without a file is one of which nothing is said.

Source: development kit of the PASCAL Visual Object Classes Challenge 2012, section 3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from datasets.layouts.scratch import scratch
from datasets.layouts.source import Dirt, SourceScan, SourceView, inside
from datasets.layouts.voc_objects import VocImage, read_voc
from datasets.layouts.words import lines_of
from datasets.pool.errors import PoolError

UNREADABLE_LIST = "lists of names that can not be read: their images kept, the subset left open"

_SUBSETS = ("train", "val", "trainval", "test")
_TABLES = (
    "seen (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "listed (name TEXT, subset TEXT, PRIMARY KEY (name, subset)) WITHOUT ROWID",
)


@dataclass(frozen=True)
class VocFolder:
    """Folders of one set: of images, of their annotations by the same name, of lists; and what made the images.

    Annotations are XML unless `suffix` and `read` say otherwise; `read` takes a file, its name in messages, and `Dirt`.
    """

    images: Path
    annotations: Path
    lists: Path
    scanner: str = ""
    suffix: str = ".xml"
    read: Callable[[Path, str, Dirt], VocImage] = read_voc


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a folder in VOC layout, set by set, by name. Memory does not grow with their number.

    Raises:
        PoolError: when there is no folder of images with one of annotations beside it.
    """
    found = sorted(path.parent for pattern in ("", "*/", "*/*/") for path in source.glob(f"{pattern}JPEGImages"))
    folders = [root for root in found if (root / "Annotations").is_dir()]
    if not folders:
        raise PoolError(
            "the voc layout is a folder with JPEGImages and Annotations",
            f"none in {source}",
            "name such a folder, or the one above it, as --source",
        )
    for root in folders:
        yield from read_folder(
            source, VocFolder(root / "JPEGImages", root / "Annotations", root / "ImageSets" / "Main"), dirt
        )


def read_folder(source: Path, folder: VocFolder, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of one set below the source, by name; names are paths below the folder that holds that of the images."""
    with scratch(*_TABLES) as database:
        _take_lists(source, folder, database, dirt)
        for path in pictures_below(source, folder.images, dirt):
            key = scan_name(path, folder.images)
            database.execute("INSERT INTO seen VALUES (?)", (key,))
            yield _scan(source, folder, path, _subset(database, key, dirt), dirt)
        for (name,) in database.execute(
            "SELECT DISTINCT name FROM listed WHERE name NOT IN (SELECT name FROM seen) ORDER BY name"
        ):
            dirt.add(NO_IMAGE, name)
        for path in files_below(source, folder.annotations, dirt):
            key = scan_name(path, folder.annotations)
            if (
                path.suffix == folder.suffix
                and not database.execute("SELECT 1 FROM seen WHERE name = ?", (key,)).fetchone()
            ):
                dirt.add(NO_PICTURE, scan_name(path, source))


def _take_lists(source: Path, folder: VocFolder, database: sqlite3.Connection, dirt: Dirt) -> None:
    for subset in _SUBSETS:
        path = folder.lists / f"{subset}.txt"
        if inside(source, str(path.relative_to(source))) is None:
            continue
        try:
            for _, words in lines_of(path):
                database.execute("INSERT OR IGNORE INTO listed VALUES (?, ?)", (" ".join(words), subset))
        except PoolError:
            dirt.add(UNREADABLE_LIST, scan_name(path, source))


def _subset(database: sqlite3.Connection, name: str, dirt: Dirt) -> str:
    """The list that has a name; empty for none, or for several, `trainval` beside one of its two halves not counted."""
    rows = database.execute("SELECT subset FROM listed WHERE name = ?", (name,))
    subsets = {subset for (subset,) in rows}
    if subsets & {"train", "val"}:
        subsets.discard("trainval")
    if len(subsets) > 1:
        dirt.add(IN_SEVERAL, name)
    return subsets.pop() if len(subsets) == 1 else ""


def _scan(source: Path, folder: VocFolder, path: Path, subset: str, dirt: Dirt) -> SourceScan:
    key = scan_name(path, folder.images)
    name = scan_name(folder.images.parent / path.relative_to(folder.images), source)
    annotation = inside(source, f"{folder.annotations.relative_to(source).as_posix()}/{key}{folder.suffix}")
    if annotation is None:
        dirt.add(NOT_ANNOTATED, name)
        return not_annotated(name, path, subset, folder.scanner)
    try:
        image = folder.read(annotation, name, dirt)
    except PoolError:
        dirt.add(UNREADABLE, scan_name(annotation, source))
        return not_annotated(name, path, subset, folder.scanner)
    view = SourceView("view0", (path,), image.stated_hw, image.objects)
    return SourceScan(name, (view,), group=name, scanner=folder.scanner, subset=subset)
