"""What a pool's truth says of a scan or a unit, where it says anything."""

from __future__ import annotations

from collections.abc import Iterable

from datasets.pool import Pool
from datasets.pool.records import ScanRecord


def is_clean(pool: Pool, record: ScanRecord, labels: Iterable[str]) -> bool:
    """Whether a scan was examined for all of these labels and no object is annotated in any of its views.

    Raises:
        PoolError: when the pool is sealed.
    """
    found = pool.annotations_by_view
    return set(labels) <= set(record.examined_for) and not any(
        found.get((record.scan_id, view.view_id)) for view in record.views
    )


def is_honest(pool: Pool, unit_id: str) -> bool:
    """Whether a unit is known to hold what was declared and nothing else; False where the pool does not know."""
    return pool.truth is not None and unit_id in pool.truth and pool.truth[unit_id].outcome == "clean"
