"""The evaluator's report: one HTML file that needs nothing else, same metrics, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evaluation.figures import curves_figure, labels_figure, rates_figure
from evaluation.points import CALIBRATION_SPLIT, OWN

_TEMPLATE = "report.html.j2"
UNKNOWN = "–"


def write_report(metrics: Mapping[str, Any], path: Path) -> None:
    """Write the report of `evaluate`'s metrics.

    Args:
        metrics: What `evaluate` returned, or `metrics.json` read back.
        path: The HTML file to write.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # run names and labels come from outside
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"share": share, "number": number, "points": points, "p": p_value, "threshold": threshold}
    figures = {
        "rates": rates_figure(metrics["runs"]),
        "curves": curves_figure(metrics["runs"]),
        "labels": labels_figure(metrics["runs"], metrics["truth"]["labels"]),
    }
    text = environment.get_template(_TEMPLATE).render(
        metrics,
        figures={name: Markup(svg) for name, svg in figures.items()},  # noqa: S704 - our own drawing, text as paths
        own=OWN,
        calibration_split=CALIBRATION_SPLIT,
        several_groups=metrics["truth"]["groups"] < metrics["truth"]["scans"],
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def share(interval: Mapping[str, Any] | None) -> str:
    """A share in percent with its interval."""
    return _with_interval(interval, 100, " %", 1, signed=False)


def number(interval: Mapping[str, Any] | None) -> str:
    """A number between 0 and 1 with its interval."""
    return _with_interval(interval, 1, "", 3, signed=False)


def points(interval: Mapping[str, Any] | None) -> str:
    """A difference of shares in percentage points with its interval."""
    return _with_interval(interval, 100, "", 1, signed=True)


def p_value(value: float | None) -> str:
    """A p-value; small ones as a bound."""
    if value is None:
        return UNKNOWN
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def threshold(value: float | None) -> str:
    """A threshold in four digits; the one below every score is put in words."""
    if value is None:
        return UNKNOWN
    return "any finding" if value < -1e300 else f"{value:.4g}"


def _with_interval(interval: Mapping[str, Any] | None, scale: float, unit: str, digits: int, *, signed: bool) -> str:
    if interval is None or interval["value"] is None:
        return UNKNOWN
    sign = "+" if signed else ""
    middle = f"{scale * interval['value']:{sign}.{digits}f}{unit}"
    if interval["lower"] is not None:
        lower, upper = (f"{scale * interval[edge]:{sign}.{digits}f}" for edge in ("lower", "upper"))
        middle = f"{middle} [{lower}, {upper}]"
    return middle.replace("-", "−")
