"""Small contact sheets of what the simulator makes, as pictures for the documentation."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import cv2

from datasets.pool import read_pool
from datasets.pool.contact_sheet import contact_sheet
from datasets.sandbox import KINDS, Order, Rates, generate
from datasets.sandbox.kinds import Kind

SEED, RATES = 4, Rates(0.6, 0.2, 0.1)
_WIDTH_PX, _QUALITY = 1200, 80


def write_sheet(path: Path, kind: Kind, scans: int, scanner: str = "") -> None:
    """Simulate some scans of a kind and write their contact sheet as a JPEG, 1,200 pixels wide.

    Without a name the scanner is the kind's own.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "pool")
        own = KINDS[kind]
        order = Order(kind, SEED, RATES, own.read_scanner(scanner or own.scanner), own.carriers)
        generate(out, order, scans=scans, workers=len(os.sched_getaffinity(0)))
        sheet = contact_sheet(read_pool(out), scans)
    height = round(sheet.shape[0] * _WIDTH_PX / sheet.shape[1])
    small = cv2.resize(sheet, (_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
