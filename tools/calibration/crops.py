"""Crops that goods fill to the frame: whether air is wrongly found in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging import View
from imaging.material.density import crop
from tools.calibration.figures import Figure, share
from tools.calibration.planted import air_or_none

_PER_SCAN = 40  # windows looked at; only those without air count
_MOST_TRANSMISSION = 0.9  # at the high energy: air varies by per cents, two walls of a container take 12 %


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture: its first row and column, and its size."""

    top: int
    left: int
    height: int
    width: int

    def of(self, view: View) -> View:
        """The view in this window."""
        return crop(view, slice(self.top, self.top + self.height), slice(self.left, self.left + self.width))


def false_air(views: Sequence[View], scans: str, *, seed: int) -> list[Figure]:
    """Crops without air that are taken to hold some: the same ones with the scanner's air level stated and without."""
    crops = [
        (view.view_id, part)
        for index, view in enumerate(views)
        for part in filled_crops(view, np.random.default_rng([seed, index]))
    ]
    stated = [(scan, air_or_none(part) is not None) for scan, part in crops]
    silent = [(scan, air_or_none(replace(part, air=None)) is not None) for scan, part in crops]
    name = "crops full of goods taken to hold air"
    return [share(f"{name}, air level stated", scans, stated), share(f"{name}, no level stated", scans, silent)]


def filled_crops(view: View, rng: np.random.Generator) -> Iterator[View]:
    """Windows of a third of the height and width in which nothing transmits more than 90 % at the high energy."""
    for window in sample_windows(view.size_hw, rng):
        part = window.of(view)
        if part.transmission()[-1].max() <= _MOST_TRANSMISSION:
            yield part


def sample_windows(size_hw: tuple[int, int], rng: np.random.Generator) -> list[Window]:
    """Windows of a third of the height and width anywhere in a picture."""
    height, width = size_hw[0] // 3, size_hw[1] // 3
    tops, lefts = rng.integers(0, (size_hw[0] - height, size_hw[1] - width), (_PER_SCAN, 2)).T
    return [Window(int(top), int(left), height, width) for top, left in zip(tops, lefts, strict=True)]
