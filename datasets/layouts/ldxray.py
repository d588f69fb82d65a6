"""LDXray layout: pairs of views of bags, boxed in the main view only.

`train.json` and `test.json` are COCO files of the main views in `dataset/train_A/` and `dataset/test_A/`; the side view
of a bag has the same name in `train_B/` or `test_B/`. What the publishers' tools derive for the side view are guesses
from the main one, so the side view is handed on as not annotated.

Source: github.com/rstao-bjtu/LDXray; kaggle.com/datasets/yuzheguocs/LDXray.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from datasets.layouts.coco import CocoDocument, read_documents
from datasets.layouts.files import pictures_below, scan_name
from datasets.layouts.source import Dirt, SourceScan, SourceView, inside
from datasets.pool.errors import PoolError

NO_SIDE = "pairs of which the side view is missing: kept with the main view"
NO_MAIN = "side views without a main view: left out"

_SIDES = {"train_A": "train_B", "test_A": "test_B"}
_FOLDERS = ("dataset", ".")


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `train.json` and `test.json`, by name, the main view first.

    Raises:
        PoolError: when it holds neither of them, or one of them is no COCO.
    """
    names = [name for name in ("train", "test") if inside(source, f"{name}.json")]
    found = [CocoDocument(source / f"{name}.json", name, _folders(name)) for name in names]
    if not found:
        raise PoolError(
            "the ldxray layout is a folder with train.json, test.json and dataset/train_A, dataset/train_B and so on",
            f"neither file in {source}",
            "name such a folder as --source",
        )
    for scan in read_documents(source, found, dirt):
        yield _with_side_view(source, scan, dirt)
    _count_side_views(source, dirt)


def _folders(name: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}_A" for folder in _FOLDERS)


def _with_side_view(source: Path, scan: SourceScan, dirt: Dirt) -> SourceScan:
    main = scan.views[0].files[0].relative_to(source)
    side = inside(source, Path(*(_SIDES.get(part, part) for part in main.parts)).as_posix())
    if side is None:
        dirt.add(NO_SIDE, scan.name)
        return scan
    return replace(scan, views=(scan.views[0], SourceView("view1", (side,), is_annotated=False)))


def _count_side_views(source: Path, dirt: Dirt) -> None:
    for folder in _FOLDERS:
        for main, beside in _SIDES.items():
            for side in pictures_below(source, source / folder / beside, dirt):
                within = side.relative_to(source / folder / beside).as_posix()
                if inside(source, f"{folder}/{main}/{within}") is None:
                    dirt.add(NO_MAIN, scan_name(side, source))
