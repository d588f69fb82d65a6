"""Faults made on purpose: a harness that does not catch them would not catch real ones."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

FAULTS = (b"abort", b"hang", b"hog", b"foreign", b"warn")
_HOG_BYTES = 1_800_000_000


def do_as_told(path: Path) -> None:
    """Do what the file says: kill the process, never return, take 1.8 GB, raise an error of no `ScanError` kind."""
    fault = path.read_bytes()
    if fault == b"abort":
        os.abort()
    if fault == b"hang":
        time.sleep(3600)
    if fault == b"hog":
        np.empty(_HOG_BYTES, np.uint8)[:: os.sysconf("SC_PAGE_SIZE")] = 1
    if fault == b"foreign":
        raise KeyError("planted")
    if fault == b"warn":
        np.array([1.0]) / 0
