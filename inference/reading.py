"""Scans are read ahead by a thread or two while the network works; memory stays bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from imaging import Scan, ScanError, check_usable
from inference.errors import PackageMisfit, one_line, stop_if_out_of_resources
from inference.jobs import ScanJob
from inference.results import Status

READERS = 2
AHEAD = 4
"""Scans that wait decoded, beside those of the batch at work."""


def read_ahead(jobs: Iterable[ScanJob]) -> Iterator[tuple[ScanJob, Scan | Exception]]:
    """Jobs in their order, each with its scan or the error that it was read with.

    Raises:
        OutOfResources: when memory is full.
    """
    todo = iter(jobs)
    with ThreadPoolExecutor(READERS, thread_name_prefix="read") as pool:
        try:
            waiting: deque[tuple[ScanJob, Future[Scan]]] = deque(
                (job, pool.submit(_usable, job)) for job in islice(todo, AHEAD)
            )
            while waiting:
                job, future = waiting.popleft()
                waiting.extend((following, pool.submit(_usable, following)) for following in islice(todo, 1))
                error = future.exception()
                if isinstance(error, Exception):
                    stop_if_out_of_resources(error)
                    yield job, error
                else:
                    yield job, future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class NotUsableError(Exception):
    """A scan that was read, but that nothing can be judged from; it can still be shown."""

    def __init__(self, scan: Scan, reason: str) -> None:
        self.scan = scan
        super().__init__(reason)


def outcome_of(error: Exception) -> tuple[Status, str]:
    """Status and one-line reason of a scan that an error stopped.

    `unreadable`: not decoded. `unusable`: decoded, but nothing in it, or not with this package, can be judged.
    `failed`: anything else.
    """
    if isinstance(error, NotUsableError):
        return "unusable", str(error)
    if isinstance(error, PackageMisfit):
        return "unusable", one_line(error)
    return ("unreadable" if isinstance(error, ScanError | OSError) else "failed"), one_line(error)


def _usable(job: ScanJob) -> Scan:
    scan = job.scan()
    try:
        for view in scan.views:
            check_usable(view, job.profile)
    except ScanError as error:
        raise NotUsableError(scan, one_line(error)) from error
    return scan
