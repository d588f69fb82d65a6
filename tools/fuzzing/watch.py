"""Workers under watch: whichever dies, hangs or swells is ended and replaced, and the file that did it is named."""

from __future__ import annotations

import contextlib
import json
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.fuzzing.readers import CRASH, HANG, MEMORY
from tools.steps import ROOT

LIMIT_S = 2.0
_START_S = 120.0
_FILES_A_MESSAGE = 50
_READ_BYTES = 1 << 16
_FATAL = (CRASH, HANG, MEMORY)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the file of this number."""

    number: int
    kind: str
    detail: str = ""
    seconds: float = 0.0
    growth_mib: int = 0


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        command = [sys.executable, "-m", "tools.fuzzing.worker", *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers, self._unread = self._process.stdin, self._process.stdout, b""
        with contextlib.suppress(EOFError):
            if self.line(_START_S) == b"ready":
                return
        status = self.end()
        raise RuntimeError(f"a worker is ready once it has read every seed; found status {status}; see what it printed")

    def ask(self, first: int, count: int) -> None:
        """Have the files of these numbers read."""
        self._questions.write(b"%d %d\n" % (first, count))

    def line(self, timeout_s: float) -> bytes | None:
        """The next line; None when it does not come in time.

        Raises:
            EOFError: when the process is gone.
        """
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._unread:
            if not select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            more = self._answers.read(_READ_BYTES)
            if not more:
                raise EOFError
            self._unread += more
        line, self._unread = self._unread.split(b"\n", 1)
        return line

    def end(self) -> int:
        """End the process where it still runs; returns its exit status."""
        self._process.kill()
        self._questions.close()
        self._answers.close()
        return self._process.wait()


def watched(
    numbers: range,
    workers: int,
    *,
    seed: int = 0,
    samples: Path | None = None,
    planted: bool = False,
    limit_s: float = LIMIT_S,
) -> Iterator[Result]:
    """Results of the files of these numbers, as they come; with `planted`, of the deliberate faults instead."""
    arguments = ["--seed", str(seed), *(["--samples", str(samples)] if samples else []), *["--planted"] * planted]
    jobs: queue.SimpleQueue[range] = queue.SimpleQueue()
    for start in range(numbers.start, numbers.stop, _FILES_A_MESSAGE):
        jobs.put(range(start, min(start + _FILES_A_MESSAGE, numbers.stop)))
    results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
    for _ in range(workers):
        threading.Thread(target=_serve, args=(arguments, limit_s, jobs, results), daemon=True).start()
    for _ in numbers:
        result = results.get()
        if isinstance(result, BaseException):
            raise result
        yield result


def _serve(arguments: Sequence[str], limit_s: float, jobs: Any, results: Any) -> None:
    """One thread: one worker after the other, until no job is left."""
    try:
        worker = _Worker(arguments)
        with contextlib.suppress(queue.Empty):
            while True:
                worker = _do(worker, arguments, limit_s, jobs.get_nowait(), results)
        worker.end()
    except BaseException as error:  # noqa: BLE001 - handed to the caller, whom a dead thread would leave waiting
        results.put(error)


def _do(worker: _Worker, arguments: Sequence[str], limit_s: float, job: range, results: Any) -> _Worker:
    """Have the whole job done; returns the worker that is alive at its end."""
    while job:
        worker.ask(job.start, len(job))
        for number in job:
            result = _one(worker, number, limit_s)
            if result.kind in _FATAL:
                break
            results.put(result)
        else:
            return worker
        worker = _replaced(worker, arguments)
        if (
            result.kind == HANG
        ):  # a busy machine hangs as well: what hangs twice, the second time in a fresh process, is
            worker.ask(number, 1)
            result = _one(worker, number, limit_s)
            worker = _replaced(worker, arguments) if result.kind in _FATAL else worker
        results.put(result)
        job = range(number + 1, job.stop)
    return worker


def _one(worker: _Worker, number: int, limit_s: float) -> Result:
    try:
        line = worker.line(limit_s)
    except EOFError:
        return Result(number, CRASH, f"the process ended with {worker.end()}")
    if line is None:
        return Result(number, HANG, f"no answer within {limit_s:g} s", limit_s)
    return Result(**json.loads(line))


def _replaced(worker: _Worker, arguments: Sequence[str]) -> _Worker:
    worker.end()
    return _Worker(arguments)
