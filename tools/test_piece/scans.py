"""The scans of the test piece, and what is measured on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from imaging import ScannerProfile, find_scans, read_profile, read_scan
from imaging.scan import FloatImage, Scan
from tools.test_piece.regions import TestPiece, read_regions

_ROOT = Path(__file__).resolve().parent.parent.parent
_LEAST_TRANSMISSION = 1e-3


def read_pieces(data: Path) -> list[tuple[TestPiece, Scan]]:
    """The marked scans, read with the profile of their scanner."""
    found = {scan.scan_id: scan for scan in find_scans(data / "dual_energy_bags") if scan.skip_reason is None}
    return [
        (piece, read_scan(next(scan.files for name, scan in found.items() if name.endswith(piece.scan)), profile()))
        for piece in read_regions()
    ]


def profile() -> ScannerProfile:
    """The profile of the scanner that made them."""
    return read_profile(_ROOT / "configs" / "scanners" / "dual_energy_bags.yaml")


def attenuation(scan: Scan) -> FloatImage:
    """-ln T of both energies, CHW float32, held at what a thousandth of the beam gives."""
    return -np.log(np.maximum(scan.transmission(), np.float32(_LEAST_TRANSMISSION)))
