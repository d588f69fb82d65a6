"""The table on the terminal: what the report's first table says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.points import OWN
from evaluation.report import number, points, share


def print_summary(metrics: Mapping[str, Any], out: Path, console: Console | None = None) -> None:
    """Print the headline rates of every run, their differences, and where the report lies."""
    console = console or Console()
    columns = ("run", "point", "Pd_loc", "Pd_scan", "Pfa_scan", "AP50", "unread")
    table = Table(
        *columns,
        title=f"{metrics['truth']['scans']} scans, {metrics['truth']['threats']} threats",
        caption="* threshold frozen on the pool's calibration split",
        caption_justify="left",
    )
    for name, run in metrics["runs"].items():
        missing = str(len(run["processed"]["scans_not_processed"]))
        ap50 = number(run["overall"]["average_precision"]["AP50_interval"])
        for place, point in enumerate(run["overall"]["operating_points"]):
            rates = [share(point[key]) for key in ("pd_loc", "pd_scan", "pfa_scan")]
            first = (ap50, missing) if place == 0 else ("", "")
            # Text, not str: a run may be called "[red]".
            table.add_row(
                *map(Text, (name, f"{point['name']}{'' if point['source'] == OWN else ' *'}", *rates, *first))
            )
        if not run["overall"]["operating_points"]:
            table.add_row(*map(Text, (name, "no operating point", *["–"] * 3, ap50, missing)))
    console.print(table)
    for pair in metrics["comparisons"]:
        for point in pair["operating_points"]:
            found = point["pd_loc"]
            said = f"Pd_loc {points(found)} points" + (
                "" if found["p_value"] is None else f", p {found['p_value']:.3f}"
            )
            console.print(Text(f"{pair['first']} minus {pair['second']}, {point['name']}: {said}"))
    console.print(Text(f"{out / 'report.html'}"))
