"""PASCAL VOC: `JPEGImages/`, an XML file for each in `Annotations/`, lists of names in `ImageSets/Main/`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

from datasets.exporting.pictures import ExportedView
from datasets.pool.draft import LabelledObject
from datasets.pool.records import Split

IMAGES = "JPEGImages"


def write(out: Path, labels: Sequence[str], views: Iterable[ExportedView]) -> None:
    """Corners are whole pixels, moved outwards, so that a box still holds its object."""
    del labels  # names stand in the files
    (out / "Annotations").mkdir(exist_ok=True)
    (out / "ImageSets" / "Main").mkdir(parents=True, exist_ok=True)
    sides: tuple[Split, ...] = get_args(Split)
    with ExitStack() as files:
        lists = {
            side: files.enter_context((out / "ImageSets" / "Main" / f"{side}.txt").open("w", encoding="utf-8"))
            for side in sides
        }
        for view in views:
            stem = Path(view.name).stem
            lists[view.scan.split].write(f"{stem}\n")
            ET.ElementTree(_document(view)).write(out / "Annotations" / f"{stem}.xml", encoding="utf-8")


def _document(view: ExportedView) -> ET.Element:
    root = ET.Element("annotation")
    ET.SubElement(root, "filename").text = view.name
    size = ET.SubElement(root, "size")
    for name, value in (("width", view.size_hw[1]), ("height", view.size_hw[0])):
        ET.SubElement(size, name).text = str(value)
    for one in view.objects:
        root.append(_object(one))
    ET.indent(root)
    return root


def _object(one: LabelledObject) -> ET.Element:
    element = ET.Element("object")
    ET.SubElement(element, "name").text = one.label
    box = ET.SubElement(element, "bndbox")
    x, y, width, height = one.bbox
    corners = {
        "xmin": math.floor(x),
        "ymin": math.floor(y),
        "xmax": math.ceil(x + width),
        "ymax": math.ceil(y + height),
    }
    for name, value in corners.items():
        ET.SubElement(box, name).text = str(value)
    return element
