"""The batch engine: read ahead, run, draw, journal. Killed at any moment, it goes on where it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from imaging import Scan
from inference.jobs import ScanJob
from inference.journal import Journal
from inference.judge import Judge
from inference.passes import attempt
from inference.pictures import ANNOTATED, THUMBNAILS, draw, thumbnail_of
from inference.predict import Prediction, Request, predict
from inference.reading import NotUsableError, outcome_of, read_ahead
from inference.results import stopped
from models import ModelPackage

DRAWERS = 2
Line = dict[str, Any]
Read = tuple[ScanJob, Scan | Exception]


def run(
    jobs: Sequence[ScanJob],
    package: ModelPackage,
    judge: Judge,
    out: Path,
    journal: Journal,
    *,
    batch_size: int,
    advance: Callable[[int], None] = lambda _scans: None,
) -> list[Line]:
    """Work through the jobs.

    A batch is `batch_size` consecutive scans of the jobs, whatever becomes of them, so that what shares a pass depends
    on the inputs alone. A batch is journalled when all its pictures are written.

    Args:
        jobs: Sorted jobs.
        package: Networks on their device.
        judge: Thresholds and tables.
        out: Output folder.
        journal: Journal of this run; its batches are not made again.
        batch_size: Scans in a batch.
        advance: Told how many scans were finished, after each batch.

    Returns:
        One line (without priority) for each job, in their order.

    Raises:
        OutOfResources: when memory or disk is full.
    """
    for folder in (ANNOTATED, THUMBNAILS):
        (out / folder).mkdir(parents=True, exist_ok=True)
    scans = [job for job in jobs if job.skip_reason is None]
    batches = [scans[start : start + batch_size] for start in range(0, len(scans), batch_size)]
    lines: dict[int, list[Line]] = {}
    for number, batch in enumerate(batches):
        known = journal.batch(number)
        if known is not None:
            lines[number] = known
            advance(len(batch))
    todo = [number for number in range(len(batches)) if number not in lines]
    for number, read in zip(todo, _batches_read([batches[number] for number in todo]), strict=True):
        lines[number] = _batch(read, package, judge, out)
        files = [
            name for line in lines[number] for picture in line["annotated"] for name in (picture, thumbnail_of(picture))
        ]
        journal.write(number, lines[number], files)
        advance(len(read))
    done = iter(line for number in sorted(lines) for line in lines[number])
    return [
        next(done) if job.skip_reason is None else stopped(job, "skipped", job.skip_reason).as_dict() for job in jobs
    ]


def _batches_read(batches: Sequence[Sequence[ScanJob]]) -> Iterator[list[Read]]:
    reading = read_ahead(job for batch in batches for job in batch)
    for batch in batches:
        yield [next(reading) for _ in batch]


def _batch(read: Sequence[Read], package: ModelPackage, judge: Judge, out: Path) -> list[Line]:
    sound = [(job, scan) for job, scan in read if isinstance(scan, Scan)]
    predictions = iter(predict(package, [Request(scan, job.claims, job.profile) for job, scan in sound]))

    def finished(entry: tuple[ScanJob, Scan | Exception, Prediction | Exception | None]) -> Line:
        return _line(*entry, judge=judge, out=out)

    entries = [(job, scan, next(predictions) if isinstance(scan, Scan) else None) for job, scan in read]
    with ThreadPoolExecutor(DRAWERS, thread_name_prefix="draw") as pool:
        return list(pool.map(finished, entries))


def _line(
    job: ScanJob, scan: Scan | Exception, prediction: Prediction | Exception | None, *, judge: Judge, out: Path
) -> Line:
    """The line of one scan, its pictures drawn. What goes wrong here is that scan's failure."""
    if isinstance(scan, Exception):
        shown = scan.scan if isinstance(scan, NotUsableError) else None
        return _stopped(job, scan, shown, out)
    if not isinstance(prediction, Prediction):
        assert prediction is not None
        return _stopped(job, prediction, scan, out)

    def judged() -> Line:
        line = judge.processed(job, scan, prediction).as_dict()
        alarms_known = judge.thresholds.lowest is not None
        return line | {"annotated": draw(out, line, scan, job.profile, alarms_known=alarms_known)}

    line = attempt(judged)
    return _stopped(job, line, None, out) if isinstance(line, Exception) else line


def _stopped(job: ScanJob, error: Exception, shown: Scan | None, out: Path) -> Line:
    """The line of a scan that was not processed, with its plain picture where there is one: an officer has to look."""
    status, reason = outcome_of(error)
    for path, name in zip(job.files, job.inputs, strict=True):  # as the line names it, wherever the folder lies
        reason = reason.replace(str(path), name)
    line = stopped(job, status, reason).as_dict()
    if shown is None:
        return line
    pictures = attempt(lambda: draw(out, line, shown, job.profile, alarms_known=True))
    return line if isinstance(pictures, Exception) else line | {"annotated": pictures}
