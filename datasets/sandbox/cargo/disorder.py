"""What becomes of packages once they are stacked: they settle, bulge, lean, tip and fall. Pure functions on boxes.

Every function keeps the mass of what it is given. `softness` is that of goods.yaml: 0 changes nothing. How much things
give way is estimated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, floor, sqrt

import numpy as np

from datasets.sandbox.physics.materials import PLASTIC
from datasets.sandbox.shapes import Box, Space

_CRUSH = 0.16  # share of its height that the softest package loses under a great weight
_HALF_CRUSHED_G_CM2 = 25.0  # weight above at which half of that is lost: a metre of cartons of garments
_UNEVEN = 0.045  # standard deviation of the height of the softest packages, relative
STAIR_MM = 12.0  # of the staircase that a lean is made of
_SKIN_MM, _SKIN_G_CM3 = 1.0, 0.9  # plies of a dunnage bag


def settled(column: Sequence[Box], softness: float, ceiling_mm: float, rng: np.random.Generator) -> list[Box]:
    """The packages of one column, from the floor up, each of its own height and pressed by those above it.

    Some columns give way more than others. What would reach above the ceiling is pressed until it fits.
    """
    if not column or softness == 0:
        return list(column)
    give = softness * float(rng.uniform(0.4, 1.0))
    uneven = np.clip(rng.normal(1.0, _UNEVEN * sqrt(softness), len(column)), 0.88, 1.12).tolist()
    heights, above_kg = [], 0.0
    for box, change in zip(reversed(column), reversed(uneven), strict=True):
        above_g_cm2 = above_kg * 1e5 / ((box.x1 - box.x0) * (box.y1 - box.y0))
        crush = _CRUSH * give * above_g_cm2 / (above_g_cm2 + _HALF_CRUSHED_G_CM2)
        heights.append((box.z1 - box.z0) * change * (1 - crush))
        above_kg += box.mass_kg
    fit = min(1.0, (ceiling_mm - column[0].z0) / sum(heights))
    out, low = [], column[0].z0
    for box, height in zip(column, reversed(heights), strict=True):
        out.append(_of_mass(replace(box, z0=low, z1=low + height * fit), box.mass_kg))
        low += height * fit
    return out


def bulged(box: Box, bulge_mm: float, within: Space) -> list[Box]:
    """A package with a belly and a round top, as three slices; the belly ends where the room along x and y does."""
    height = box.z1 - box.z0
    foot, shoulder = box.z0 + 0.3 * height, box.z0 + 0.8 * height
    belly = replace(
        box, z0=foot, z1=shoulder,
        x0=max(box.x0 - bulge_mm, min(box.x0, within.x0)), x1=min(box.x1 + bulge_mm, max(box.x1, within.x1)),
        y0=max(box.y0 - bulge_mm, min(box.y0, within.y0)), y1=min(box.y1 + bulge_mm, max(box.y1, within.y1)),
    )  # fmt: skip
    inset = min(bulge_mm / 2, (box.x1 - box.x0) / 4)
    slices = [
        replace(box, z1=foot), belly, replace(box, z0=shoulder, x0=box.x0 + inset, x1=box.x1 - inset),
    ]  # fmt: skip
    return sharing_mass(slices, box.mass_kg)


def leant(boxes: Iterable[Box], slope: float, floor_mm: float) -> list[Box]:
    """Boxes sheared along x by `slope` (mm a mm of height above the floor), as the stairs of one staircase.

    The stairs are the same for all boxes, so what did not overlap does not overlap afterwards.
    """
    if slope == 0:
        return list(boxes)
    layer_mm = STAIR_MM / abs(slope)
    out = []
    for box in boxes:
        first, last = floor((box.z0 - floor_mm) / layer_mm), ceil((box.z1 - floor_mm) / layer_mm)
        edges = [box.z0, *(floor_mm + k * layer_mm for k in range(first + 1, last)), box.z1]
        for k, (low, high) in enumerate(pairwise(edges), first):
            out.append(replace(box, z0=low, z1=high).moved(dx=(k + 0.5) * layer_mm * slope))
    return out


def skewed(boxes: Iterable[Box], slope: float, middle_y_mm: float) -> list[Box]:
    """Boxes turned a little about the vertical: each moved along x by `slope` times its distance from the middle."""
    return [box.moved(dx=slope * ((box.y0 + box.y1) / 2 - middle_y_mm)) for box in boxes]


def tipped(box: Box, rise_mm: float, *, slices: int = 4) -> list[Box]:
    """A package that lies askew: one end, that at larger x where `rise_mm` is positive, is raised by so much."""
    edges = np.linspace(box.x0, box.x1, slices + 1).tolist()
    lifts = (abs(rise_mm) * (np.arange(slices) + 0.5) / slices).tolist()
    return [
        replace(box, x0=x0, x1=x1).moved(dz=lift)
        for (x0, x1), lift in zip(pairwise(edges), lifts if rise_mm > 0 else lifts[::-1], strict=True)
    ]


def fallen(box: Box, x_mm: float, floor_mm: float) -> Box:
    """A package on its side: what was its height now lies along x, from `x_mm`."""
    long, high = box.z1 - box.z0, box.x1 - box.x0
    return replace(box, x0=x_mm, x1=x_mm + long, z0=floor_mm, z1=floor_mm + high)


def dunnage_bag(room: Space) -> tuple[Box, ...]:
    """An air bag that fills the room between two stacks: four walls of plastic, nothing within."""
    wall = Box(room.x0, room.x1, room.y0, room.y1, room.z0, room.z1, PLASTIC, _SKIN_G_CM3)
    return (
        replace(wall, x1=wall.x0 + _SKIN_MM), replace(wall, x0=wall.x1 - _SKIN_MM),
        replace(wall, x0=wall.x0 + _SKIN_MM, x1=wall.x1 - _SKIN_MM, y1=wall.y0 + _SKIN_MM),
        replace(wall, x0=wall.x0 + _SKIN_MM, x1=wall.x1 - _SKIN_MM, y0=wall.y1 - _SKIN_MM),
    )  # fmt: skip


def _of_mass(box: Box, mass_kg: float) -> Box:
    return replace(box, density_g_cm3=mass_kg / box.volume_mm3 * 1e6)


def sharing_mass(parts: Sequence[Box], mass_kg: float) -> list[Box]:
    """The parts with the one density at which they weigh so much together."""
    density = mass_kg / sum(part.volume_mm3 for part in parts) * 1e6
    return [replace(part, density_g_cm3=density) for part in parts]
