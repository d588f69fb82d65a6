"""`make fuzz`: damaged files of every format through the readers; a table, and status 1 when something is found.

What may come of a file is a scan or a `ScanError`. What is found: another exception, a warning, a scan that is not
sound, the death of the process, more than 2 s, more than 1 GB of growth. The files found are saved.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.fuzzing.mutate import damaged
from tools.fuzzing.readers import FINDINGS, OK
from tools.fuzzing.seeds import Seed, all_seeds, samples_folder
from tools.fuzzing.watch import Result, watched


def main() -> None:
    """Read all files, save what was found, print.

    Raises:
        SystemExit: with 1 when something was found.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=50_000, help="files")
    parser.add_argument("--first", type=int, default=0, help="number of the first file: a finding is repeated with it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"), help="folder of findings; emptied first")
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    samples = samples_folder()
    seeds = all_seeds(samples)
    started = time.monotonic()
    numbers = range(options.first, options.first + options.count)
    results = watched(numbers, options.workers, seed=options.seed, samples=samples)
    found = report(results, seeds, options.seed, options.out)
    print(f"{options.count} files from {len(seeds)} whole ones in {time.monotonic() - started:.0f} s", end="; ")
    print(f"samples {'present' if samples else 'absent'}; {found} found{f', see {options.out}' * (found > 0)}")
    sys.exit(found > 0)


def report(results: Iterable[Result], seeds: tuple[Seed, ...], seed: int, out: Path) -> int:
    """Print a table and the list of findings, save the files found; returns how many."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    growth: dict[str, int] = defaultdict(int)
    found = []
    for result in results:
        chosen, content = damaged(seeds, seed, result.number)
        kinds[chosen.format][result.kind] += 1
        slowest[chosen.format] = max(slowest[chosen.format], result.seconds)
        growth[chosen.format] = max(growth[chosen.format], result.growth_mib)
        if result.kind in FINDINGS:
            found.append(f"{result.kind}: file {result.number}, from {chosen.format} {chosen.name}")
            _save(out, result, chosen, content)
    _print(kinds, slowest, growth)
    for line in sorted(found):
        print(line)
    return len(found)


def _save(out: Path, result: Result, chosen: Seed, content: bytes) -> None:
    stem = f"{result.number}-{chosen.format}-{result.kind.replace(' ', '_')}"
    (out / f"{stem}.bin").write_bytes(content)
    (out / f"{stem}.txt").write_text(
        f"from {chosen.name}, read as {chosen.reader}\n{result.detail}\n", encoding="utf-8"
    )


def _print(kinds: dict[str, Counter[str]], slowest: dict[str, float], growth: dict[str, int]) -> None:
    total = sum(kinds.values(), Counter[str]())
    columns = [OK, *sorted(set(total) - {OK, *FINDINGS}), *(kind for kind in FINDINGS if total[kind])]
    table = Table(title="Damaged files and what came of them", title_justify="left")
    table.add_column("format")
    for name in ("files", *columns, "slowest, ms", "growth, MiB"):
        table.add_column(name, justify="right")
    for name in sorted(kinds):
        counts = [kinds[name].total(), *(kinds[name][kind] for kind in columns)]
        table.add_row(name, *map(str, counts), f"{1e3 * slowest[name]:.0f}", str(growth[name]))
    table.add_row("all", *map(str, [total.total(), *(total[kind] for kind in columns)]), "", "")
    Console(width=max(100, 14 * len(columns) + 50)).print(table)


if __name__ == "__main__":
    main()
