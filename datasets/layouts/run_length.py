"""Bounds of a COCO mask in run-length form, which are exact although the mask itself is not kept."""

from __future__ import annotations

from collections.abc import Sequence

from datasets.layouts.source import BBox

MOST_PIXELS = 1 << 31


def mask_bounds(segmentation: object) -> BBox | None:
    """Box (x, y, width, height) around the set pixels of a mask {size: [height, width], counts: list or text}.

    Runs go down the columns, from the first one on; clear and set take turns, clear begins.
    Source: `common/maskApi.c` of the COCO API (`rleFrString`, `rleToBbox`).

    Returns:
        None where it is no such mask, its runs do not fill its size, or nothing is set.
    """
    if not isinstance(segmentation, dict) or (size := _size(segmentation.get("size"))) is None:
        return None
    height, width = size
    counts = segmentation.get("counts")
    runs = _runs_of_text(counts) if isinstance(counts, str) else counts
    if not isinstance(runs, list) or not all(type(run) is int and run >= 0 for run in runs):
        return None
    return _bounds(runs, height) if sum(runs) == height * width else None


def _size(stated: object) -> tuple[int, int] | None:
    if not isinstance(stated, list) or len(stated) != 2 or not all(type(side) is int and side > 0 for side in stated):
        return None
    return (stated[0], stated[1]) if stated[0] * stated[1] <= MOST_PIXELS else None


def _runs_of_text(text: str) -> list[int] | None:
    """Groups of five bits, low ones first, from `0` on; from the fourth run on the change to the run before last."""
    runs: list[int] = []
    place = 0
    while place < len(text):
        value, shift, more = 0, 0, True
        while more:
            if place == len(text) or shift > 60 or not 0 <= (bits := ord(text[place]) - 48) < 64:
                return None
            value |= (bits & 0x1F) << shift
            more, shift, place = bool(bits & 0x20), shift + 5, place + 1
        value -= (1 << shift) if bits & 0x10 else 0
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return runs


def _bounds(runs: Sequence[int], height: int) -> BBox | None:
    """Each set run gives the columns that it touches, and its rows, or all rows where it goes over a column's end."""
    columns: list[int] = []
    rows: list[int] = []
    place = 0
    for number, run in enumerate(runs):
        if number % 2 and run:
            first, last = place, place + run - 1
            columns += [first // height, last // height]
            rows += [first % height, last % height] if columns[-2] == columns[-1] else [0, height - 1]
        place += run
    if not columns:
        return None
    left, top = min(columns), min(rows)
    return float(left), float(top), float(max(columns) + 1 - left), float(max(rows) + 1 - top)
