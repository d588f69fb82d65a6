"""Scans damaged on purpose, and pictures that are no scans: drawn first (`sample_tear`), then done (`tear`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging import Channel, Quantity, View

TORN = ("repeated tail", "empty tail", "constant tail", "empty lines", "stall")
SLIPS = ("slip by 12 elements", "slip by 30 elements")
_CONSTANT = 0.6  # of air; nearer to it than a tenth, even lines are what a scanner makes that cuts off its air
_EMPTY_SHARE, _STALL_SHARE = 0.03, 0.05  # of the lines; a verdict is asked for from 2 % on
_STALL_LEAST = 9
_COUNTS_AIR = (60000.0, 60000.0)
_DUAL = (Channel("low"), Channel("high"))
_RGB = (Channel("red"), Channel("green"), Channel("blue"))
_LETTERS = list("abcdefghij klmnop qrstuv wxyz 0123")

Lines = NDArray[np.intp]


@dataclass(frozen=True, eq=False, slots=True)
class Tear:
    """What happens to which lines (columns), of a kind in `TORN` or `SLIPS`; a slip is in elements, either way."""

    kind: str
    lines: Lines
    slip: int = 0


def sample_tear(kind: str, lines: int, rng: np.random.Generator) -> Tear:
    """A tear of a scan of so many lines, from a place between 20 and 85 % of it.

    Raises:
        KeyError: for a kind that is not in `TORN` or `SLIPS`.
    """
    start = int(rng.uniform(0.2, 0.85) * lines)
    stalled = max(_STALL_LEAST, round(_STALL_SHARE * lines))
    tail = np.arange(start, lines)
    hit: dict[str, Lines] = {
        **dict.fromkeys(("repeated tail", "empty tail", "constant tail", *SLIPS), tail),
        "empty lines": np.sort(rng.choice(lines, max(2, round(_EMPTY_SHARE * lines)), replace=False)),
        "stall": tail[:stalled],
    }
    way = 1 if rng.random() < 0.5 else -1
    return Tear(kind, hit[kind], way * int(kind.split()[2]) if kind in SLIPS else 0)


def tear(view: View, damage: Tear) -> View:
    """The view, counts CHW with a stated air level, with its lines repeated, emptied, held constant, or moved."""
    pixels = view.pixels.copy()
    lines = damage.lines
    if damage.slip:
        pixels[..., lines] = np.roll(pixels[..., lines], damage.slip, axis=-2)
    elif damage.kind in ("repeated tail", "stall"):
        pixels[..., lines] = pixels[..., lines[:1]]
    elif damage.kind == "constant tail":
        pixels[..., lines] = round(_CONSTANT * float(np.median(np.asarray(view.air))))
    else:
        pixels[..., lines] = 0
    return replace(view, pixels=pixels)


def noise(rng: np.random.Generator) -> list[View]:
    """Pure noise three times: as unexplained numbers, as counts, and as a colour picture; 300 x 400 pixels."""
    unexplained, counts = rng.integers(0, 65536, (2, 2, 300, 400)).astype(np.uint16)
    colours = rng.integers(0, 256, (3, 300, 400)).astype(np.uint8)
    return [
        View("noise, unexplained", unexplained, _DUAL, Quantity.UNKNOWN),
        View("noise, counts", counts, _DUAL, Quantity.COUNTS, air=_COUNTS_AIR),
        View("noise, colour", colours, _RGB, Quantity.DISPLAY),
    ]


def page(rng: np.random.Generator) -> View:
    """A page of made-up words, dark on pale or (one in four) pale on dark, of any size that a scanned page has."""
    height, width = int(rng.integers(500, 1800)), int(rng.integers(400, 1400))
    paper, ink = (20, 220) if rng.random() < 0.25 else (250, 15)
    size = float(rng.uniform(0.35, 1.2))
    grey = np.full((height, width), paper, np.uint8)
    for line in range(40, height - 40, round(45 * size) + 6):
        words = "".join(rng.choice(_LETTERS, int(0.04 * width / size)))
        thickness = 1 if size < 0.8 else 2
        cv2.putText(grey, words, (30, line), cv2.FONT_HERSHEY_SIMPLEX, size, ink, thickness, cv2.LINE_AA)
    return View("page", np.stack([grey] * 3), _RGB, Quantity.DISPLAY)
