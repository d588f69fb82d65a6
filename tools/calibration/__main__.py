"""`python -m tools.calibration --out build/calibration`: figures of calibration, scan quality and material colours.

From real scans and from simulated ones; every share with its 95 % interval, in which scans are what is independent.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from imaging import View
from tools.calibration.colours import misregistration, vendor_agreement
from tools.calibration.crops import false_air
from tools.calibration.figures import Figure
from tools.calibration.flatness import flatness, jitter
from tools.calibration.planted import false_alarms, judged, planted
from tools.calibration.scans import bags, simulated
from tools.calibration.verdicts import clean_verdicts, real_verdicts, stranger_verdicts, torn_verdicts
from tools.steps import commit, machine, real_data

REAL, CARGO = "real bags", "simulated cargo"
JITTER_RMS = 0.01
_PLAIN_WIDTH = 140  # of a table that goes to a file


def main() -> None:
    """Measure, print, write `figures.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("build/calibration"), help="folder for figures; emptied first")
    parser.add_argument("--scans", type=int, default=60, help="simulated scans")
    parser.add_argument("--seed", type=int, default=2026, help="of the simulated scans and of all that is planted")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that simulate")
    options = parser.parse_args()
    data = real_data()
    started = time.monotonic()
    shutil.rmtree(options.out, ignore_errors=True)
    cargo = simulated(options.out / "cargo", scans=options.scans, seed=options.seed, workers=options.workers)
    sections = measured(data, bags(data), cargo, options.seed)
    written = {title: [figure.as_dict() for figure in figures] for title, figures in sections.items()}
    (options.out / "figures.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    for title, figures in sections.items():
        console.print(_table(title, figures))
    console.print(
        f"{machine()}; commit {commit()}; seed {options.seed}; {time.monotonic() - started:.0f} s; "
        f"{options.out / 'figures.json'}",
        highlight=False,
    )


def measured(data: Path, real: Sequence[View], cargo: Sequence[View], seed: int) -> dict[str, list[Figure]]:
    """All figures by the title of their table."""
    both = ((real, REAL), (cargo, CARGO))
    sections: dict[str, list[Figure]] = {
        "Air": [
            *flatness(real, REAL),
            *jitter(real, REAL, rms=JITTER_RMS, seed=seed),
            *(figure for views, scans in both for figure in false_air(views, scans, seed=seed)),
        ],
        "Bad elements": [],
        "Scan quality": real_verdicts(data),
        "Material colours": [*vendor_agreement(data, real), *misregistration(real, REAL)],
    }
    for views, scans in both:
        clean = [judged(view) for view in views]
        sections["Bad elements"] += [*false_alarms(clean, scans), *planted(clean, scans, seed=seed)]
        sections["Scan quality"] += torn_verdicts(views, scans, seed=seed)
    sections["Scan quality"] += [*clean_verdicts(cargo, CARGO), *stranger_verdicts(seed=seed)]
    return sections


def _table(title: str, figures: Sequence[Figure]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("figure", "scans"):
        table.add_column(column)
    for column in ("value", "95 % interval"):
        table.add_column(column, justify="right")
    for figure in figures:
        table.add_row(figure.name, figure.scans, *figure.said())
    return table


if __name__ == "__main__":
    main()
