"""The scans that are judged: real bags, and containers simulated for the purpose from a seed of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from datasets.pool import read_pool
from datasets.sandbox import Order, Rates, generate, read_scanner
from imaging import ScannerProfile, View, find_scans, read_profile, read_scan
from tools.steps import ROOT

BAGS = "dual_energy_bags"
_RATES = Rates(contraband=0.3, mismatch=0.3, empty=0.1)


def bag_profile() -> ScannerProfile:
    """The profile of the scanner that made the real bags."""
    return read_profile(ROOT / "configs" / "scanners" / f"{BAGS}.yaml")


def bags(data: Path) -> list[View]:
    """All real dual-energy bags, counts uint16 2HW with their air level; each view is named after its scan."""
    profile = bag_profile()
    found = [scan for scan in find_scans(data / BAGS) if scan.skip_reason is None]
    return [replace(read_scan(scan.files, profile).view, view_id=scan.scan_id) for scan in found]


def simulated(folder: Path, *, scans: int, seed: int, workers: int) -> list[View]:
    """Containers simulated into an empty folder and read back, counts uint16 2HW; the same for the same seed."""
    generate(folder, Order("cargo", seed, _RATES, read_scanner(), ("container_20",)), scans=scans, workers=workers)
    pool = read_pool(folder)
    return [replace(pool.read_scan(record).view, view_id=record.scan_id) for record in pool.scans]
