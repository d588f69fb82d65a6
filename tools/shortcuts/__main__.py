"""`python -m tools.shortcuts`: what a small network learns from simulated scans with the hidden object masked.

Pairs of one scene, with the object and with a carton of the goods in its place, the same mask over both: nothing may
tell them apart. Unmasked they must be told apart, or nothing could be learnt at all.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import Rates
from evaluation.statistics import Interval
from tools.shortcuts.classify import told_apart, told_by_numbers
from tools.shortcuts.features import told_by_features
from tools.shortcuts.numbers import numbers_of_unit
from tools.shortcuts.pairs import Pair, pair
from tools.steps import commit, machine

_HIDDEN_HALF = Rates(0.5, 0.0, 0.1)
_MOST, _LEAST = 0.60, 0.75  # of the masked upper bound, and of the unmasked figure


def main() -> None:
    """Render, train, print, write `figures.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--scanner", default="linac_6_4_gantry")
    parser.add_argument("--out", type=Path, default=Path("build/shortcuts"))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started = time.monotonic()
    scanner = read_scanner(options.scanner)
    numbers = range(options.scenes)
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        pairs = [one for one in pool.map(partial(pair, options.seed, scanner=scanner), numbers, chunksize=20) if one]
        count = partial(numbers_of_unit, options.seed + 1, scanner=scanner, rates=_HIDDEN_HALF)
        units = list(pool.map(count, numbers, chunksize=20))
    found = figures(pairs, units)
    options.out.mkdir(parents=True, exist_ok=True)
    written = {name: {"value": one.value, "lower": one.lower, "upper": one.upper, "n": one.n} for name, one in found}
    (options.out / "figures.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    console = Console()
    console.print(_table(found))
    console.print(
        f"{len(pairs)} pairs, {len(units)} units; asked: masked at most {_MOST} at the upper end and 0.5 inside, "
        f"unmasked at least {_LEAST}; {machine()}; commit {commit()}; {time.monotonic() - started:.0f} s",
        highlight=False,
    )


def figures(pairs: Iterable[Pair], units: Iterable[tuple[list[float], bool]]) -> list[tuple[str, Interval]]:
    """AUC of each way to tell a scan with an object from one without."""
    kept = list(pairs)
    crops = np.stack([one.crops for one in kept])
    masks = np.stack([one.mask for one in kept])
    covered = np.where(masks[:, None, None], np.float32(0), crops)
    rings = np.stack([one.ring for one in kept])[:, None, None]
    sizes = np.log([[size] for one in kept for size in one.file_bytes])
    scenes = np.repeat(np.arange(len(kept)), 2)
    features, hidden = zip(*units, strict=True)
    return [
        ("unmasked, rule on ImageNet features", told_by_features(crops, masks)),
        ("masked, rule on ImageNet features", told_by_features(covered, masks)),
        ("masked, small network", told_apart(_halved(covered))),
        ("ring around the mask alone, small network", told_apart(_halved(np.where(rings, crops, np.float32(0))))),
        ("size of the file", told_by_numbers(sizes, np.tile([True, False], len(kept)), scenes)),
        ("header and declaration", told_by_numbers(np.array(features), np.array(hidden), np.arange(len(hidden)))),
    ]


def _halved(crops_P2CHW: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of 2 x 2 pixels: a network that starts from nothing takes four times as long on all of them."""
    *head, rows, columns = crops_P2CHW.shape
    blocks = crops_P2CHW.reshape(*head, rows // 2, 2, columns // 2, 2)
    return np.asarray(blocks.mean(axis=(-3, -1)), np.float32)


def _table(found: list[tuple[str, Interval]]) -> Table:
    table = Table(title="Area under the curve, five folds by scene", title_justify="left")
    for column in ("what is seen", "AUC", "95 %", "n"):
        table.add_column(column)
    for name, one in found:
        table.add_row(name, f"{one.value:.3f}", f"{one.lower:.3f} to {one.upper:.3f}", str(one.n))
    return table


if __name__ == "__main__":
    main()
