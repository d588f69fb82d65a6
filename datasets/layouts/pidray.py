"""PIDray layout: COCO files of a training set and of test sets in which the item is easy, hard or hidden.

`annotations/xray_train.json`, `xray_test_easy.json`, `xray_test_hard.json`, `xray_test_hidden.json` of images in
`train/`, `easy/`, `hard/`, `hidden/`; the second release leaves `xray_` out of the names, and may have one `test.json`,
which is read only where its three parts are not there. Numbers of categories are those of each file.

Source: Wang et al., "Towards Real-World Prohibited Item Detection", ICCV 2021; github.com/bywang2018/security-dataset
and github.com/lutao2021/PIDray.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.coco import CocoDocument, read_documents
from datasets.layouts.source import Dirt, SourceScan, inside
from datasets.pool.errors import PoolError

_PARTS = ("easy", "hard", "hidden")


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `annotations/`, by name; the subset is `train`, `easy`, `hard` or `hidden`.

    Raises:
        PoolError: when it holds none of these files, or one of them is no COCO.
    """
    found = [_document(path, subset) for subset in ("train", *_PARTS) if (path := _path(source, subset)) is not None]
    whole = _path(source, "test")
    if whole is not None and not any(document.subset in _PARTS for document in found):
        found.append(CocoDocument(whole, "test", ("test", *_PARTS)))
    if not found:
        raise PoolError(
            "the pidray layout is a folder with annotations/xray_train.json, xray_test_easy.json and so on",
            f"none of them in {source}",
            "name such a folder as --source",
        )
    return read_documents(source, found, dirt)


def _path(source: Path, subset: str) -> Path | None:
    name = f"test_{subset}" if subset in _PARTS else subset
    paths = (inside(source, f"annotations/{prefix}{name}.json") for prefix in ("xray_", ""))
    return next((path for path in paths if path is not None), None)


def _document(path: Path, subset: str) -> CocoDocument:
    return CocoDocument(path, subset, (subset, "test") if subset in _PARTS else (subset,))
