"""Every view of a scan as a picture, and the classes of its samples drawn over it."""

from __future__ import annotations

from pathlib import Path

from imaging import ScannerProfile, write_png
from imaging.display import VIEWS, show
from imaging.scan import Scan
from tools.test_piece.regions import TestPiece


def write_pictures(scan: Scan, piece: TestPiece, profile: ScannerProfile, out: Path) -> None:
    """Write one PNG for each view."""
    for name in VIEWS:
        write_png(out / f"{piece.scan}_{name}.png", show(scan.view, name, profile))
