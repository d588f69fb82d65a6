"""What a call does beside its answer: time, memory, and anything outside the process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

SECONDS = 2.0
_PATIENCE = 1.5  # the alarm comes later than the limit, so that what just passes it is told as slow, not as hanging
_OUTSIDE = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.bind",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
)
_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

_deeds: list[str] | None = None
_hooked = False


class HangError(BaseException):
    """A call that had to be stopped; no Exception, so that the code that hangs cannot catch it by accident."""


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What came of one call: its answer or its error, and what it did meanwhile."""

    answer: Any
    error: BaseException | None
    seconds: float
    peak_bytes: int
    deeds: tuple[str, ...]


def watched(call: Callable[[], Any]) -> Outcome:
    """Run a call under watch; it never raises.

    Time is stopped by an alarm where the platform has one and this is the main thread; code that never returns to
    Python cannot be stopped. Memory is what Python and numpy allocate, not what a C library takes for itself. Files
    written and connections made are those that Python's audit events tell of (PEP 578).
    """
    global _deeds  # noqa: PLW0603 -- an audit hook can neither be handed state nor be taken away again
    _hook()
    tracemalloc.start()
    deeds: list[str] = []
    _deeds = deeds
    answer, error, start = None, None, time.perf_counter()
    try:
        with _Alarm(SECONDS * _PATIENCE):
            answer = call()
    except (Exception, HangError, SystemExit) as caught:  # noqa: BLE001 -- somebody else's code
        error = caught
    finally:
        _deeds = None
        seconds, peak = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return Outcome(answer, error, seconds, peak, tuple(deeds))


class _Alarm:
    """Raises HangError in the block after some seconds, where alarms exist."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        self._before: Any = None

    def __enter__(self) -> None:
        if self._usable:
            self._before = signal.signal(signal.SIGALRM, _stop)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        if self._usable:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise HangError


def _hook() -> None:
    global _hooked  # noqa: PLW0603 -- once in a process: hooks add up
    if not _hooked:
        sys.addaudithook(_note)
        _hooked = True


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _deeds is None:
        return
    if event == "open":
        path, mode, flags = str(arguments[0]), str(arguments[1]), arguments[2]
        writing = flags & _WRITING if mode == "None" else set(mode) & set("wax+")
        if writing and "__pycache__" not in path:  # the import of a module may keep its byte code
            _deeds.append(f"wrote to {path}")
    elif event in _CHANGES or event.startswith(_OUTSIDE):
        _deeds.append(f"{event} {arguments[:1]}")
