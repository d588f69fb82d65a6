"""COCO: `images/` and `annotations.json`, whose images also say for which labels they were examined."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from datasets.exporting.pictures import ExportedView

IMAGES = "images"


def write(out: Path, labels: Sequence[str], views: Iterable[ExportedView]) -> None:
    """Write the annotations of views as they come; objects wait in a file of their own until images are done."""
    waiting = out / "annotations.part"
    numbers = {label: number for number, label in enumerate(labels, start=1)}
    written = 0
    with (out / "annotations.json").open("w", encoding="utf-8") as file, waiting.open("w", encoding="utf-8") as part:
        categories = [{"id": number, "name": label} for label, number in numbers.items()]
        file.write(f'{{"categories":{json.dumps(categories)},"images":[')
        for number, view in enumerate(views, start=1):
            file.write(("," if number > 1 else "") + json.dumps(_image(number, view)))
            for one in view.objects:
                written += 1
                x, y, width, height = one.bbox
                entry = {
                    "id": written,
                    "image_id": number,
                    "category_id": numbers[one.label],
                    "bbox": [x, y, width, height],
                    "area": round(width * height if one.area is None else one.area, 2),
                    "iscrowd": one.iscrowd,
                    "segmentation": [list(polygon) for polygon in one.segmentation],
                }
                part.write(("," if written > 1 else "") + json.dumps(entry))
        part.flush()
        file.write('],"annotations":[')
        with waiting.open(encoding="utf-8") as found:
            while block := found.read(1 << 20):
                file.write(block)
        file.write("]}\n")
    waiting.unlink()


def _image(number: int, view: ExportedView) -> dict[str, object]:
    return {
        "id": number,
        "file_name": f"{IMAGES}/{view.name}",
        "height": view.size_hw[0],
        "width": view.size_hw[1],
        "group": view.scan.group,
        "scanner": view.scan.scanner,
        "split": view.scan.split,
        "examined_for": list(view.scan.examined_for),
    }
