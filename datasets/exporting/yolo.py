"""YOLO: `images/`, a text file for each in `labels/`, lists of images by side of the split, and `data.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import yaml

from datasets.exporting.pictures import ExportedView
from datasets.pool.records import Split

IMAGES = "images"


def write(out: Path, labels: Sequence[str], views: Iterable[ExportedView]) -> None:
    """Centre, width and height as shares of the image; a file without a line is an image in which nothing was found."""
    (out / "labels").mkdir(exist_ok=True)
    numbers = {label: number for number, label in enumerate(labels)}
    sides: tuple[Split, ...] = get_args(Split)
    document = {side: f"{side}.txt" for side in sides} | {"names": dict(enumerate(labels))}
    (out / "data.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    with ExitStack() as files:
        lists = {side: files.enter_context((out / f"{side}.txt").open("w", encoding="utf-8")) for side in sides}
        for view in views:
            lists[view.scan.split].write(f"./{IMAGES}/{view.name}\n")
            lines = (f"{numbers[one.label]} {_shares(one.bbox, view.size_hw)}\n" for one in view.objects)
            path = out / "labels" / Path(view.name).with_suffix(".txt").name
            path.write_text("".join(lines), encoding="utf-8")


def _shares(bbox: tuple[float, float, float, float], size_hw: tuple[int, int]) -> str:
    x, y, width, height = bbox
    shares = ((x + width / 2) / size_hw[1], (y + height / 2) / size_hw[0], width / size_hw[1], height / size_hw[0])
    return " ".join(f"{share:.8f}" for share in shares)
