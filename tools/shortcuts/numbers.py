"""What can be known of a unit without looking at its picture."""

from __future__ import annotations

import tempfile
from pathlib import Path

from datasets.sandbox.plan import Rates
from datasets.sandbox.scanner import Scanner
from datasets.sandbox.unit import simulate
from imaging import write_tiff


def numbers_of_unit(seed: int, index: int, scanner: Scanner, rates: Rates) -> tuple[list[float], bool]:
    """Bytes of the file, rows, columns, tare, lines, letters, digits, masses and packages; whether something is hidden.

    A unit that carries nothing is declared empty, hidden object or not.
    """
    scan = simulate(seed, index, rates, scanner)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scan.tiff")
        write_tiff(path, scan.counts_CHW)
        size = path.stat().st_size
    lines = scan.declaration.lines
    return [
        float(size), *map(float, scan.counts_CHW.shape[1:]), scan.tare_kg, float(len(lines)),
        float(sum(len(line.description) for line in lines)),
        float(sum(len(line.commodity_code) for line in lines)),
        sum(line.gross_mass_kg or 0.0 for line in lines),
        sum((line.gross_mass_kg or 0.0) - (line.net_mass_kg or 0.0) for line in lines),
        float(sum(package.count for line in lines for package in line.packages)),
    ], bool(scan.objects)  # fmt: skip
