"""Many simulated scans -> a pool, by any number of processes, with the same bytes; a run that was cut off goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from datasets.sandbox.journal import Journal
from datasets.sandbox.kinds import KINDS, Order, simulate_and_write
from datasets.sandbox.pool_records import ScanRecords, pool_info, write_records
from datasets.workers import end_with_parent


@dataclass(frozen=True)
class Summary:
    """What a pool holds; `clean`, `contraband` and `false` count units."""

    scans: int
    units: int
    clean: int
    contraband: int
    false: int
    objects: int


def generate(
    out: Path,
    order: Order,
    *,
    scans: int,
    site: str = "sandbox",
    workers: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> Summary:
    """Write a pool of simulated scans; the bytes do not depend on `workers`, nor on how often the run was cut off.

    Args:
        out: folder of the pool; its images are written first, `pool.json` last.
        order: what is simulated.
        scans: how many.
        site: the service that the pool speaks for.
        workers: processes.
        progress: called for every scan, those of an earlier run included.

    Raises:
        ValueError: when the scanner does not suit what is scanned, or `out` holds the beginning of another pool.
    """
    KINDS[order.kind].check(order)  # before anything is written
    arguments = {"scans": scans, **order.arguments()}
    journal = Journal.opened(out, arguments)
    (out / "images").mkdir(parents=True, exist_ok=True)
    written = {one.index: one for one in journal.read()}
    for _ in written:
        progress()
    missing = [index for index in range(scans) if index not in written]
    for one in _simulated(out, order, missing, workers):
        journal.add(one)
        written[one.index] = one
        progress()
    in_order = [written[index] for index in range(scans)]
    profile, labels = KINDS[order.kind].profile(order), KINDS[order.kind].labels
    info = pool_info(
        order.kind, seed=order.seed, site=site, profile=profile, labels=labels,
        arguments=arguments,
    )  # fmt: skip
    write_records(out, in_order, info, seed=order.seed)
    journal.remove()
    return _summary(in_order)


def _simulated(out: Path, order: Order, missing: Sequence[int], workers: int) -> Iterator[ScanRecords]:
    write = partial(simulate_and_write, out, order)
    with ProcessPoolExecutor(workers, get_context("spawn"), end_with_parent) if workers > 1 else nullcontext() as pool:
        yield from pool.map(write, missing, chunksize=4) if pool else map(write, missing)


def _summary(written: Sequence[ScanRecords]) -> Summary:
    outcomes = [entry.outcome for one in written for entry in one.truth]
    return Summary(
        scans=len(written),
        units=len(outcomes),
        clean=outcomes.count("clean"),
        contraband=sum(outcome in ("contraband", "both") for outcome in outcomes),
        false=sum(outcome in ("false_declaration", "both") for outcome in outcomes),
        objects=sum(len(one.objects) for one in written),
    )
