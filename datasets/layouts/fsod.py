"""X-ray FSOD layout, which its authors call RFS: twenty kinds of things, five of them new in each of three splits.

`train/images/<name>.jpg` and `train/annotations/<name>.txt`, so also `test`; a line is `image label x1 y1 x2 y2 rate`,
corners in pixels; lists of names `train/trainval.txt` and `test/test.txt`. The lists of few examples in `train/split`
are not read. What `rate` means is not said; it is kept as an attribute.

Source: Tao et al., "Few-shot X-ray Prohibited Item Detection", ACM MM 2022; `fsdet/data/datasets/meta_rfs.py` in
github.com/wytbwytb/WEN, which clips boxes and takes one off every corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from datasets.layouts.objects import box_of_corners, finite, label_of, once
from datasets.layouts.source import Dirt, SourceObject, SourceScan
from datasets.layouts.text_boxes import NO_LINE
from datasets.layouts.voc import VocFolder, read_folder
from datasets.layouts.voc_objects import VocImage
from datasets.layouts.words import lines_of
from datasets.pool.errors import PoolError

_PARTS = ("train", "test")


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `train` and `test`, part by part, by name.

    Raises:
        PoolError: when it holds neither.
    """
    parts = [source / part for part in _PARTS if (source / part / "images").is_dir()]
    if not parts:
        raise PoolError(
            "the fsod layout is folders train and test with images and annotations in each",
            f"none in {source}",
            "name the folder above them as --source",
        )
    for part in parts:
        yield from read_folder(
            source, VocFolder(part / "images", part / "annotations", part, suffix=".txt", read=_read_lines), dirt
        )


def _read_lines(path: Path, where: str, dirt: Dirt) -> VocImage:
    found = (_object(words, f"{where}, line {number}", dirt) for number, words in lines_of(path))
    return VocImage(None, once((one for one in found if one is not None), where, dirt))


def _object(words: Sequence[str], where: str, dirt: Dirt) -> SourceObject | None:
    if len(words) not in {6, 7}:
        dirt.add(NO_LINE, where)
        return None
    label = label_of(words[1], where, dirt)
    bbox = None if label is None else box_of_corners(words[2:6], where, dirt)
    if label is None or bbox is None:
        return None
    rate = finite(words[6:])
    return SourceObject(label, bbox, attributes={"rate": rate[0]} if rate else {})
