"""The XML of one image as PASCAL VOC has it: stated size and objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from datasets.layouts.objects import box_of_corners, label_of, once, plain, size_of
from datasets.layouts.source import Dirt, SourceObject
from datasets.layouts.xml_tree import read_xml

NO_BOX = "objects without a box: left out"
OTHER_NAME = "annotation files that name another image than they are called after: taken for the one of their own name"
NO_SIZE = "stated sizes that are no size: not compared"

_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_FLAGS = ("difficult", "occluded", "truncated")


@dataclass(frozen=True)
class VocImage:
    """What a file says of its image."""

    stated_hw: tuple[int, int] | None
    objects: tuple[SourceObject, ...]


def read_voc(path: Path, where: str, dirt: Dirt) -> VocImage:
    """Size and objects of an image. Corners are taken as they stand: `xmax` less `xmin` is the width.

    The devkit counts pixels from 1 and includes the last one, most tools that write this layout do not: what a file
    means is not said in it, and is one pixel at most.

    Raises:
        PoolError: when it is no XML that may be read.
    """
    root = read_xml(path)
    named = plain(root.findtext("filename")).replace("\\", "/").rpartition("/")[2]
    if named and Path(named).stem != plain(path.stem) and named != plain(path.stem):
        dirt.add(OTHER_NAME, where)
    stated = root.find("size")
    stated_hw = None if stated is None else size_of(stated.findtext("height"), stated.findtext("width"))
    if stated is not None and stated_hw is None:
        dirt.add(NO_SIZE, where)
    found = [_object(element, where, dirt) for element in root.iter("object")]
    return VocImage(stated_hw, once((one for one in found if one is not None), where, dirt))


def _object(element: Element, where: str, dirt: Dirt) -> SourceObject | None:
    label = label_of(element.findtext("name"), where, dirt)
    if label is None:
        return None
    box = element.find("bndbox")
    if box is None:
        dirt.add(NO_BOX, where)
        return None
    bbox = box_of_corners([box.findtext(corner) for corner in _CORNERS], where, dirt)
    return None if bbox is None else SourceObject(label, bbox, attributes=_attributes(element))


def _attributes(element: Element) -> Mapping[str, bool | str]:
    """The flags that are set, and the pose where one is stated."""
    flags: dict[str, bool | str] = {flag: True for flag in _FLAGS if plain(element.findtext(flag)) in {"1", "true"}}
    pose = plain(element.findtext("pose"))
    return flags | ({"pose": pose} if pose and pose.casefold() not in {"unspecified", "unknown", "0"} else {})
