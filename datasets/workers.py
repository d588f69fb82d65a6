"""Processes that end with the one that began them: one that was killed must not be followed by writers in its draft."""

from __future__ import annotations

import multiprocessing
import os
import threading

_KILLED = 137


def end_with_parent() -> None:
    """End this process as soon as its parent is gone; the initializer of a pool of processes.

    A pool's processes wait for tasks on a pipe whose other end they hold themselves: without this they wait for ever,
    after having done what was under way.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(_KILLED)
