"""The operator report: one page, offline, ranked. Everything that came from outside is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from declarations import contraband_labels
from inference.lanes import LANES
from inference.pictures import thumbnail_of, worth_showing

TEMPLATE = "report.html.j2"
MOST_SHOWN = 6
"""Findings of a scan that are listed; the picture shows every alarm."""

_FOLDER = Path(__file__).parent
_CHECKS = {
    "undeclared_goods": "Goods that were not declared",
    "declared_goods_absent": "Declared goods that are missing",
    "declared_empty": "Declared empty",
    "mass": "Mass",
}
_VERDICTS = {
    "mismatch": "does not match",
    "consistent": "agrees",
    "cannot_tell": "cannot tell",
    "none": "none to compare with",
}
_LANES = {
    "manual": ("Look at it yourself", "not read, or not everything could be judged"),
    "red": ("Examine", "alarm or mismatch at the strict rate"),
    "amber": ("Check", "alarm or mismatch at the loose rate"),
    "green": ("Nothing flagged", "everything that was asked could be judged"),
}
Line = dict[str, Any]


def render(lines: Sequence[Line], *, counts: Mapping[str, Mapping[str, int]], run: Mapping[str, Any]) -> str:
    """The page, for ranked lines.

    Args:
        lines: Lines of results, with their priority.
        counts: Scans by lane and by status.
        run: Keys `model`, `model_sha256`, `operating_points`, `strict_rate`, `loose_rate`, `declarations_given`,
            `calibration_units`.
    """
    in_order = sorted(lines, key=lambda line: int(line["priority"]))
    alarms_known = any(point["threshold"] is not None for point in run["operating_points"])
    scripts = (_FOLDER / "report.js").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            rows=[_row(line, alarms_known) for line in in_order if line["status"] != "skipped"],
            skipped=[line for line in in_order if line["status"] == "skipped"],
            lanes=[(lane, *_LANES[lane], counts["lanes"][lane]) for lane in LANES],
            counts=counts,
            run=run,
            alarms_known=alarms_known,
            script=scripts,
            script_hash=base64.b64encode(hashlib.sha256(scripts.encode()).digest()).decode(),
            style=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, link=_link)
    return environment


def visible(text: object) -> str:
    """Text whose invisible characters (controls, direction marks, line breaks) are shown as escapes."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in str(text)
    )


def _link(name: str) -> str:
    return "../" + quote(name)


def _row(line: Line, alarms_known: bool) -> Line:
    worth = worth_showing(line["findings"], alarms_known=alarms_known)
    shown = worth[:MOST_SHOWN]
    return line | {
        "why": _sentence(line["reason"] or "nothing flagged"),
        "action": _LANES[line["lane"]][0],
        "shown": [finding | {"name": _label_name(finding["label"])} for finding in shown],
        "more": len(worth) - len(shown),
        "pictures": [(picture, thumbnail_of(picture)) for picture in line["annotated"]],
        "top": max((finding["score"] for finding in line["findings"]), default=-1),
        "units": [_unit(unit) for unit in line["units"]],
        "text": " ".join([line["scan_id"], *line["inputs"], *_words(line["units"])]),
    }


def _words(units: Sequence[Line]) -> list[str]:
    """What a search looks through: declarations and declared goods."""
    declared = [check["declared"] for unit in units for check in unit["checks"] if check["declared"]]
    return [*(name for unit in units for name in unit["declarations"]), *dict.fromkeys(declared)]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _unit(unit: Line) -> Line:
    checks = [
        check
        | {
            "title": _CHECKS.get(check["name"], check["name"]),
            "words": _VERDICTS[check["verdict"]],
            "seen": seen(check["observed"]),
        }
        for check in unit["checks"]
    ]
    return unit | {"words": _VERDICTS[unit["verdict"]], "checks": checks}


def seen(observed: Line | None) -> str | None:
    """A measurement in words; None where the sentence beside it says more (log-odds mean nothing to an officer)."""
    if observed is None or observed["unit"] == "log-odds":
        return None
    value, lower, upper = observed["value"], observed["lower"], observed["upper"]
    if observed["unit"].startswith("share"):
        return None if value is None else f"{value:.0%} denser than bare walls"
    unit = observed["unit"]
    if value is None:
        return None if lower is None else f"at least {lower:,.0f} {unit}"
    spread = f" ({lower:,.0f} to {upper:,.0f})" if lower is not None and upper is not None else ""
    return f"{value:,.0f} {unit}{spread}"


@cache
def _names() -> dict[str, str]:
    return {entry.label: entry.name for entry in contraband_labels()}


def _label_name(label: str) -> str:
    return _names().get(label, label)
