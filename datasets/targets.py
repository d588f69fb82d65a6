"""What a network is asked to answer for each scan: boxes with label numbers, from annotations or from declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.pool import Pool
from datasets.pool.records import ScanRecord
from declarations.taxonomy import goods_group_of

Region = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Target:
    """What one sample is asked: a scan, or the region of one unit in it (None: all of it).

    `boxes_N4` float32 xyxy in pixels of the stored view or of the region, `labels_N` int64.
    """

    scan_id: str
    boxes_N4: NDArray[np.float32]
    labels_N: NDArray[np.int64]
    region_xyxy: Region | None = None


def detector_targets(pool: Pool, records: Iterable[ScanRecord], labels: Sequence[str]) -> list[Target]:
    """Annotated objects of each scan; labels that are not asked for are left out.

    Raises:
        PoolError: when the pool is sealed.
    """
    annotations = pool.annotations_by_view
    assert pool.annotations is not None
    name_of = {category.id: category.name for category in pool.annotations.categories}
    targets = []
    for record in records:
        found = [
            (entry.bbox, labels.index(name_of[entry.category_id]))
            for entry in annotations.get((record.scan_id, record.views[0].view_id), [])
            if name_of[entry.category_id] in labels
        ]
        boxes = [(x, y, x + width, y + height) for (x, y, width, height), _ in found]
        targets.append(_target(record.scan_id, boxes, [label for _, label in found]))
    return targets


def goods_targets(pool: Pool, records: Iterable[ScanRecord], groups: Sequence[str]) -> list[Target]:
    """Weak labels from declarations alone: a sample a unit, with one box for each declared group, as large as the unit.

    Units without a declaration, with a code of no known group, or whose declared goods may be in another unit are left
    out: they teach nothing.
    """
    targets = []
    for record in records:
        for claim in pool.claims(record):
            declared = dict.fromkeys(goods_group_of(line.commodity_code) for line in claim.lines)
            if claim.problem is None and not claim.lines_shared and all(group in groups for group in declared):
                extent = _extent(claim.region_xyxy, record)
                numbers = [groups.index(str(group)) for group in declared]
                targets.append(_target(record.scan_id, [extent] * len(numbers), numbers, claim.region_xyxy))
    return targets


def counts_by_label(targets: Sequence[Target], labels: Sequence[str]) -> dict[str, int]:
    """How many boxes each label has."""
    every = np.concatenate([np.zeros(0, np.int64), *(target.labels_N for target in targets)])
    return {label: int((every == number).sum()) for number, label in enumerate(labels)}


def _extent(region: Region | None, record: ScanRecord) -> Region:
    """All of a unit's region, in pixels of that region."""
    if region is None:
        return 0.0, 0.0, float(record.views[0].size_hw[1]), float(record.views[0].size_hw[0])
    return 0.0, 0.0, region[2] - region[0], region[3] - region[1]


def _target(scan_id: str, boxes: Sequence[Region], labels: Sequence[int], region_xyxy: Region | None = None) -> Target:
    return Target(scan_id, np.asarray(boxes, np.float32).reshape(-1, 4), np.asarray(labels, np.int64), region_xyxy)
