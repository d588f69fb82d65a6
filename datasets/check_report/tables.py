"""Counts of a pool for histograms: labels, scanners, sizes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import get_args

from datasets.checks.facts import Facts
from datasets.pool.records import Split

SPLITS: tuple[str, ...] = get_args(Split)
_IMAGE_EDGES = (128, 256, 512, 1024, 2048, 4096)
_PERCENT_EDGES = (0.1, 0.3, 1, 3, 10, 30)
Counts = dict[str, list[int]]


def labels_by_split(facts: Facts) -> Counts:
    """Objects of each label, by side of the split."""
    question = (
        "SELECT c.name, s.split, count(*) FROM boxes b JOIN categories c ON c.id = b.category_id JOIN images i "
        "ON i.id = b.image_id JOIN scans s ON s.scan_id = i.scan_id GROUP BY c.name, s.split"
    )
    return _by_split(facts, question, dict.fromkeys(facts.info.labels))


def scanners_by_split(facts: Facts) -> Counts:
    """Scans of each scanner, by side of the split, the most frequent first; from the 20th on as one."""
    found = _by_split(facts, "SELECT scanner, split, count(*) FROM scans GROUP BY scanner, split", {})
    ordered = sorted(found.items(), key=lambda row: (-sum(row[1]), row[0]))
    if len(ordered) > 20:
        ordered[19:] = [("others", [sum(part) for part in zip(*(counts for _, counts in ordered[19:]), strict=True)])]
    return dict(ordered)


def image_sizes(facts: Facts) -> Counts:
    """Views by their longer side."""
    sides = ((side, count) for side, count in facts.rows("SELECT max(height, width), count(*) FROM views GROUP BY 1"))
    return _binned(sides, _IMAGE_EDGES, "px")


def box_sizes(facts: Facts) -> Counts:
    """Boxes by the share of the image that they fill."""
    shares = facts.rows(
        "SELECT b.w * b.h / (i.width * i.height), 1 FROM boxes b JOIN images i ON i.id = b.image_id "
        "WHERE b.w > 0 AND b.h > 0"
    )
    percent = ((100 * share, count) for share, count in shares)
    return _binned(percent, _PERCENT_EDGES, "%")


def _by_split(facts: Facts, question: str, names: dict[str, None]) -> Counts:
    found: Counts = {name: [0] * len(SPLITS) for name in names}
    for name, split, count in facts.rows(question):
        found.setdefault(name, [0] * len(SPLITS))[SPLITS.index(split)] += count
    return found


def _binned(values: Iterable[tuple[float, int]], edges: Sequence[float], unit: str) -> Counts:
    between = [f"{low:g} to {high:g} {unit}" for low, high in pairwise(edges)]
    names = [f"under {edges[0]:g} {unit}", *between, f"{edges[-1]:g} {unit} and more"]
    found: Counts = {name: [0] for name in names}
    for value, count in values:
        found[names[bisect_right(edges, value)]][0] += count
    return found
