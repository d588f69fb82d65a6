"""Figures of the report as inline SVG: same numbers, same bytes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evaluation.points import OWN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind readers; each run also has a marker of its own.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_STYLE = {
    "svg.hashsalt": "customs-xray",  # ids of clip paths would differ in every run
    "svg.fonttype": "path",
    "text.parse_math": False,  # a run may be called "$x$"
    "font.family": ["DejaVu Sans"],  # shipped with matplotlib: the same on every machine
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
}


def style_of(place: int) -> dict[str, Any]:
    """Colour and marker of the n-th run, in every figure."""
    return {"color": _COLOURS[place % len(_COLOURS)], "marker": _MARKERS[place % len(_MARKERS)]}


def rates_figure(runs: Mapping[str, Any]) -> str:
    """Pd_loc, Pd_scan and Pfa_scan of every run at every usable operating point; empty when there is none."""
    rows = [
        (place, f"{shortened(name)}, {shortened(point['name'], 14)}{'' if point['source'] == OWN else ' *'}", point)
        for place, (name, run) in enumerate(runs.items())
        for point in run["overall"]["operating_points"]
        if point["pd_loc"] is not None
    ]
    if not rows:
        return ""

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, 3, sharey=True)
        titles = (("pd_loc", "Pd_loc: threats found"), ("pd_scan", "Pd_scan: scans alarmed"), ("pfa_scan", "Pfa_scan"))
        for axes, (key, title) in zip(panels, titles, strict=True):
            axes.set_title(title, fontsize=9)
            for row, (place, _, point) in enumerate(rows):
                _bar(axes, row, point[key], place)
                if key == "pfa_scan" and point["rate"] is not None:
                    axes.plot([point["rate"] * 100] * 2, [row - 0.35, row + 0.35], color="#555555", linewidth=1.5)
            axes.set_xlabel("%")
            axes.set_xlim(-2, 102 if key != "pfa_scan" else None)
        panels[0].set_yticks(range(len(rows)), [label for _, label, _ in rows])
        panels[0].set_ylim(len(rows) - 0.4, -0.6)

    return _svg(draw, 9.5, 1.1 + 0.32 * len(rows), "Detection and false-alarm rates with intervals")


def curves_figure(runs: Mapping[str, Any]) -> str:
    """Pd_loc against Pfa_scan at every threshold, with the frozen points; empty when no run has a curve."""
    if not any(run["overall"]["curve"] for run in runs.values()):
        return ""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for place, (name, run) in enumerate(runs.items()):
            look = style_of(place)
            curve = run["overall"]["curve"]
            x, y = ([0.0, *(100 * point[key] for point in curve)] for key in ("pfa_scan", "pd_loc"))
            axes.step(x, y, where="post", color=look["color"], linewidth=1.3, label=shortened(name))
            for point in run["overall"]["operating_points"]:
                if point["pd_loc"] and point["pd_loc"]["n"] and point["pfa_scan"]["n"]:
                    axes.errorbar(
                        100 * point["pfa_scan"]["value"],
                        100 * point["pd_loc"]["value"],
                        xerr=_arms(point["pfa_scan"]),
                        yerr=_arms(point["pd_loc"]),
                        markersize=5,
                        elinewidth=0.8,
                        linestyle="none",
                        **look,
                    )
        axes.set_xlabel("Pfa_scan, % of clean scans")
        axes.set_ylabel("Pd_loc, % of threats")
        axes.set_ylim(-2, 102)
        axes.set_xlim(-2, 102)
        axes.legend(loc="lower right", frameon=False)

    return _svg(draw, 6.5, 4.2, "Detection against false alarms")


def labels_figure(runs: Mapping[str, Any], labels: Sequence[str]) -> str:
    """AP50 of every label with its interval, runs beside each other; empty when no label has truth."""
    known = [
        label
        for label in labels
        if any(run["overall"]["average_precision"]["per_class"][label]["n"] for run in runs.values())
    ]
    if not known:
        return ""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        step = 0.7 / len(runs)
        for place, (name, run) in enumerate(runs.items()):
            for row, label in enumerate(known):
                interval = run["overall"]["average_precision"]["per_class"][label]["AP50_interval"]
                _bar(axes, row - 0.35 + step * (place + 0.5), interval, place, scale=1)
            axes.plot([], [], linestyle="none", label=shortened(name), **style_of(place))
        axes.set_yticks(range(len(known)), [shortened(label) for label in known])
        axes.set_ylim(len(known) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("AP50")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)

    return _svg(draw, 8, 1.1 + max(0.3, 0.16 * len(runs)) * len(known), "Average precision by label")


def shortened(text: str, longest: int = 28) -> str:
    """A name that fits beside an axis, in one line: a figure without room for its axes cannot be laid out."""
    text = "".join(sign if sign.isprintable() else " " for sign in text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _bar(axes: Axes, row: float, interval: Mapping[str, Any], place: int, scale: float = 100) -> None:
    if interval["value"] is None:
        return
    x = scale * interval["value"]
    arms = _arms(interval, scale)
    axes.errorbar(x, row, xerr=arms, markersize=5, elinewidth=1.2, capsize=2, linestyle="none", **style_of(place))


def _arms(interval: Mapping[str, Any], scale: float = 100) -> list[list[float]] | None:
    if interval["lower"] is None:
        return None
    below, above = interval["value"] - interval["lower"], interval["upper"] - interval["value"]
    return [[max(0.0, scale * below)], [max(0.0, scale * above)]]


def _svg(draw: Any, width: float, height: float, title: str) -> str:
    from matplotlib import style  # noqa: PLC0415 - half a second that rates alone need not pay
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    with style.context(["default", _STYLE]), warnings.catch_warnings():
        # A label in a script that DejaVu lacks shows boxes here; the table beside the figure spells it out.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    text = stream.getvalue()
    drawing = "\n".join(line.rstrip() for line in text[text.index("<svg") :].splitlines())
    return drawing.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
