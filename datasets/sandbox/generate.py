"""Many simulated scans -> a pool, by any number of processes, with the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from datasets.pool.records import FileRecord
from datasets.pool.store import file_sha256
from datasets.sandbox.carriers.container import field_of_view
from datasets.sandbox.physics.scanner import Scanner, read_scanner
from datasets.sandbox.plan import Rates
from datasets.sandbox.pool_records import ScanRecords, records_of, scan_id, write_records
from datasets.sandbox.simulate import simulate
from imaging import write_tiff


@dataclass(frozen=True)
class Summary:
    """What a pool holds."""

    scans: int
    clean: int
    contraband: int
    false: int
    objects: int


def generate(
    out: Path,
    *,
    scans: int,
    seed: int,
    rates: Rates,
    site: str = "sandbox",
    scanner: Scanner | None = None,
    workers: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> Summary:
    """Write a pool of simulated container scans; the bytes do not depend on `workers`.

    Args:
        out: folder of the pool; its images are written first, `pool.json` last.
        scans: how many.
        seed: of everything.
        rates: shares of units with contraband, false declarations, no goods.
        site: the service that the pool speaks for.
        scanner: virtual scanner; None for the default one.
        workers: processes.
        progress: called after every scan.

    Raises:
        ValueError: when no container fits into the scanner.
    """
    scanner = read_scanner() if scanner is None else scanner
    field_of_view(scanner)  # refuses a scanner that no container fits into, before anything is written
    (out / "images").mkdir(parents=True, exist_ok=True)
    write = partial(_simulate_and_write, out, seed, rates, scanner)
    written = []
    with ProcessPoolExecutor(workers, get_context("spawn")) if workers > 1 else nullcontext() as pool:
        for one in pool.map(write, range(scans), chunksize=4) if pool else map(write, range(scans)):
            written.append(one)
            progress()
    write_records(out, written, seed=seed, site=site, rates=rates, scanner=scanner)
    return _summary(written)


def _simulate_and_write(out: Path, seed: int, rates: Rates, scanner: Scanner, index: int) -> ScanRecords:
    scan = simulate(seed, index, rates, scanner)
    path = out / "images" / f"{scan_id(seed, index)}.tiff"
    write_tiff(path, scan.counts_CHW)
    channels = tuple(channel.name for channel in scanner.channels)
    return records_of(scan, seed, FileRecord(path=f"images/{path.name}", channels=channels, sha256=file_sha256(path)))


def _summary(written: Sequence[ScanRecords]) -> Summary:
    outcomes = [one.truth.outcome for one in written]
    return Summary(
        scans=len(outcomes),
        clean=outcomes.count("clean"),
        contraband=sum(outcome in ("contraband", "both") for outcome in outcomes),
        false=sum(outcome in ("false_declaration", "both") for outcome in outcomes),
        objects=sum(len(one.objects) for one in written),
    )
