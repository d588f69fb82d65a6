"""Run our scripts one after the other, as a user would, and watch the memory of the whole process tree."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent


class PeakMemory(threading.Thread):
    """Highest resident memory of this process and all its children, sampled ten times a second.

    Shared pages are counted in every process that maps them (proportional shares cost too much to read), so this is an
    upper bound.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Sample until told to stop."""
        me = psutil.Process()
        while not self._ended.wait(0.1):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                with suppress(psutil.Error):
                    total += process.memory_info().rss
            self.peak_bytes = max(self.peak_bytes, total)

    def stop(self) -> float:
        """Stop sampling; the peak in GiB."""
        self._ended.set()
        self.join()
        return self.peak_bytes / 2**30


def run(title: str, arguments: Sequence[str | Path], *, allowed: Sequence[int] = (0,)) -> float:
    """Run `python ARGUMENTS` in the checkout, its output shown; the seconds that it took.

    Raises:
        SystemExit: with the command, when it ends with a code that is not allowed.
    """
    words = [str(word) for word in arguments]
    print(f"\n\N{BLACK RIGHT-POINTING TRIANGLE} {title}: python {' '.join(words)}", flush=True)
    started = time.monotonic()
    code = subprocess.run([sys.executable, *words], cwd=ROOT, check=False, env={**os.environ}).returncode
    seconds = time.monotonic() - started
    if code not in allowed:
        raise SystemExit(f"{title} ended with code {code}: python {' '.join(words)}")
    print(f"  {seconds:.0f} s", flush=True)
    return seconds


def real_data() -> Path:
    """The folder of real scans: CUSTOMS_XRAY_DATA, or `shared/data` beside the checkout."""
    folder = Path(os.environ.get("CUSTOMS_XRAY_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        raise SystemExit(f"real scans are read from CUSTOMS_XRAY_DATA; found none at {folder}; set it")
    return folder


def machine() -> str:
    """Processor, cores and memory in a line, for figures that are quoted."""
    name = "unknown processor"
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB"


def commit() -> str:
    """Short hash of the checkout, with a plus sign when files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("+" if git("status", "--porcelain") else "")
