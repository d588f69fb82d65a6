"""STCray layout: staged bags, a folder for each kind of threat, in each a LabelMe file an image.

`STCray_TrainSet/Images/Class 11_Knife/*.jpg` and, of the same name, `STCray_TrainSet/Json_BB/Class 11_Knife/*.json`;
`STCray_TestSet` likewise. A file holds `imageWidth`, `imageHeight` and `shapes`: rectangles, each two opposite corners
in any order. Bags of `Class 22_Non Threat` have no file: they were staged without a threat. An image without a file in
any other folder is one whose kind is known, but not its place. Outlines (`Json/`, `Segmentation/`) and sentences
(`Captions/`) are not read.

Source: Velayudhan et al., "STING-BEE", CVPR 2025; huggingface.co/datasets/Naoufel555/STCray-Dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PureWindowsPath

from datasets.layouts.files import NO_PICTURE, UNREADABLE, files_below, pictures_below, scan_name
from datasets.layouts.json_items import read_json
from datasets.layouts.labelme_shapes import object_of
from datasets.layouts.objects import once, plain, size_of
from datasets.layouts.pictures import pictures_of
from datasets.layouts.source import Dirt, SourceObject, SourceScan, SourceView, inside
from datasets.pool.errors import PoolError

NOT_LOCATED = "images without a file of boxes in a folder of one kind: kept, the kind as present but not located"
NOT_KNOWN = "images without a file of boxes in a folder of several kinds: kept as not annotated"
OTHER_IMAGE = "annotations that name another image than their file does: kept for the image of the file"
NOT_CLEAN = "images in the folder of bags without a threat that have boxes: kept with them"

_SUBSETS = {"STCray_TrainSet": "train", "STCray_TestSet": "test"}
_FOLDER = re.compile(r"class\s*\d+[_ ]*(.*)", re.IGNORECASE | re.DOTALL)
_CLEAN = "nonthreat"
_SEVERAL = "multi"


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `STCray_TrainSet/` and `STCray_TestSet/`, by name.

    Raises:
        PoolError: when it holds neither of them with `Images/` in it.
    """
    sets = [source / name for name in sorted(_SUBSETS) if (source / name / "Images").is_dir()]
    if not sets:
        raise PoolError(
            "the stcray layout is a folder with STCray_TrainSet/Images and STCray_TestSet/Images",
            f"neither in {source}",
            "name such a folder as --source",
        )
    for root in sets:
        for picture in pictures_below(source, root / "Images", dirt):
            yield _scan(source, root, picture, dirt)
        for path in files_below(source, root / "Json_BB", dirt):
            stem = root / "Images" / path.relative_to(root / "Json_BB").with_suffix("")
            if path.suffix == ".json" and not pictures_of(source, stem):
                dirt.add(NO_PICTURE, scan_name(path, source))


def _scan(source: Path, root: Path, picture: Path, dirt: Dirt) -> SourceScan:
    name = scan_name(picture, source)
    within = picture.relative_to(root / "Images")
    path = inside(source, (root / "Json_BB" / within.with_suffix(".json")).relative_to(source).as_posix())
    kind = _kind(within.parts[0] if len(within.parts) > 1 else "")
    is_clean = re.sub(r"[\W_]", "", kind).casefold() == _CLEAN
    document = None if path is None else _document(path, name, picture.stem, dirt)
    unlocated = _unlocated(kind, name, dirt) if path is None and not is_clean else ()
    is_annotated = document is not None or (path is None and is_clean)
    objects = once(_objects(document or {}, name, dirt), name, dirt)
    if is_clean and objects:
        dirt.add(NOT_CLEAN, name)
    size = size_of(document.get("imageHeight"), document.get("imageWidth")) if document else None
    view = SourceView("view0", (picture,), size, objects, is_annotated)
    return SourceScan(
        name,
        (view,),
        group=name,
        subset=_SUBSETS[root.name],
        unlocated=unlocated,
        examined_for=None if is_annotated else unlocated,
    )


def _kind(folder: str) -> str:
    """The kind that a folder's name says: `Knife` of `Class 11_Knife`; empty where it says none."""
    match = _FOLDER.fullmatch(folder)
    return plain(match[1]) if match else ""


def _unlocated(kind: str, name: str, dirt: Dirt) -> tuple[str, ...]:
    is_one = bool(kind) and not kind.casefold().startswith(_SEVERAL)
    dirt.add(NOT_LOCATED if is_one else NOT_KNOWN, name)
    return (kind,) if is_one else ()


def _document(path: Path, name: str, stem: str, dirt: Dirt) -> Mapping[str, object] | None:
    try:
        document = read_json(path)
    except PoolError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("shapes"), list):
        dirt.add(UNREADABLE, name)
        return None
    stated = document.get("imagePath")
    if isinstance(stated, str) and PureWindowsPath(stated).stem != stem:
        dirt.add(OTHER_IMAGE, name)
    return document


def _objects(document: Mapping[str, object], name: str, dirt: Dirt) -> Iterator[SourceObject]:
    shapes = document.get("shapes")
    for number, shape in enumerate(shapes if isinstance(shapes, list) else [], start=1):
        if (one := object_of(shape, f"{name}, shape {number}", dirt)) is not None:
            yield one
