"""Scans by several processes, results in the order of the tasks; few are under way, so memory stays flat."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from datasets.anonymise.one_scan import HeldBack, Task, Written, anonymise_scan
from datasets.anonymise.rules import Rules
from datasets.workers import end_with_parent

_AHEAD = 4
"""Tasks under way for each process."""


def anonymised(tasks: Iterable[Task], root: Path, rules: Rules, workers: int) -> Iterator[Written | HeldBack]:
    """What became of each task, in their order; 0 workers are one for each core, 1 is this very process."""
    count = workers or len(os.sched_getaffinity(0))
    if count == 1:
        for task in tasks:
            yield anonymise_scan(task, root, rules)
        return
    waiting = iter(tasks)
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), end_with_parent) as pool:
        under_way: deque[Future[Written | HeldBack]] = deque()
        try:
            for task in islice(waiting, count * _AHEAD):
                under_way.append(pool.submit(anonymise_scan, task, root, rules))
            while under_way:
                yield under_way.popleft().result()
                for task in islice(waiting, 1):
                    under_way.append(pool.submit(anonymise_scan, task, root, rules))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
