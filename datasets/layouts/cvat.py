"""CVAT layout: one XML file for all images, "CVAT for images 1.1", beside the images.

`annotations.xml` and the images below `images/`, below the folder itself, or below a folder of the image's subset. Tags
are labels of the whole image. A turned box or ellipse is boxed by its bounds, a polygon by its own; points, lines,
skeletons and cuboids have no area. An image without shapes is one in which nothing was found.

Source: "CVAT for images 1.1" in the manual of CVAT, docs.cvat.ai.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from datasets.layouts.cvat_shapes import object_of
from datasets.layouts.files import UNLISTED, named_file, pictures_below, scan_name
from datasets.layouts.objects import label_of, once, plain, size_of
from datasets.layouts.scratch import is_new, scratch
from datasets.layouts.source import Dirt, SourceScan, SourceView
from datasets.layouts.xml_tree import stream_xml
from datasets.pool.errors import PoolError

TRACKS = "tracks through a video: left out"
LISTED_TWICE = "images that are listed more than once: the first entry counts"


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a folder in CVAT layout, in the order of the file. Memory does not grow with their number.

    Raises:
        PoolError: when there is no `annotations.xml`, or it is no XML that may be read.
    """
    path = source / "annotations.xml"
    if not path.is_file():
        raise PoolError(
            "the cvat layout is a folder with annotations.xml (CVAT for images 1.1) and images",
            f"none in {source}",
            "name such a folder as --source",
        )
    with scratch("seen (name TEXT PRIMARY KEY) WITHOUT ROWID") as database:
        for element in stream_xml(path, {"image", "track"}):
            if element.tag == "track":
                dirt.add(TRACKS, plain(element.get("label")))
            elif (scan := _scan(source, element, database, dirt)) is not None:
                yield scan
        for picture in pictures_below(source, source, dirt):
            if is_new(database, name := _name(source, picture)):
                dirt.add(UNLISTED, name)


def _name(source: Path, picture: Path) -> str:
    return scan_name(picture, source).removeprefix("images/")


def _scan(source: Path, element: Element, database: sqlite3.Connection, dirt: Dirt) -> SourceScan | None:
    named, subset = element.get("name", ""), plain(element.get("subset"))
    folders = ["images", f"images/{subset}", ".", subset] if subset else ["images", "."]
    picture = named_file(source, [f"{folder}/{named}" for folder in folders], dirt)
    if picture is None:
        return None
    name = _name(source, picture)
    if not is_new(database, name):
        dirt.add(LISTED_TWICE, name)
        return None
    found = (object_of(shape, name, dirt) for shape in element if shape.tag != "tag")
    objects = once((one for one in found if one is not None), name, dirt)
    tags = [label_of(tag.get("label"), name, dirt) for tag in element.iter("tag")]
    stated_hw = size_of(element.get("height"), element.get("width"))
    return SourceScan(
        name,
        (SourceView("view0", (picture,), stated_hw, objects),),
        group=name,
        subset=subset,
        unlocated=tuple(sorted({tag for tag in tags if tag is not None} - {one.label for one in objects})),
    )
