"""A pool of ours as a source, such as the sandbox makes: scans, views and objects as its files have them.

Declarations and truth are not part of a scan: whoever reads a pool takes those from `PoolStream` as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.files import named_file
from datasets.layouts.source import Dirt, SourceObject, SourceScan, SourceView
from datasets.pool.draft import LabelledObject
from datasets.pool.records import ViewRecord
from datasets.pool.stream import PoolEntry, PoolStream

NO_FILES = "scans of which a file is missing: left out"


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of a pool, by scan_id; `subset` is its split. Memory does not grow with their number.

    Raises:
        PoolError: when it is no pool, or a line breaks the schema.
    """
    for entry in PoolStream(source).entries():
        views = [_view(source, view, entry, dirt) for view in entry.scan.views]
        whole = tuple(view for view in views if view is not None)
        if len(whole) < len(views):
            dirt.add(NO_FILES, entry.scan.scan_id)
            continue
        yield SourceScan(
            entry.scan.scan_id,
            whole,
            group=entry.scan.group,
            scanner=entry.scan.scanner,
            subset=entry.scan.split,
            examined_for=entry.scan.examined_for,
        )


def _view(source: Path, view: ViewRecord, entry: PoolEntry, dirt: Dirt) -> SourceView | None:
    files = [named_file(source, [file.path], dirt) for file in view.files]
    found = {one.view_id: one for one in entry.annotated or ()}.get(view.view_id)
    mask = None if found is None or found.mask is None else named_file(source, [found.mask.path], dirt)
    if None in files:
        return None
    return SourceView(
        view.view_id,
        tuple(file for file in files if file is not None),
        view.size_hw,
        () if found is None else tuple(map(_object, found.objects)),
        is_annotated=found is not None,
        mask=mask,
    )


def _object(one: LabelledObject) -> SourceObject:
    return SourceObject(
        one.label,
        one.bbox,
        one.segmentation,
        is_crowd=bool(one.iscrowd),
        visible_bbox=one.visible_bbox,
        attributes=one.attributes,
    )
