"""The report of a check: one HTML file that needs nothing else; same pool and findings, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from datasets.check_report.bars import stacked_bars
from datasets.check_report.crops import Crop, crop_of, sampled
from datasets.check_report.tables import SPLITS, box_sizes, image_sizes, labels_by_split, scanners_by_split
from datasets.check_report.worst import worst_boxes
from datasets.checks.check import Finding
from datasets.checks.facts import Facts
from datasets.checks.plain import plain
from datasets.verbs.outcome import Track
from imaging.writing.whole import write_whole

_TEMPLATE = "report.html.j2"
_EACH_LABEL = 12


def write_report(path: Path, facts: Facts, found: Sequence[Finding], *, pixels: bool, track: Track) -> None:
    """Write the report of a pool; without `pixels` no file is opened, and it has no pictures."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # names come from outside
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    text = environment.get_template(_TEMPLATE).render(
        info=facts.info,
        pixels=pixels,
        sealed=facts.is_sealed,
        scans=_count(facts, "SELECT count(*) FROM scans"),
        groups=_count(facts, "SELECT count(DISTINCT grp) FROM scans"),
        objects=_count(facts, "SELECT count(*) FROM boxes"),
        found=found,
        problems=[finding for finding in found if finding.count and finding.check.severity == "problem"],
        warnings=[finding for finding in found if finding.count and finding.check.severity == "warning"],
        figures={name: Markup(svg) for name, svg in _figures(facts).items()},  # noqa: S704 - our own drawing, escaped
        odd=[crop_of(facts, number, what) for number, what in worst_boxes(facts)] if pixels else [],
        classes=_classes(facts, track) if pixels and not facts.is_sealed else {},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())


def _count(facts: Facts, question: str) -> int:
    return int(next(facts.rows(question))[0])


def _figures(facts: Facts) -> dict[str, str]:
    return {
        "labels": stacked_bars(_plain(labels_by_split(facts)), SPLITS),
        "scanners": stacked_bars(_plain(scanners_by_split(facts)), SPLITS),
        "images": stacked_bars(image_sizes(facts), ("views",)),
        "boxes": stacked_bars(box_sizes(facts), ("boxes",)),
    }


def _plain(rows: dict[str, list[int]]) -> dict[str, list[int]]:
    return {plain(name): counts for name, counts in rows.items()}


def _classes(facts: Facts, track: Track) -> dict[str, list[Crop]]:
    labels = facts.info.labels
    return {
        label: [crop_of(facts, number) for number in sampled(facts, label, _EACH_LABEL)]
        for label in track(labels, "cutting out objects", len(labels))
    }
