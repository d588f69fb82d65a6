"""CLCXray layout: COCO files of bags with overlapping blades and containers of liquids.

`annotations/instances_train2017.json` of images in `train2017/`, so also `val2017` and `test2017`; the subset is the
name without the year, which is COCO's and not that of the scans.

Source: Zhao et al., "Detecting Overlapped Objects in X-ray Security Imagery by a Label-aware Mechanism", IEEE TIFS
2022; github.com/GreysonPhoenix/CLCXray. Its image 7547 is listed as `.png`: a name that points nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.coco import CocoDocument, read_documents
from datasets.layouts.source import Dirt, SourceScan, inside
from datasets.pool.errors import PoolError


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `annotations/`, by name.

    Raises:
        PoolError: when it holds no `instances_*.json`, or one of them is no COCO.
    """
    paths = sorted(
        path for path in source.glob("annotations/instances_*.json") if inside(source, f"annotations/{path.name}")
    )
    if not paths:
        raise PoolError(
            "the clcxray layout is a folder with annotations/instances_train2017.json and so on",
            f"none in {source}",
            "name such a folder as --source",
        )
    return read_documents(source, [_document(path) for path in paths], dirt)


def _document(path: Path) -> CocoDocument:
    folder = path.stem.removeprefix("instances_")
    subset = folder.removesuffix("2017")
    return CocoDocument(path, subset, (folder, subset))
