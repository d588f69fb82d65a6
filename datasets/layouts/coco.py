"""COCO layout: `annotations.json` (or one JSON file) beside `images/`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasets.layouts.source import SourceBox, SourceImage, SourceSet
from datasets.pool.errors import PoolError


def read_coco(source: Path, *, group_key: str = "group", scanner_key: str = "") -> SourceSet:
    """Read a folder in COCO layout.

    Args:
        source: Folder that holds `annotations.json` and the images, directly or below `images/`.
        group_key: Field of an image that names its group; an image without it is a group of its own.
        scanner_key: Field of an image that names its scanner or scene; empty when there is none.

    Raises:
        PoolError: when there is no annotation file, or it is no COCO.
    """
    document = _document(source)
    labels = {category["id"]: str(category["name"]) for category in document["categories"]}
    dirt: Counter[str] = Counter()
    boxes = _boxes_by_image(document, labels, dirt)
    images = []
    for image in document["images"]:
        file = _file_of(source, str(image["file_name"]))
        if file is None:
            dirt["images named in the annotations but not on disk: left out"] += 1
            continue
        images.append(
            SourceImage(
                file=file,
                group=str(image.get(group_key) or file.stem),
                scanner=str(image.get(scanner_key, "")) if scanner_key else "",
                stated_hw=(int(image["height"]), int(image["width"])) if "height" in image else None,
                boxes=tuple(boxes[image["id"]]),
            )
        )
    return SourceSet(tuple(images), dict(sorted(dirt.items())))


def _document(source: Path) -> dict[str, Any]:
    path = source / "annotations.json"
    rule = "the coco layout is a folder with annotations.json holding images, annotations and categories"
    remedy = "name such a folder as --source"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PoolError(rule, f"{path}: {error}", remedy) from error
    missing = {"images", "annotations", "categories"} - set(document if isinstance(document, dict) else ())
    if missing:
        raise PoolError(rule, f"{path} without {sorted(missing)}", remedy)
    return dict(document)


def _boxes_by_image(
    document: Mapping[str, Any], labels: Mapping[int, str], dirt: Counter[str]
) -> dict[int, list[SourceBox]]:
    known = {image["id"] for image in document["images"]}
    boxes: dict[int, list[SourceBox]] = defaultdict(list)
    for annotation in document["annotations"]:
        if annotation["image_id"] not in known:
            dirt["boxes of images that the source does not list: left out"] += 1
        elif annotation["category_id"] not in labels:
            dirt["boxes of categories that the source does not list: left out"] += 1
        else:
            x, y, width, height = (float(value) for value in annotation["bbox"])
            boxes[annotation["image_id"]].append(SourceBox(labels[annotation["category_id"]], (x, y, width, height)))
    return boxes


def _file_of(source: Path, name: str) -> Path | None:
    """The image that `name` means, never one outside of the source folder."""
    for candidate in (source / "images" / name, source / name):
        if candidate.is_file() and candidate.resolve().is_relative_to(source.resolve()):
            return candidate
    return None
