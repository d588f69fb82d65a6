"""`python -m tools.near_duplicates`: how many planted copies are found, and how many different scans are joined."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from datasets.duplicates import near_duplicate_pairs, view_print
from datasets.pool import read_pool
from datasets.sandbox import KINDS, Order, Rates, generate
from evaluation.statistics import binomial_interval
from imaging import Channel, Quantity, View
from tools.steps import commit, machine

WAYS = ("compressed", "cropped", "brightened", "scaled", "all")
_KINDS: Mapping[Literal["cargo", "parcel"], int] = {"cargo": 100, "parcel": 60}
_EMPTY = 0.3
_SEEDS = (801, 802, 803, 804)  # other than those on which thresholds were set
_QUALITY = (50, 90)


def main() -> int:
    """Simulate, plant, join, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=_SEEDS)
    seeds: Sequence[int] = parser.parse_args().seeds
    table = Table("figure", "value", "95 %", "n", title="Near-duplicates, 30 % empty", title_justify="left")
    for kind in _KINDS:
        joined = pairs = 0
        found: dict[tuple[int, str], list[bool]] = {}
        for seed in seeds:
            views = _simulated(kind, seed)
            prints = [(name, view_print(view)) for name, view in views.items()]
            joined += len(list(near_duplicate_pairs(prints)))
            pairs += len(views) * (len(views) - 1) // 2
            for bits in (16, 8):
                for way, hit in _copies_found(views, prints, bits, seed):
                    found.setdefault((bits, way), []).append(hit)
        _add(table, f"different scans joined: {kind}", joined, pairs)
        for (bits, way), hits in sorted(found.items()):
            _add(table, f"copies found: {kind}, {bits} bits, {way}", sum(hits), len(hits))
    console = Console()
    console.print(table)
    console.print(f"seeds {' '.join(map(str, seeds))}; {machine()}; commit {commit()}", highlight=False)
    return 0


def altered(
    picture: NDArray[np.uint8] | NDArray[np.uint16], how: str, draw: np.random.Generator
) -> NDArray[np.generic]:
    """A copy of a picture (HW or HWC) as somebody might pass it on, of the same type.

    Args:
        picture: Grey or colour, uint8 or uint16; what is `compressed` becomes JPEG, of 8 bits, in between.
        how: One of `WAYS`.
        draw: For crops, scales, brightness and quality.
    """
    height, width = picture.shape[:2]
    most = int(np.iinfo(picture.dtype).max)
    pixels: Any = picture
    if how in ("cropped", "all"):
        top, left = draw.uniform(0, 0.1, 2)
        bottom, right = draw.uniform(0, 0.1 - np.array([top, left]))
        pixels = pixels[int(top * height) : int(height * (1 - bottom)), int(left * width) : int(width * (1 - right))]
    if how in ("scaled", "all"):
        scale = draw.uniform(0.5, 2)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=method)
    if how in ("brightened", "all"):
        share = pixels / most
        changed = share ** draw.uniform(0.6, 1.6) if draw.random() < 0.5 else share * draw.uniform(0.7, 1.4)
        pixels = np.rint(np.clip(changed, 0, 1) * most).astype(picture.dtype)
    if how in ("compressed", "all"):
        shown = (pixels // (most // 255)).astype(np.uint8)
        _, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, int(draw.integers(*_QUALITY))])
        pixels = cv2.imdecode(jpeg, cv2.IMREAD_UNCHANGED).astype(picture.dtype) * (most // 255)
    return np.asarray(pixels, picture.dtype)


def _simulated(kind: Literal["cargo", "parcel"], seed: int) -> dict[str, View]:
    """Views of simulated scans, by name."""
    made = KINDS[kind]
    order = Order(kind, seed, Rates(0.2, 0.2, _EMPTY), made.read_scanner(made.scanner), made.carriers)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder) / "pool", order, scans=_KINDS[kind])
        pool = read_pool(Path(folder) / "pool")
        return {scan.scan_id: pool.read_scan(scan).views[0] for scan in pool.scans}


def _copies_found(
    views: Mapping[str, View], prints: Sequence[tuple[str, bytes]], bits: int, seed: int
) -> Iterator[tuple[str, bool]]:
    """Of each view a copy, by each way in turn, and whether it is joined with its original."""
    draw = np.random.default_rng(seed)
    ways = {name: WAYS[number % len(WAYS)] for number, name in enumerate(views)}
    copies = {name: _copy(views[name], way, bits, draw) for name, way in ways.items()}
    found = set(near_duplicate_pairs([*prints, *((f"~{name}", view_print(copy)) for name, copy in copies.items())]))
    yield from ((way, (name, f"~{name}") in found) for name, way in ways.items())


def _copy(view: View, way: str, bits: int, draw: np.random.Generator) -> View:
    """The first channel of a view, altered."""
    dtype = np.dtype(f"uint{bits}")
    levels = np.rint(np.clip(view.signal()[0], 0, 1) * np.iinfo(dtype).max).astype(dtype)
    copy = np.asarray(altered(levels, way, draw))
    return View(view.view_id, copy[None], (Channel("single"),), Quantity.UNKNOWN)


def _add(table: Table, figure: str, count: int, of: int) -> None:
    share = binomial_interval(count, of)
    table.add_row(figure, f"{count} ({count / of:.4f})", f"{share.lower:.4f} to {share.upper:.4f}", f"{of:,}")


if __name__ == "__main__":
    sys.exit(main())
