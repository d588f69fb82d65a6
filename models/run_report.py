"""report.html of a training run: curves, what was trained on, and how long it took. One self-contained page."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from torch import nn

from gpu.projection.ledger import Ledger
from models.fit import FitResult
from models.package import write_package
from models.spec import ComponentSpec, PackageSpec
from models.version import __version__

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .8rem;border-bottom:1px solid #ddd;text-align:left}
h1{font-size:1.5rem}svg{max-width:100%;height:auto}"""


def write_run(
    out: Path,
    part: ComponentSpec,
    network: nn.Module,
    result: FitResult,
    *,
    pool_hash: str,
    rights: tuple[str, ...],
    facts: Mapping[str, object],
) -> None:
    """Write a run: `model/` (a package of one component) and `report.html`."""
    spec = PackageSpec(name=out.name, components=(part,), pool_hash=pool_hash, rights=rights, code_version=__version__)
    write_package(out / "model", spec, {part.role: network})
    facts = {**facts, "seconds": round(result.seconds), "precision": result.precision}
    page = run_report(f"{part.role}: {part.family}", result.history, facts)
    (out / "report.html").write_text(page, encoding="utf-8")


def write_ledger(out: Path, ledger: Ledger, threats: Sequence[str]) -> dict[str, int]:
    """Write `projected.json`: how often each threat was shown, by its threat_id; give the totals, real ones apart."""
    shown = {threats[number]: count for number, count in ledger.projected().items()}
    out.mkdir(parents=True, exist_ok=True)
    (out / "projected.json").write_text(json.dumps(shown, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return {"real objects shown": ledger.real, "projected threats shown": sum(shown.values())}


def run_report(title: str, history: Mapping[str, Sequence[tuple[int, float]]], facts: Mapping[str, object]) -> str:
    """HTML of a run.

    Args:
        title: what was trained.
        history: per metric its (step, value) pairs.
        facts: what to list beside the curves; values are shown as text, escaped.
    """
    rows = "".join(f"<tr><th>{escape(str(key))}</th><td>{escape(str(value))}</td></tr>" for key, value in facts.items())
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><table>{rows}</table>{_curves(history)}</html>\n"
    )


def _curves(history: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    names = [name for name in sorted(history) if history[name]]
    if not names:
        return "<p>No metric was logged.</p>"
    with matplotlib.rc_context({"svg.hashsalt": "customs-xray", "svg.fonttype": "none"}):
        figure = Figure(figsize=(4.2 * len(names), 3), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            axes.plot(*zip(*history[name], strict=True), color="#0072B2")
            axes.set(title=name, xlabel="step")
            axes.grid(alpha=0.3)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return (
        buffer.getvalue().split("?>", 1)[-1].split(">", 1)[-1]
        if "<!DOCTYPE" in buffer.getvalue()
        else buffer.getvalue()
    )
