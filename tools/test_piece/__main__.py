"""`python -m tools.test_piece --out build/test_piece`: figures of the test piece, and its pictures in every view."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.steps import commit, machine, real_data
from tools.test_piece.curves import write_curves
from tools.test_piece.measure import (
    GOOD,
    SampleFigures,
    StepFigures,
    beam_without,
    behind_steel_figures,
    sample_figures,
    step_figures,
)
from tools.test_piece.pictures import write_pictures
from tools.test_piece.scans import attenuation, profile, read_pieces


def main() -> None:
    """Measure every scan with the beams of the others, print, write figures and pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/test_piece"), help="folder for figures and pictures")
    parser.add_argument(
        "--curves", type=Path, help="write the wedges as `material_curves` for a scanner profile, and stop"
    )
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    scans = read_pieces(real_data())
    pieces = {piece.scan: (piece, attenuation(scan)) for piece, scan in scans}
    if options.curves is not None:
        write_curves(options.curves, [*pieces.values()])
        return
    samples: list[SampleFigures] = []
    covered: list[SampleFigures] = []
    steps: list[StepFigures] = []
    for piece, scan in scans:
        beam = beam_without(piece.scan, pieces)
        samples += sample_figures(piece, pieces[piece.scan][1], beam)
        covered += behind_steel_figures(piece, pieces[piece.scan][1], beam)
        steps += step_figures(piece, pieces[piece.scan][1], beam)
        write_pictures(scan, piece, profile(), out)
    figures = {
        name: [asdict(row) for row in rows]
        for name, rows in (("samples", samples), ("behind_steel", covered), ("steps", steps))
    }
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    console = Console()
    console.print(_samples_table("Samples, each scan judged by the beams of the other two", samples))
    good = sum(row.right >= GOOD for row in samples)
    console.print(
        f"{good} of {len(samples)} samples have the right class in at least {100 * GOOD:.0f} % of their pixels"
    )
    console.print(_samples_table("Samples seen through steel, the steel beside them taken off", covered))
    console.print(_steps_table(steps))
    print(f"{machine()}; commit {commit()}; pictures in {out}")


def _samples_table(title: str, samples: list[SampleFigures]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("scan", "sample", "class", "right", "Z", "sigma", "pixels"):
        table.add_column(column)
    for row in samples:
        table.add_row(
            *(row.scan.split("_")[-1], row.name, row.wanted, f"{100 * row.right:.0f} %", f"{row.number:.1f}"),
            *(f"{row.sigma:.1f}", str(row.pixels)),
        )
    return table


def _steps_table(steps: list[StepFigures]) -> Table:
    table = Table(title="Steel steps", title_justify="left")
    for column in ("scan", "step", "attenuation", "steel, g/cm2", "numerals, contrast/noise"):
        table.add_column(column)
    for step in steps:
        table.add_row(
            *(step.scan.split("_")[-1], step.name, f"{step.attenuation:.2f}", f"{step.areal_density_g_cm2:.1f}"),
            f"{step.numeral_contrast:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
