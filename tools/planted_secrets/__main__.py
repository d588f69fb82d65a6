"""`python -m tools.planted_secrets`: plant secrets in scans of all formats, anonymise them, look for what is left."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.statistics import Interval, binomial_interval
from tools.planted_secrets.pixels import PixelFigures, compare
from tools.planted_secrets.plant import plant, plant_clean
from tools.planted_secrets.search import found_in_bytes, found_in_tags, told
from tools.steps import ROOT, commit, machine

_KEY = "00112233445566778899aabbccddeeff"
_FOUND_SOMETHING = 3  # also of scans that were held back


@dataclass(frozen=True)
class Figures:
    """What is left of the secrets (a line each), what became of pixels, and how many files were held back."""

    secrets: int
    left: tuple[str, ...]
    pixels: PixelFigures
    planted: int
    held_back: int
    clean: int
    clean_held_back: int


def main() -> int:
    """Plant, anonymise, search, print; 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--clean", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.files, options.clean, options.seed, options.workers)
    console = Console()
    console.print(_table(figures))
    pixels = figures.pixels
    for what, names in (
        ("left", figures.left),
        ("legible", pixels.legible),
        ("changed", pixels.changed),
        ("blanked far from text", pixels.needless),
    ):
        for name in names:
            console.print(f"{what}: {name}", markup=False, highlight=False)
    seconds = time.monotonic() - started
    console.print(f"{figures.secrets} secrets; {machine()}; commit {commit()}; {seconds:.0f} s", highlight=False)
    return int(bool(figures.left or figures.pixels.legible or figures.pixels.changed))


def measure(folder: Path, files: int, clean: int, seed: int, workers: int) -> Figures:
    """Plant below `folder`, anonymise with `pool.py`, search everything that it wrote but the quarantine."""
    planted, secrets = plant(folder / "planted", files, seed)
    plant_clean(folder / "clean", clean, seed + 1)
    for name in ("planted", "clean"):
        _anonymise(folder / name, folder / "out" / name, folder / "quarantine" / name, workers)
    found = [*found_in_bytes(folder / "out", secrets.words), *found_in_tags(folder / "out", secrets.words)]
    pixels = compare(planted, folder / "out" / "planted")
    return Figures(
        len(secrets.words),
        tuple(told(found, secrets.words)),
        pixels,
        len(planted),
        len(planted) - pixels.kept,
        clean,
        clean - len((folder / "out" / "clean" / "scans.jsonl").read_text(encoding="utf-8").splitlines()),
    )


def _anonymise(source: Path, out: Path, quarantine: Path, workers: int) -> None:
    words = ["pool.py", "anonymise", "--source", source, "--site", "planted", "--out", out, "--quarantine", quarantine]
    done = subprocess.run(
        [sys.executable, *map(str, words), "--workers", str(workers)],
        cwd=ROOT,
        env={**os.environ, "CUSTOMS_XRAY_KEY": _KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, _FOUND_SOMETHING):
        raise SystemExit(f"pool.py anonymise ended with code {done.returncode}:\n{done.stdout}{done.stderr}")


def _share(count: int, of: int) -> Interval:
    return binomial_interval(count, of)


def _table(figures: Figures) -> Table:
    table = Table("figure", "value", "95 %", "n", title="Planted secrets", title_justify="left")
    for name, count, of in (
        ("secrets found in bytes, names or tags", len(figures.left), figures.secrets),
        ("pictures with text left", len(figures.pixels.legible), figures.pixels.kept),
        ("pictures changed outside of blanked areas", len(figures.pixels.changed), figures.pixels.kept),
        ("pictures blanked far from text", len(figures.pixels.needless), figures.pixels.kept),
        ("planted pictures held back", figures.held_back, figures.planted),
        ("clean pictures held back", figures.clean_held_back, figures.clean),
    ):
        share = _share(count, of)
        table.add_row(name, str(count), f"{share.lower:.3f} to {share.upper:.3f}", f"{of}")
    table.add_row("share of pixels blanked, in pictures with text", f"{figures.pixels.blanked_share:.4f}", "", "")
    return table


if __name__ == "__main__":
    sys.exit(main())
