"""`make bench`: a table, and build/bench.json."""

from __future__ import annotations

from configs.offline import stay_offline

stay_offline()

import argparse
import json
import tempfile
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from benchmarks.case import Case
from benchmarks.cases import cases
from benchmarks.memory import memory_table
from benchmarks.timing import side_by_side
from tools.steps import commit, machine

THREADS = 2
OUT = Path("build/bench.json")


def main() -> None:
    """Measure every case, or those that are asked for; print, write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--only", default="", help="what the names of cases hold")
    only = parser.parse_args().only
    torch.set_num_threads(THREADS)
    where = {"machine": machine(), "commit": commit()}
    table = Table(title=f"Medians of one run, {THREADS} threads each ({where['machine']})", title_justify="left")
    for column in ("case", "unit", "who", "median", "spread (IQR)", "of limit"):
        table.add_column(column, justify="left" if column in ("case", "unit", "who") else "right")
    entries = []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(Path(folder)):
            if only in case.name:
                entries.append(_measure(case, table) | where)
        memory = memory_table(Path(folder)) if only in "memory" else None
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    Console().print(table)
    if memory:
        Console().print(memory)


def _of_limit(case: Case, value: float) -> str:
    """Share of the limit that was reached."""
    if case.limit is None:
        return ""
    return f"{value / case.limit if case.higher_is_better else case.limit / value:.0%}"


def _measure(case: Case, table: Table) -> dict[str, object]:
    """Time a case, add its rows, and give its entry for bench.json."""
    timings = side_by_side(case.calls)
    values = {
        name: case.amount / timing.median_s if case.higher_is_better else timing.median_s
        for name, timing in timings.items()
    }
    for name, timing in timings.items():
        spread = values[name] * timing.spread_s / timing.median_s
        table.add_row(case.name, case.unit, name, f"{values[name]:.3g}", f"{spread:.2g}", _of_limit(case, values[name]))
    peers = {name: round(value, 4) for name, value in values.items() if not name.startswith("ours")}
    best = max(peers.values()) if case.higher_is_better else min(peers.values())
    return {
        "name": case.name,
        "unit": case.unit,
        "ours": round(values["ours"], 4),
        "peers": peers,
        "limit": case.limit,
        "ratio_to_best_peer": round(values["ours"] / best, 3),
    }


if __name__ == "__main__":
    main()
