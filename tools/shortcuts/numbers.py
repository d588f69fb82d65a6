"""What can be known of a unit without its picture."""

from __future__ import annotations

from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.plan import Rates
from datasets.sandbox.simulate import simulate

CARRIERS = ("container_20",)


def numbers_of_unit(seed: int, index: int, scanner: Scanner, rates: Rates) -> tuple[list[float], bool]:
    """Rows, columns, tare, lines, letters, digits, masses and packages; and whether something is hidden."""
    scan = simulate(seed, index, rates, scanner, CARRIERS)
    (unit,) = scan.units
    lines = [line for one in unit.declared for line in one.said.lines]
    return [
        *map(float, scan.counts_CHW.shape[1:]), unit.tare_kg or 0.0, float(len(lines)),
        float(sum(len(line.description) for line in lines)),
        float(sum(len(line.commodity_code) for line in lines)),
        sum(line.gross_mass_kg or 0.0 for line in lines),
        sum((line.gross_mass_kg or 0.0) - (line.net_mass_kg or 0.0) for line in lines),
        float(sum(package.count for line in lines for package in line.packages)),
    ], bool(unit.objects)  # fmt: skip
