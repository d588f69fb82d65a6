"""`python -m tools.projection`: whether anything tells a projected threat from one rendered where it stands.

The same rule on the same features learns to tell hidden objects from harmless cartons (`python -m tools.shortcuts`), so
it can see what is asked of it.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluation.statistics import Interval
from tools.projection.pairs import ProjectedPair, pair_of_scanner
from tools.shortcuts.classify import told_apart
from tools.shortcuts.features import told_by_features
from tools.shortcuts.pairs import Image
from tools.steps import commit, machine

_MOST = 0.60  # of the upper bound
_SHOWN, _COLUMNS = 24, 3


def main() -> None:
    """Render, project, train, print, write `figures.json` and a sheet of pairs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--scanner", default="linac_6_4_gantry")
    parser.add_argument("--out", type=Path, default=Path("build/projection"))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started = time.monotonic()
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        work = partial(pair_of_scanner, options.scanner, options.seed)
        pairs = [one for one in pool.map(work, range(options.scenes), chunksize=10) if one]
    found = told(pairs)
    options.out.mkdir(parents=True, exist_ok=True)
    written = {name: {"value": one.value, "lower": one.lower, "upper": one.upper, "n": one.n} for name, one in found}
    (options.out / "figures.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    cv2.imwrite(str(options.out / "pairs.png"), sheet(pairs))
    console = Console()
    console.print(_table("Area under the curve, rendered against projected, five folds by scene", found))
    console.print(_contrasts(pairs))
    console.print(
        f"{len(pairs)} pairs of {options.scenes} scenes; asked: 0.5 inside, at most {_MOST} at the upper end; "
        f"{machine()}; commit {commit()}; {time.monotonic() - started:.0f} s",
        highlight=False,
    )


def sheet(pairs: Sequence[ProjectedPair]) -> NDArray[np.uint8]:
    """The first pairs in grey, -ln T of the high channel: rendered, projected, and ten times their difference."""
    rows = []
    for one in pairs[:_SHOWN]:
        rendered, projected = (crop[-1] for crop in one.pair.crops)
        top = max(float(rendered.max()), 1e-6)
        planes = [rendered / top, projected / top, 0.5 + 10 * (projected - rendered) / top]
        rows.append(np.hstack([np.pad(255 * (1 - np.clip(plane, 0, 1)), 2) for plane in planes]))
    while len(rows) % _COLUMNS:
        rows.append(np.zeros_like(rows[0]))
    lines = [np.hstack(rows[start : start + _COLUMNS]) for start in range(0, len(rows), _COLUMNS)]
    return np.vstack(lines).astype(np.uint8)


def told(pairs: Sequence[ProjectedPair]) -> list[tuple[str, Interval]]:
    """AUC of each way to tell a rendered object from a projected one."""
    crops = np.stack([one.pair.crops for one in pairs])
    masks = np.stack([one.pair.mask for one in pairs])
    rings = np.stack([one.pair.ring for one in pairs])[:, None, None]
    inside = np.where(masks[:, None, None], crops, np.float32(0))
    return [
        ("everything, rule on ImageNet features", told_by_features(crops, masks)),
        ("everything, small network", told_apart(_halved(crops))),
        ("the object and its edge alone, small network", told_apart(_halved(inside))),
        ("ring around the object alone, small network", told_apart(_halved(np.where(rings, crops, np.float32(0))))),
    ]


def _halved(crops_P2CHW: Image) -> Image:
    """Every second pixel's neighbourhood as a mean: a network that starts from nothing learns sooner on fewer."""
    *head, rows, columns = crops_P2CHW.shape
    blocks = crops_P2CHW.reshape(*head, rows // 2, 2, columns // 2, 2)
    return np.asarray(blocks.mean(axis=(-3, -1)), np.float32)


def _table(title: str, found: list[tuple[str, Interval]]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("what is seen", "AUC", "95 %", "n"):
        table.add_column(column)
    for name, one in found:
        table.add_row(name, f"{one.value:.3f}", f"{one.lower:.3f} to {one.upper:.3f}", str(one.n))
    return table


def _contrasts(pairs: Sequence[ProjectedPair]) -> Table:
    """How much darker objects are, over how much darker they were rendered: projected, and plainly multiplied."""
    table = Table(title="Contrast over that of the rendered object, no noise, median (quartiles)", title_justify="left")
    for column in ("label", "projected", "plain multiplication", "n"):
        table.add_column(column)
    for label in sorted({one.label for one in pairs}):
        some = [one for one in pairs if one.label == label and abs(one.contrast_rendered) > 0.02]
        if some:
            ratios = [
                [getattr(one, name) / one.contrast_rendered for one in some]
                for name in ("contrast_projected", "contrast_multiplied")
            ]
            cells = ["{1:.2f} ({0:.2f}, {2:.2f})".format(*np.percentile(row, (25, 50, 75))) for row in ratios]
            table.add_row(label, *cells, str(len(some)))
    return table


if __name__ == "__main__":
    main()
