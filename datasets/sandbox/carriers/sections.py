"""Sections that vehicles are built of: plates, beams, and discs and rings whose axis lies along the beam.

Lengths in millimetres; a pair is where something begins and ends along one axis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import pi

import numpy as np

from datasets.sandbox.carriers.carrier import Hollows
from datasets.sandbox.physics.materials import STEEL, Material
from datasets.sandbox.shapes import Box, Space

STEEL_G_CM3 = 7.85
Pair = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Part:
    """Part of a vehicle: its boxes, and the rooms within it by their place."""

    boxes: tuple[Box, ...]
    hollows: Hollows = field(default_factory=dict)

    def __add__(self, other: Part) -> Part:
        names = dict.fromkeys((*self.hollows, *other.hollows))
        hollows = {name: (*self.hollows.get(name, ()), *other.hollows.get(name, ())) for name in names}
        return Part((*self.boxes, *other.boxes), hollows)

    def moved(self, dx: float) -> Part:
        """The same part elsewhere along the travel."""
        hollows = {name: tuple(shifted(room, dx) for room in rooms) for name, rooms in self.hollows.items()}
        return Part(tuple(box.moved(dx) for box in self.boxes), hollows)


def shifted(room: Space, dx: float) -> Space:
    """The same room elsewhere along the travel."""
    return replace(room, x0=room.x0 + dx, x1=room.x1 + dx)


def block(x: Pair, y: Pair, z: Pair, material: Material = STEEL, density: float = STEEL_G_CM3) -> Box:
    """A box by its edges; solid steel unless said otherwise."""
    return Box(*x, *y, *z, material, density)


def weighing(x: Pair, y: Pair, z: Pair, material: Material, kilograms: float) -> Box:
    """A box of a mass: the mean density of an assembly's outline."""
    return block(x, y, z, material, kilograms / ((x[1] - x[0]) * (y[1] - y[0]) * (z[1] - z[0])) * 1e6)


def on_both_sides(boxes: Iterable[Box], width: float) -> list[Box]:
    """Boxes of the near side of something `width` wide, and their mirror images on the far side."""
    near = list(boxes)
    return [*near, *(replace(box, y0=width - box.y1, y1=width - box.y0) for box in near)]


def beam(x: Pair, y: float, z: Pair, *, flange: Pair, web: float) -> list[Box]:
    """A double-T beam along the travel, its web at `y`; `flange` is its breadth and thickness."""
    broad, thick = flange
    side = (y - broad / 2, y + broad / 2)
    return [
        block(x, side, (z[0], z[0] + thick)),
        block(x, (y - web / 2, y + web / 2), (z[0] + thick, z[1] - thick)),
        block(x, side, (z[1] - thick, z[1])),
    ]


def round_part(
    x: float, z: float, y: Pair, diameters: Pair, material: Material, density: float, *, strips: int
) -> list[Box]:
    """A ring of a bore and an outer diameter, or a disc where the bore is 0, seen from its end; mass is exact.

    As strips of equal angle: thin where the outline is flat, so that few of them look round.
    """
    bore, outer = diameters[0] / 2, diameters[1] / 2
    edges = outer * np.sin(np.linspace(-pi / 2, pi / 2, strips + 1))
    far, near = _half_chord(edges, outer).tolist(), _half_chord(edges, bore).tolist()
    boxes = []
    for low, high, right, left in zip(edges[:-1].tolist(), edges[1:].tolist(), far, near, strict=True):
        for start, stop in [(-right, right)] if left <= 0 else [(-right, -left), (left, right)]:
            boxes.append(block((x + start, x + stop), y, (z + low, z + high), material, density))
    return boxes


def round_weighing(
    x: float, z: float, y: Pair, diameters: Pair, material: Material, kilograms: float, *, strips: int
) -> list[Box]:
    """A ring or disc of a mass; see `round_part`."""
    volume = pi / 4 * (diameters[1] ** 2 - diameters[0] ** 2) * (y[1] - y[0])
    return round_part(x, z, y, diameters, material, kilograms / volume * 1e6, strips=strips)


def _half_chord(edges: np.ndarray, radius: float) -> np.ndarray:
    """Mean half chord of a disc between neighbouring edges."""
    if radius <= 0:
        return np.zeros(len(edges) - 1)
    u = np.clip(edges / radius, -1, 1)
    half_segment = radius**2 / 2 * (u * np.sqrt(1 - u**2) + np.arcsin(u))
    return np.diff(half_segment) / np.diff(edges)
