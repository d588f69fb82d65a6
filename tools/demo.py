"""`make demo`: simulate two pools, train, calibrate, infer, evaluate; ends with a table and two reports."""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tools.steps import PeakMemory, commit, machine, run

TRAIN_SCANS, TEST_SCANS = 2200, 300
TRAIN_SEED, TEST_SEED = 1, 2
TRAIN_CONTRABAND, TEST_CONTRABAND = "0.5", "0.3"
"""More to learn from than to test on: the test pool must hold enough clean scans to measure a false-alarm rate."""
MISMATCH = "0.15"
CARRIERS = "[container_20]"
"""The smallest scans of cargo: ten minutes are not enough to learn from all of the traffic."""


def main() -> None:
    """Run every step in a fresh folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="folder of everything; emptied first")
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    memory = PeakMemory()
    memory.start()
    started = time.monotonic()
    _steps(out)
    _table(out, time.monotonic() - started, memory.stop())


def _steps(out: Path) -> None:
    pool, test, model = out / "pool", out / "test", out / "model"
    for title, folder, scans, seed, contraband in (
        ("Simulate the pool to learn from", pool, TRAIN_SCANS, TRAIN_SEED, TRAIN_CONTRABAND),
        ("Simulate the test pool, from seeds of its own", test, TEST_SCANS, TEST_SEED, TEST_CONTRABAND),
    ):
        rates = ["--contraband_rate", contraband, "--mismatch_rate", MISMATCH]
        run(
            title,
            ["sandbox.py", "--carriers", CARRIERS, "--scans", str(scans), "--seed", str(seed), *rates, "--out", folder],
        )
    run("Train the detector", _fit("cargo", pool, out / "detector"))
    run("Train the goods network, from declarations alone", _fit("goods", pool, out / "goods"))
    parts = ["--components", out / "detector" / "model", "--components", out / "goods" / "model"]
    run("Join both in one package", ["train.py", "pack", *parts, "--name", "demo", "--out", model])
    run("Freeze rates on the calibration split", ["train.py", "calibrate", "--model", model, "--pool", pool])
    run("Annotate and check the test pool", ["infer.py", "--model", model, "--scans", test, "--out", out / "results"])
    run(
        "Evaluate",
        ["evaluate.py", "--truth", test, "--predictions", f"demo={out / 'results'}", "--out", out / "evaluation"],
    )


def _fit(config: str, pool: Path, out: Path) -> list[str | Path]:
    return ["train.py", "fit", "--config", f"configs/train/{config}.yaml", "--data.pool", pool, "--out", out]


def _table(out: Path, seconds: float, peak_gib: float) -> None:
    metrics = json.loads((out / "evaluation" / "metrics.json").read_text(encoding="utf-8"))
    seconds_of_inference = json.loads((out / "results" / "run.json").read_text(encoding="utf-8"))["seconds"]
    overall = metrics["runs"]["demo"]["overall"]
    loose = next(point for point in overall["operating_points"] if point["name"] == "loose")
    mismatch = overall["mismatch"]
    table = Table(title="Test pool of simulated scans", title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("95 % interval")
    table.add_column("n", justify="right")
    rows: list[tuple[str, Any]] = [
        ("Detector AP50", overall["average_precision"]["AP50_interval"]),
        (f"Pd_loc at {loose['rate']:.0%} Pfa_scan (frozen on {loose['n_clean']} other clean scans)", loose["pd_loc"]),
        ("  realised Pfa_scan", loose["pfa_scan"]),
        ("Mismatch AUROC", mismatch["auroc"]),
    ]
    for name, interval in rows:
        table.add_row(name, *_interval(interval))
    images = metrics["truth"]["images"]
    speed = images / seconds_of_inference
    table.add_row("Images a second (read, detect, check, draw)", f"{speed:.1f}", "", str(images))
    table.add_row("Minutes in all", f"{seconds / 60:.1f}", "", "")
    table.add_row("Peak memory of all processes, GiB", f"{peak_gib:.1f}", "", "")
    console = Console()
    console.print()
    console.print(table)
    console.print(f"{machine()}; commit {commit()}", highlight=False)
    for name, path in (("operator", "results/report/index.html"), ("evaluator", "evaluation/report.html")):
        console.print(f"Report for the {name}: {(out / path).resolve()}", highlight=False, soft_wrap=True)


def _interval(interval: dict[str, Any]) -> tuple[str, str, str]:
    if interval["value"] is None:
        return "cannot say", "", str(interval["n"])
    bounds = "" if interval["lower"] is None else f"{interval['lower']:.3f} to {interval['upper']:.3f}"
    return f"{interval['value']:.3f}", bounds, str(interval["n"])


if __name__ == "__main__":
    main()
