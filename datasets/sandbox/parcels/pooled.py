"""A simulated radiograph of a parcel or a bag as a pool holds it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datasets.pool.records import FileRecord, ViewRecord
from datasets.pool.store import file_sha256
from datasets.sandbox.parcels.hidden import LABELS
from datasets.sandbox.parcels.simulate import simulate_parcel
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.pixels import write_counts
from datasets.sandbox.plan import Rates
from datasets.sandbox.pool_records import ScanRecords, records_of, scan_id
from imaging import Quantity

_VIEW = "diagonal"


def write_parcel_scan(
    out: Path, seed: int, index: int, rates: Rates, scanner: Scanner, carriers: Sequence[str]
) -> ScanRecords:
    """Simulate scan `index` of a seed, write its pixels below a folder, and say what it is.

    Raises:
        ValueError: for an unknown carrier, or a scanner that parcels do not go through.
    """
    scan = simulate_parcel(seed, index, rates, scanner, carriers)
    path = out / "images" / f"{scan_id(seed, index)}.tiff"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_counts(path, scan.counts_CHW)
    channels, pitch_mm = tuple(channel.name for channel in scanner.channels), scanner.pitch_mm.value
    view = ViewRecord(
        view_id=_VIEW,
        quantity=Quantity.COUNTS,
        channels=channels,
        files=(FileRecord(path=f"images/{path.name}", channels=channels, sha256=file_sha256(path)),),
        size_hw=(scan.counts_CHW.shape[1], scan.counts_CHW.shape[2]),
        spacing_mm=(pitch_mm, pitch_mm),
    )
    return records_of(
        (scan.unit,), seed=seed, index=index, group=index, month=scan.plan.month, view=view, labels=LABELS
    )
