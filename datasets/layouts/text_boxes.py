"""The layout of OPIXray, HiXray and XAD: a line of text for each box, a file of them for each image.

`<part>/<part>_image/<name>.jpg` (or TIFF, PNG) and `<part>/<part>_annotation/<name>.txt`, the part being `train` or
`test`. A line is `image label x1 y1 x2 y2`, corners in pixels; an image whose file has no line is one in which nothing
was found. Lists of names stand beside the folders (`train_knife.txt`, `test_name.txt`); a list whose name ends in a
number (`test_knife-2.txt`: the second level of occlusion) makes a subset of its own (`test-2`). Other folders of images
beside the only annotations of a part (the same bags with adversarial objects) share them, each a subset of its name.

Source: `data/OPIXray.py` in github.com/OPIXray-author/OPIXray and `data/dataset.py` in github.com/DIG-Beihang/X-adv.
Their own rules are not followed: boxes right of the image are dropped there, others clipped, unknown labels skipped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.layouts.files import (
    IN_SEVERAL,
    LEAVES,
    NO_IMAGE,
    NO_PICTURE,
    NOT_ANNOTATED,
    UNREADABLE,
    files_below,
    not_annotated,
    pictures_below,
    scan_name,
)
from datasets.layouts.objects import box_of_corners, label_of, once, plain
from datasets.layouts.pictures import SUFFIXES, pictures_of
from datasets.layouts.scratch import scratch
from datasets.layouts.source import Dirt, SourceObject, SourceScan, SourceView, inside
from datasets.layouts.words import lines_of
from datasets.pool.errors import PoolError

NO_LINE = "lines that are not an image, a label and four numbers: left out"
OTHER_IMAGE = "lines that name another image than their file does: kept for the image of the file"
LISTED_TWICE = "names that a list has more than once: taken once"
NOT_IN_LIST = "images that no list of their part names: kept"

_IMAGES, _ANNOTATIONS = "_image", "_annotation"


@dataclass(frozen=True)
class _Part:
    """A folder of annotations with the folders of images that it is of."""

    name: str
    annotations: Path
    images: tuple[Path, ...]


def read_text_boxes(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a folder in this layout, folder by folder, by name. Memory does not grow with their number.

    Raises:
        PoolError: when there is no folder of annotations with one of images beside it, or a list can not be read.
    """
    parts = [part for part in _parts(source) if part.images]
    if not parts:
        raise PoolError(
            "this layout is folders such as train/train_image, with train/train_annotation beside it",
            f"none in {source}",
            "name the folder above them as --source",
        )
    with scratch("listed (name TEXT, list TEXT, level TEXT, PRIMARY KEY (name, list)) WITHOUT ROWID") as database:
        for part in parts:
            _take_lists(source, part, database, dirt)
            for folder in part.images:
                for picture in pictures_below(source, folder, dirt):
                    subset = _subset(database, part, picture, scan_name(picture, source), dirt)
                    yield _scan(source, picture, part.annotations, subset, dirt)
            _count_orphans(source, part, dirt)


def _parts(source: Path) -> Iterator[_Part]:
    found = sorted(path for pattern in (f"*{_ANNOTATIONS}", f"*/*{_ANNOTATIONS}") for path in source.glob(pattern))
    for path in found:
        beside = sorted(one for one in path.parent.iterdir() if one.is_dir() and not one.name.endswith(_ANNOTATIONS))
        name = path.name.removesuffix(_ANNOTATIONS)
        own = path.with_name(name + _IMAGES)
        if path.parent == source or sum(one.parent == path.parent for one in found) > 1:
            beside = [own]
        yield _Part(plain(name), path, tuple(one for one in beside if one.is_dir()))


def _take_lists(source: Path, part: _Part, database: sqlite3.Connection, dirt: Dirt) -> None:
    """Put the names of the lists beside a folder into the database; a name without an image is counted."""
    database.execute("DELETE FROM listed")
    prefix = part.annotations.name.removesuffix(_ANNOTATIONS)
    for path in sorted(part.annotations.parent.glob("*.txt")):
        if not path.name.startswith(prefix) or inside(source, path.relative_to(source).as_posix()) is None:
            continue
        level = path.stem.rpartition("-")[2]
        for number, words in lines_of(path):
            where = f"{scan_name(path, source)}, line {number}"
            if {"/", "\\", "\x00"} & set(words[0]):
                dirt.add(LEAVES, where)
            elif (picture := _picture(source, part.images, words[0])) is None:
                dirt.add(NO_IMAGE, where)
            elif not _put(database, picture.stem, path.name, level if level.isdecimal() else ""):
                dirt.add(LISTED_TWICE, where)


def _put(database: sqlite3.Connection, name: str, listing: str, level: str) -> bool:
    return database.execute("INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", (name, listing, level)).rowcount == 1


def _picture(source: Path, folders: Sequence[Path], name: str) -> Path | None:
    """The picture that a name of a list means, given with or without its suffix."""
    stem = name.removesuffix(suffix) if (suffix := Path(name).suffix) in SUFFIXES else name
    found = (path for folder in folders for path in pictures_of(source, folder / stem))
    return next(found, None)


def _subset(database: sqlite3.Connection, part: _Part, picture: Path, name: str, dirt: Dirt) -> str:
    """The part, or the part with the number of the list that has the picture; empty where several numbered lists do."""
    rows = database.execute("SELECT level FROM listed WHERE name = ? ORDER BY level", (picture.stem,)).fetchall()
    if not rows and database.execute("SELECT 1 FROM listed LIMIT 1").fetchone():
        dirt.add(NOT_IN_LIST, name)
    if picture.parent.name != f"{part.name}{_IMAGES}":
        return plain(picture.parent.name)
    levels = [level for (level,) in rows if level]
    if len(levels) > 1:
        dirt.add(IN_SEVERAL, name)
        return ""
    return f"{part.name}-{levels[0]}" if levels else part.name


def _count_orphans(source: Path, part: _Part, dirt: Dirt) -> None:
    for path in files_below(source, part.annotations, dirt):
        if path.suffix == ".txt" and _picture(source, part.images, path.stem) is None:
            dirt.add(NO_PICTURE, scan_name(path, source))


def _scan(source: Path, picture: Path, annotations: Path, subset: str, dirt: Dirt) -> SourceScan:
    name, path = scan_name(picture, source), annotations / f"{picture.stem}.txt"
    if inside(source, str(path.relative_to(source))) is None:
        dirt.add(NOT_ANNOTATED, name)
        return not_annotated(name, picture, subset)
    try:
        objects = once(_objects(path, picture, scan_name(path, source), dirt), name, dirt)
    except PoolError:
        dirt.add(UNREADABLE, scan_name(path, source))
        return not_annotated(name, picture, subset)
    return SourceScan(name, (SourceView("view0", (picture,), objects=objects),), group=name, subset=subset)


def _objects(path: Path, picture: Path, name: str, dirt: Dirt) -> list[SourceObject]:
    found = []
    for number, words in lines_of(path):
        where = f"{name}, line {number}"
        if len(words) != 6:
            dirt.add(NO_LINE, where)
            continue
        image, word, *corners = words
        label = label_of(word, where, dirt)
        bbox = box_of_corners(corners, where, dirt) if label else None
        if label and bbox:
            found.append(SourceObject(label, bbox))
            if Path(image).stem != picture.stem:
                dirt.add(OTHER_IMAGE, where)
    return found
