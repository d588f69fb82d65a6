"""What a network is asked to answer for each scan: boxes with label numbers, from annotations or from declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.pool import Pool
from datasets.pool.records import ScanRecord
from declarations.schema import UnitClaim
from declarations.taxonomy import goods_group_of


@dataclass(frozen=True, eq=False)
class Target:
    """`boxes_N4` float32 xyxy in pixels of the stored view, `labels_N` int64."""

    boxes_N4: NDArray[np.float32]
    labels_N: NDArray[np.int64]


def detector_targets(pool: Pool, records: Iterable[ScanRecord], labels: Sequence[str]) -> dict[str, Target]:
    """Annotated objects of each scan, by scan_id; labels that are not asked for are left out.

    Raises:
        PoolError: when the pool is sealed.
    """
    annotations = pool.annotations_by_view
    assert pool.annotations is not None
    name_of = {category.id: category.name for category in pool.annotations.categories}
    targets = {}
    for record in records:
        found = [
            (entry.bbox, labels.index(name_of[entry.category_id]))
            for entry in annotations.get((record.scan_id, record.views[0].view_id), [])
            if name_of[entry.category_id] in labels
        ]
        boxes = [(x, y, x + width, y + height) for (x, y, width, height), _ in found]
        targets[record.scan_id] = _target(boxes, [label for _, label in found])
    return targets


def goods_targets(pool: Pool, records: Iterable[ScanRecord], groups: Sequence[str]) -> dict[str, Target]:
    """Weak labels from declarations alone: one box a declared group, as large as the unit's region.

    Scans of which a unit has no declaration, or declares a code of no known group, are left out: they teach nothing.
    """
    targets = {}
    for record in records:
        claims = pool.claims(record)
        if not claims or any(claim.problem for claim in claims):
            continue
        wanted = [(region, group) for claim in claims for region, group in _declared(claim, record)]
        if all(group in groups for _, group in wanted):
            targets[record.scan_id] = _target(
                [region for region, _ in wanted], [groups.index(str(group)) for _, group in wanted]
            )
    return targets


def counts_by_label(targets: Mapping[str, Target], labels: Sequence[str]) -> dict[str, int]:
    """How many boxes each label has."""
    every = np.concatenate([target.labels_N for target in targets.values()] or [np.zeros(0, np.int64)])
    return {label: int((every == number).sum()) for number, label in enumerate(labels)}


def _declared(claim: UnitClaim, record: ScanRecord) -> list[tuple[tuple[float, float, float, float], str | None]]:
    height, width = record.views[0].size_hw
    region = claim.region_xyxy or (0.0, 0.0, float(width), float(height))
    groups = dict.fromkeys(goods_group_of(line.commodity_code) for line in claim.lines)
    return [(region, group) for group in groups]


def _target(boxes: Sequence[tuple[float, float, float, float]], labels: Sequence[int]) -> Target:
    return Target(np.asarray(boxes, np.float32).reshape(-1, 4), np.asarray(labels, np.int64))
