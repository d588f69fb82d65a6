"""`python -m tools.projection.training`: does threat projection help? With and without, same steps, several seeds.

Few scans of the pool that is learnt from hold contraband, as in a service own. The library comes from objects that are
in none of the pools. Thresholds are frozen on clean scans of a pool of their own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tools.steps import commit, machine, run

_TRAIN, _CALIBRATION, _TEST, _LIBRARY = 31, 32, 33, 34  # seeds
_CARRIERS = "[container_20]"
_OWN_RATES = (0.01, 0.05)
_VARIANTS = {"without": "0.0", "with": "0.6"}


def main() -> None:
    """Simulate, train each variant from each seed, evaluate, print, write `figures.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scans", type=int, default=600, help="to learn from")
    parser.add_argument("--contraband_rate", default="0.03", help="of those")
    parser.add_argument("--clean", type=int, default=300, help="to freeze thresholds on")
    parser.add_argument("--test", type=int, default=500)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("build/projection_training"))
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    started = time.monotonic()
    out = options.out
    _simulate(out / "pool", options.scans, _TRAIN, options.contraband_rate)
    _simulate(out / "calibration", options.clean, _CALIBRATION, "0.0")
    _simulate(out / "test", options.test, _TEST, "0.3")
    library = out / "library"
    words = ["pool.py", "threats", "--source", "sandbox", "--count", "300", "--seed", str(_LIBRARY), "--out", library]
    run("Make a threat library", words)
    runs = {
        (variant, seed): _run(out, library, variant, seed, options.epochs)
        for seed in range(options.seeds)
        for variant in _VARIANTS
    }
    figures = [{"variant": variant, "seed": seed, **found} for (variant, seed), found in runs.items()]
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    console = Console()
    console.print(_table(figures))
    console.print(f"{machine()}; commit {commit()}; {(time.monotonic() - started) / 60:.0f} minutes", highlight=False)


def _simulate(out: Path, scans: int, seed: int, contraband_rate: str) -> None:
    words = ["--scans", str(scans), "--seed", str(seed), "--contraband_rate", contraband_rate, "--out", out]
    run(f"Simulate {out.name}", ["sandbox.py", "--carriers", _CARRIERS, *words])


def _run(out: Path, library: Path, variant: str, seed: int, epochs: int) -> dict[str, Any]:
    """Train, calibrate, infer, evaluate; the figures of one run."""
    folder = out / f"{variant}-{seed}"
    fit = ["train.py", "fit", "--config", "configs/train/cargo.yaml", "--data.pool", out / "pool", "--out", folder]
    projecting = ["--projection.library", library, "--projection.probability", _VARIANTS[variant]]
    run(f"Train {variant}, seed {seed}", [*fit, *projecting, "--optim.epochs", str(epochs), "--seed", str(seed)])
    model, results = folder / "model", folder / "results"
    calibrating = ["--model", model, "--pool", out / "calibration", "--split", "all"]
    run("Freeze thresholds", ["train.py", "calibrate", *calibrating])
    run("Infer", ["infer.py", "--model", model, "--scans", out / "test", "--out", results], allowed=(0, 3))
    named = f"{variant}={results}"
    words = ["--truth", out / "test", "--predictions", named, "--out", folder / "evaluation"]
    run("Evaluate", ["evaluate.py", *words])
    metrics = json.loads((folder / "evaluation" / "metrics.json").read_text(encoding="utf-8"))
    overall = metrics["runs"][variant]["overall"]
    points = {point["name"]: point for point in overall["operating_points"] if point["pd_loc"] is not None}
    shown = json.loads((folder / "projected.json").read_text(encoding="utf-8"))
    return {
        "AP50": overall["average_precision"]["AP50_interval"],
        "Pd_loc at 1 %": points["strict"]["pd_loc"],
        "Pfa_scan at 1 %": points["strict"]["pfa_scan"],
        **{f"Pd_loc at {rate:.0%} of the test's own": _at(overall["curve"], rate) for rate in _OWN_RATES},
        "projected": sum(shown.values()),
    }


def _at(curve: list[dict[str, float]], rate: float) -> dict[str, float]:
    """Most that is found while no more than a share of the clean test scans alarm: free of luck with thresholds."""
    return {"value": max((point["pd_loc"] for point in curve if point["pfa_scan"] <= rate), default=0.0)}


def _table(figures: list[dict[str, Any]]) -> Table:
    table = Table(title="Same steps, with and without threat projection", title_justify="left")
    names = [name for name in figures[0] if name not in ("variant", "seed", "projected")]
    for column in ("variant", "seed", *names, "threats projected"):
        table.add_column(column)
    for one in figures:
        cells = [_cell(one[name]) for name in names]
        table.add_row(one["variant"], str(one["seed"]), *cells, str(one["projected"]))
    for variant in _VARIANTS:
        some = [one for one in figures if one["variant"] == variant]
        cells = [f"{statistics.median(one[name]['value'] for one in some):.3f}" for name in names]
        table.add_row(variant, "median", *cells, "", style="bold")
    return table


def _cell(figure: dict[str, float]) -> str:
    interval = f" [{figure['lower']:.3f}, {figure['upper']:.3f}]" if "lower" in figure else ""
    return f"{figure['value']:.3f}{interval}"


if __name__ == "__main__":
    main()
