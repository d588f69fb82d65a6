"""PIXray layout: outlines of fifteen kinds of item, as a JSON file beside each image, or as COCO files.

As published: `train_set/1.png` beside `train_set/1.json` with `objects`, each a `label` and a `polygon` of points
[x, y]; the word "None" for `objects` means that nothing was found. The subset is the folder without `_set`. The
publishers' tools write crops of single objects (`trainset/1.png`, its edges `1b.png`, and `1.json` with one label):
those are no scans. As published by others: `annotations/pixray_train.json` of images in `train/`, so also `test`.

Source: Ma et al., "Automated Segmentation of Prohibited Items in X-ray Baggage Images Using Dense De-overlap Attention
Snake", IEEE TMM 2022; github.com/Mbwslib/DDoAS; the COCO files by github.com/Limingyuan001/AO-DETR-test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from datasets.layouts.coco import CocoDocument, read_documents
from datasets.layouts.files import (
    NO_IMAGE,
    NOT_ANNOTATED,
    UNREADABLE,
    files_below,
    not_annotated,
    pictures_below,
    scan_name,
)
from datasets.layouts.json_items import read_json
from datasets.layouts.objects import NOT_NUMBERS, bounds, finite, label_of, once, plain, polygon, size_of
from datasets.layouts.pictures import pictures_of
from datasets.layouts.source import Dirt, SourceObject, SourceScan, SourceView, inside
from datasets.pool.errors import PoolError

WORD_NONE = 'annotations whose objects are the word "None": read as nothing found'
NO_OUTLINE = "objects whose outline is no polygon: left out"
CROP = "crops of single objects, made for training: left out"

_PREFIX = "pixray_"


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans by name: those of the COCO files where there are any, else of the JSON files beside the images.

    Raises:
        PoolError: when there is no image in it, or a COCO file is none.
    """
    paths = sorted(
        path for path in source.glob(f"annotations/{_PREFIX}*.json") if inside(source, f"annotations/{path.name}")
    )
    if paths:
        names = [plain(path.stem.removeprefix(_PREFIX)) for path in paths]
        documents = [CocoDocument(path, name, (name,)) for path, name in zip(paths, names, strict=True)]
        yield from read_documents(source, documents, dirt)
        return
    found = False
    for picture in pictures_below(source, source, dirt):
        found = True
        if (scan := _scan(source, picture, dirt)) is not None:
            yield scan
    if not found:
        raise PoolError(
            "the pixray layout is folders of 1.png with 1.json and so on, or annotations/pixray_train.json and so on",
            f"no image in {source}",
            "name the folder above them as --source",
        )
    for path in files_below(source, source, dirt):
        if path.suffix == ".json" and not pictures_of(source, path.with_suffix("")):
            dirt.add(NO_IMAGE, scan_name(path, source))


def _scan(source: Path, picture: Path, dirt: Dirt) -> SourceScan | None:
    name, path = scan_name(picture, source), picture.with_suffix(".json")
    subset = plain(picture.parent.name.removesuffix("_set")) if picture.parent != source else ""
    if inside(source, path.relative_to(source).as_posix()) is None:
        is_edges = picture.stem.endswith("b") and path.with_stem(path.stem[:-1]).is_file()
        dirt.add(CROP if is_edges else NOT_ANNOTATED, name)
        return None if is_edges else not_annotated(name, picture, subset)
    try:
        document = read_json(path)
    except PoolError:
        document = None
    if isinstance(document, dict) and "objects" not in document and {"label", "polygon"} <= document.keys():
        dirt.add(CROP, name)
        return None
    found = _entries(document, name, dirt)
    if found is None:
        dirt.add(UNREADABLE, name)
        return not_annotated(name, picture, subset)
    objects = once(_objects(found, name, dirt), name, dirt)
    stated_hw = size_of(document.get("imgHeight"), document.get("imgWidth"))
    return SourceScan(name, (SourceView("view0", (picture,), stated_hw, objects),), group=name, subset=subset)


def _entries(document: object, name: str, dirt: Dirt) -> list[object] | None:
    """The list of objects; empty for the word "None"; None where it is no annotation."""
    objects = document.get("objects") if isinstance(document, dict) else None
    if objects == "None":
        dirt.add(WORD_NONE, name)
        return []
    return objects if isinstance(objects, list) else None


def _objects(entries: list[object], name: str, dirt: Dirt) -> Iterator[SourceObject]:
    for number, entry in enumerate(entries, start=1):
        where = f"{name}, object {number}"
        fields = entry if isinstance(entry, Mapping) else {}
        label = label_of(fields.get("label"), where, dirt)
        if label is None:
            continue
        stated = fields.get("polygon")
        points = stated if isinstance(stated, list) else []
        numbers = finite(value for point in points if isinstance(point, list) for value in point)
        if numbers is None:
            dirt.add(NOT_NUMBERS, where)
        elif polygon(numbers) is None or not all(isinstance(point, list) and len(point) == 2 for point in points):
            dirt.add(NO_OUTLINE, where)
        else:
            yield SourceObject(label, bounds([numbers]), (numbers,))
