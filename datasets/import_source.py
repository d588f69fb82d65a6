"""A source in any layout -> a pool: pixels stored anew without loss, labels mapped, dirt counted, groups joined."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.layouts import SourceBox, SourceImage, SourceSet
from datasets.near_duplicates import near_duplicates, thumbnail
from datasets.pool import PoolError, image_ids, split_of, write_pool
from datasets.pool.records import (
    AnnotatedImage,
    Annotation,
    Annotations,
    Category,
    FileRecord,
    Operation,
    PoolInfo,
    Rights,
    ScanRecord,
    UnitRecord,
    ViewRecord,
)
from datasets.pool.split import joined_groups
from datasets.pool.store import file_sha256
from imaging import ScanError, read_scan, write_tiff

VIEW_ID = "view0"


@dataclass(frozen=True)
class ImportReport:
    """What an import did: scans written, boxes kept, and each kind of dirt with its count and treatment."""

    scans: int
    boxes: int
    groups: int
    near_duplicate_pairs: int
    dirt: Mapping[str, int]


def label_names(source: SourceSet, mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Pool label of every source label that has a box; without a mapping the source's own.

    A label without a single box is left out: the source lists it, but nothing shows that it looked for it.

    Raises:
        PoolError: when a mapping is given and lacks a label.
    """
    used = sorted({box.label for image in source.images for box in image.boxes})
    if mapping is None:
        return {label: label for label in used}
    for label in used:
        if label not in mapping:
            near = difflib.get_close_matches(label, mapping, n=3, cutoff=0.3)
            raise PoolError(
                "every label of the source is in the mapping",
                f"{label!r}, nearest {near or 'none'}",
                "add it to the mapping file",
            )
    return {label: mapping[label] for label in used}


def import_source(
    source: SourceSet,
    out: Path,
    *,
    site: str,
    rights: Rights,
    mapping: Mapping[str, str] | None,
    history: Operation,
    progress: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Write a pool from a source that was read.

    Pixels are decoded and written as zstd TIFF: nothing of a file's metadata or hash enters the pool.

    Raises:
        PoolError: when a label is unknown, two files would share a scan_id, or nothing could be read.
    """
    names = label_names(source, mapping)
    dirt: Counter[str] = Counter(source.dirt)
    stored = []
    for image in source.images:
        try:
            stored.append((image, _store(image, out)))
        except ScanError as error:
            dirt[f"unreadable images, left out ({type(error).__name__})"] += 1
        progress()
    _refuse_clashes(stored)
    thumbnails = {_scan_id(image): thumb for image, (_, _, thumb) in stored}
    pairs = near_duplicates(thumbnails)
    group_of = joined_groups({_scan_id(image): image.group for image, _ in stored}, pairs)
    labels = tuple(sorted(set(names.values())))
    scans = sorted(
        (_record(image, view, group_of[_scan_id(image)], site, rights, labels) for image, (view, _, _) in stored),
        key=lambda scan: scan.scan_id,
    )
    boxes = {_scan_id(image): _clean_boxes(image, size_hw, dirt) for image, (_, size_hw, _) in stored}
    annotations = _annotations(scans, boxes, names, labels)
    info = PoolInfo(name=out.name, labels=labels, sites=(site,), history=(history,))
    write_pool(out, info, scans, [], None, annotations)
    return ImportReport(
        len(scans), len(annotations.annotations), len(set(group_of.values())), len(pairs), dict(sorted(dirt.items()))
    )


def _scan_id(image: SourceImage) -> str:
    return image.file.stem


def _refuse_clashes(stored: Sequence[tuple[SourceImage, object]]) -> None:
    clashes = [name for name, count in Counter(_scan_id(image) for image, _ in stored).items() if count > 1]
    if clashes or not stored:
        raise PoolError(
            "a source gives at least one readable image, and every image a name of its own",
            f"{len(stored)} images, names used twice: {clashes[:3]}",
            "rename the files, or import the folders one by one",
        )


def _store(image: SourceImage, out: Path) -> tuple[ViewRecord, tuple[int, int], NDArray[np.float32]]:
    view = read_scan(image.file).view
    path = out / "images" / f"{_scan_id(image)}.tiff"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_tiff(path, view.pixels)
    file = FileRecord(path=f"images/{path.name}", channels=view.channel_names, sha256=file_sha256(path))
    record = ViewRecord(
        view_id=VIEW_ID, quantity=view.quantity, channels=view.channel_names, files=(file,), size_hw=view.size_hw
    )
    return record, view.size_hw, thumbnail(view)


def _record(
    image: SourceImage, view: ViewRecord, group: str, site: str, rights: Rights, labels: tuple[str, ...]
) -> ScanRecord:
    return ScanRecord(
        scan_id=_scan_id(image),
        site=site,
        scanner=image.scanner or site,
        split=split_of(group),
        group=group,
        rights=rights,
        examined_for=labels,
        exam_basis="image_review",
        views=(view,),
        units=(UnitRecord(unit_id=_scan_id(image), kind="bag"),),
    )


def _clean_boxes(image: SourceImage, size_hw: tuple[int, int], dirt: Counter[str]) -> list[SourceBox]:
    if image.stated_hw is not None and image.stated_hw != size_hw:
        dirt["images whose stated size is not that of the file: the file's size counts"] += 1
    kept = []
    for box in image.boxes:
        clipped = _clipped(box.bbox, size_hw)
        if clipped is None:
            dirt["boxes without area inside the image: left out"] += 1
            continue
        if max(abs(one - other) for one, other in zip(clipped, box.bbox, strict=True)) > 0.5:
            dirt["boxes that left the image by over half a pixel: clipped"] += 1
        kept.append(SourceBox(box.label, clipped))
    return kept


def _clipped(
    bbox: tuple[float, float, float, float], size_hw: tuple[int, int]
) -> tuple[float, float, float, float] | None:
    left, top = max(bbox[0], 0.0), max(bbox[1], 0.0)
    right, bottom = min(bbox[0] + bbox[2], float(size_hw[1])), min(bbox[1] + bbox[3], float(size_hw[0]))
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _annotations(
    scans: Sequence[ScanRecord],
    boxes: Mapping[str, Sequence[SourceBox]],
    names: Mapping[str, str],
    labels: tuple[str, ...],
) -> Annotations:
    ids = image_ids(scans)
    category = {label: number for number, label in enumerate(labels, start=1)}
    images = [
        AnnotatedImage(
            id=ids[scan.scan_id, view.view_id],
            scan_id=scan.scan_id,
            view_id=view.view_id,
            file_name=view.files[0].path,
            height=view.size_hw[0],
            width=view.size_hw[1],
        )
        for scan in scans
        for view in scan.views
    ]
    flat = [(ids[scan.scan_id, VIEW_ID], box) for scan in scans for box in boxes[scan.scan_id]]
    return Annotations(
        images=tuple(images),
        annotations=tuple(
            Annotation(
                id=number,
                image_id=image_id,
                category_id=category[names[box.label]],
                bbox=tuple(round(value, 2) for value in box.bbox),
                area=round(box.bbox[2] * box.bbox[3], 2),
            )
            for number, (image_id, box) in enumerate(flat, start=1)
        ),
        categories=tuple(Category(id=number, name=label) for label, number in category.items()),
    )
