"""DvXray layout: pairs of views of bags, a JSON file a pair, each object boxed in both views.

`P00001.json` beside `P00001_OL.png` (seen from above) and `P00001_SD.png` (from the side), in a folder of positive
samples and one of negative ones. The file holds `name` and `objects`: the word "None" where nothing was found, else
entries with `label`, `ol_bb` and `sd_bb`, corners [x1, y1, x2, y2] in pixels. A box that is the word "difficult" is of
an object that is in the bag but could not be boxed in that view; one that is "None", empty or missing, of an object
that is not visible there. A label that no view has a box of is in the scan, not located. There is no split.

Source: Ma et al., "Toward Dual-View X-Ray Baggage Inspection", IEEE TIFS 2024; github.com/Mbwslib/DvXray.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from datasets.layouts.files import NO_IMAGE, NOT_ANNOTATED, SAME_NAME, UNLISTED, UNREADABLE, files_below, scan_name
from datasets.layouts.json_items import read_json
from datasets.layouts.objects import box_of_corners, label_of, once, plain
from datasets.layouts.pictures import SUFFIXES, pictures_of
from datasets.layouts.source import BBox, Dirt, SourceObject, SourceScan, SourceView, inside
from datasets.pool.errors import PoolError
from imaging.names import as_text, side_file_reason

WORD_NONE = 'pairs whose objects are the word "None": read as nothing found'
OTHER_NAME = "annotations that give another name than their file has: that of the file counts"
ONE_VIEW = "pairs of which one view is missing: kept with the other"
DIFFICULT = 'boxes that are the word "difficult": the object is in the scan, not located in that view'
NOT_VISIBLE = 'boxes that are "None", empty or missing: the object is not visible in that view'
NO_ENTRY = "entries of objects that are no JSON objects: left out"

_VIEWS = (("_OL", "ol_bb"), ("_SD", "sd_bb"))
_NOT_VISIBLE: tuple[object, ...] = ("None", "none", "", [], None)


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Pairs of a folder, folder by folder, by name; `view0` is from above, `view1` from the side.

    Raises:
        PoolError: when there is no pair in it.
    """
    found = False
    for path in files_below(source, source, dirt):
        pair = _pair_of(path)
        if pair is None:
            if side_file_reason(path) is None:
                dirt.add(UNLISTED, scan_name(path, source))
        elif _is_first(source, path, pair) and (scan := _scan(source, pair, dirt)) is not None:
            found = True
            yield scan
    if not found:
        raise PoolError(
            "the dvxray layout is folders of P00001.json, P00001_OL.png, P00001_SD.png and so on",
            f"no pair in {source}",
            "name the folder above them as --source",
        )


def _pair_of(path: Path) -> Path | None:
    """Path of a pair, without suffix, from that of its annotation or of one of its views; None for other files."""
    if path.suffix == ".json":
        return path.with_suffix("")
    token = next((token for token, _ in _VIEWS if path.stem.endswith(token)), None)
    return path.with_name(path.stem.removesuffix(token)) if token and path.suffix in SUFFIXES else None


def _is_first(source: Path, path: Path, pair: Path) -> bool:
    """Whether a pair is to be read when this file of it is met: once, by its annotation if there is one."""
    if _is_inside(source, _annotation(pair)):
        return path.suffix == ".json"
    views = (view for token, _ in _VIEWS for view in pictures_of(source, _view(pair, token)))
    return path == next(views, path)


def _annotation(pair: Path) -> Path:
    return pair.with_name(f"{pair.name}.json")


def _view(pair: Path, token: str) -> Path:
    return pair.with_name(f"{pair.name}{token}")


def _scan(source: Path, pair: Path, dirt: Dirt) -> SourceScan | None:
    name = scan_name(_annotation(pair), source)
    files = [_view_file(source, pair, token, dirt) for token, _ in _VIEWS]
    if files == [None, None]:
        dirt.add(NO_IMAGE, name)
        return None
    if None in files:
        dirt.add(ONE_VIEW, name)
    entries = _entries(source, _annotation(pair), name, dirt)
    objects, unlocated = _objects(entries or [], name, [path is not None for path in files], dirt)
    views = tuple(
        SourceView(f"view{number}", (path,), objects=once(mine, name, dirt), is_annotated=entries is not None)
        for number, (path, mine) in enumerate(zip(files, objects, strict=True))
        if path is not None
    )
    return SourceScan(name, views, group=name, unlocated=unlocated, examined_for=None if entries is not None else ())


def _view_file(source: Path, pair: Path, token: str, dirt: Dirt) -> Path | None:
    found = pictures_of(source, _view(pair, token))
    for path in found[1:]:
        dirt.add(SAME_NAME, as_text(path.relative_to(source).as_posix()))
    return found[0] if found else None


def _is_inside(source: Path, path: Path) -> bool:
    return inside(source, path.relative_to(source).as_posix()) is not None


def _entries(source: Path, path: Path, name: str, dirt: Dirt) -> list[object] | None:
    """Entries of objects; None, and counted, where there is no annotation or it can not be read."""
    if not _is_inside(source, path):
        dirt.add(NOT_ANNOTATED, name)
        return None
    try:
        document = read_json(path)
    except PoolError:
        document = None
    objects = document.get("objects") if isinstance(document, dict) else None
    if objects != "None" and not isinstance(objects, list):
        dirt.add(UNREADABLE, name)
        return None
    if plain(document.get("name", path.stem)) != plain(path.stem):
        dirt.add(OTHER_NAME, name)
    if objects == "None":
        dirt.add(WORD_NONE, name)
        return []
    return list(objects)


def _objects(
    entries: list[object], name: str, is_there: list[bool], dirt: Dirt
) -> tuple[tuple[list[SourceObject], ...], tuple[str, ...]]:
    """Objects of each view, and the labels that no view which is there has a box of."""
    objects: tuple[list[SourceObject], ...] = tuple([] for _ in _VIEWS)
    located: set[str] = set()
    unlocated: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        where = f"{name}, object {number}"
        if not isinstance(entry, Mapping):
            dirt.add(NO_ENTRY, where)
            continue
        if (label := label_of(entry.get("label"), where, dirt)) is None:
            continue
        boxes = [_box(entry.get(key), f"{where}, {key}", dirt) for _, key in _VIEWS]
        for mine, bbox in zip(objects, boxes, strict=True):
            mine.extend([SourceObject(label, bbox)] if bbox else [])
        is_located = any(bbox and there for bbox, there in zip(boxes, is_there, strict=True))
        (located if is_located else unlocated).add(label)
    return objects, tuple(sorted(unlocated - located))


def _box(stated: object, where: str, dirt: Dirt) -> BBox | None:
    if stated == "difficult" or stated in _NOT_VISIBLE:
        dirt.add(DIFFICULT if stated == "difficult" else NOT_VISIBLE, where)
        return None
    return box_of_corners(stated if isinstance(stated, list) else (), where, dirt)
