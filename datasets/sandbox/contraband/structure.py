"""Small things in hollows of the structure: packages that are flat enough, one beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from math import ceil

import numpy as np

from datasets.sandbox.contraband.objects import BRICK_MM, CARTRIDGES, COCAINE, TOBACCO, Cell, Made, pile
from datasets.sandbox.contraband.weapons import magazine_and_barrel
from datasets.sandbox.physics.materials import ORGANIC, STEEL, Material
from datasets.sandbox.shapes import Box, Space, bounds, mass_kg

MASS_KG = (1.0, 20.0)
_LEAST_EDGE_MM = 15.0  # nobody makes a package thinner
_SMALLER = 1.15  # packages weigh up to that much less than they should
_MOST_ROOMS = 12
_NEXT_MM = 250.0  # as far from each other as rooms are that one person fills in one go: those of one wheel, not of two

_PARTS = tuple(magazine_and_barrel())
# Label: package in mm, material, density, name of the material, what it is.
_PACKAGES: dict[str, tuple[Cell, Material, float, str, str]] = {
    "narcotics": (BRICK_MM, COCAINE, 1.1, "cocaine", "flat packages"),
    "currency": ((160.0, 70.0, 30.0), ORGANIC, 0.8, "paper", "bundles of banknotes"),
    "cigarettes": ((285.0, 90.0, 55.0), TOBACCO, 0.23, "tobacco", "cartons of cigarettes"),
    "ammunition": ((130.0, 76.0, 32.0), CARTRIDGES, 2.0, "lead and brass", "small boxes of cartridges"),
    "firearm": ((200.0, 60.0, 26.0), STEEL, mass_kg(_PARTS) / (200.0 * 60.0 * 26.0) * 1e6, "steel", "wrapped parts"),
}  # fmt: skip
LABELS = tuple(_PACKAGES)


def in_structure(label: str, rooms: Sequence[Space], rng: np.random.Generator) -> Made | None:
    """1 to 20 kg of something in neighbouring rooms of the structure; None where that little finds no place.

    Args:
        label: One of `LABELS`.
        rooms: Rooms of one place, in the order in which they lie.
        rng: The stream.
    """
    cell, material, density, name, item = _PACKAGES[label]
    wanted_kg = float(np.exp(rng.uniform(*np.log((_SMALLER * MASS_KG[0], MASS_KG[1])))))
    boxes: list[Box] = []
    for room in _side_by_side(rooms, int(rng.integers(len(rooms))))[:_MOST_ROOMS]:
        fitted = _fitted(cell, room)
        if fitted is None:
            continue
        one_kg = fitted[0] * fitted[1] * fitted[2] * density * 1e-6
        missing_kg = wanted_kg - mass_kg(boxes)
        count = min(ceil(missing_kg / one_kg), int((MASS_KG[1] - mass_kg(boxes)) / one_kg))
        if missing_kg < 0 or count < 1:
            break
        start = _start(room, fitted, count, rng)
        boxes += pile(start, fitted, count, material, density, rng)
    if not MASS_KG[0] <= mass_kg(boxes) <= MASS_KG[1]:
        return None
    if label == "firearm":
        boxes = [part for package in boxes for part in _unwrapped(package)]
    return Made(tuple(boxes), name, item)


def _side_by_side(rooms: Sequence[Space], first: int) -> list[Space]:
    """One of some rooms, those that follow it without a wide gap, and then those that go before it."""
    run = [rooms[first]]
    for way in (rooms[first + 1 :], rooms[:first][::-1]):
        last = rooms[first]
        for room in way:
            if _gap(last, room) > _NEXT_MM:
                break
            run.append(room)
            last = room
    return run


def _gap(one: Space, other: Space) -> float:
    return max(
        one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1, one.z0 - other.z1,
        other.z0 - one.z1,
    )  # fmt: skip


def _fitted(cell: Cell, room: Space) -> Cell | None:
    """The package turned, and pressed as flat as it takes, so that it fits; None where the room is too thin."""
    have = tuple(edge - 6.0 for edge in room.size)
    if min(have) < _LEAST_EDGE_MM:
        return None
    clipped = [
        (min(turned[0], have[0]), min(turned[1], have[1]), min(turned[2], have[2])) for turned in permutations(cell)
    ]
    return max(clipped, key=lambda some: some[0] * some[1] * some[2])


def _unwrapped(package: Box) -> list[Box]:
    """The parts in a package of firearms, drawn out to its length, breadth and thickness; same mass."""
    low_3 = np.array((package.x0, package.y0, package.z0))
    size_3 = np.array((package.x1, package.y1, package.z1)) - low_3
    axes = np.argsort(-size_3, kind="stable")
    own_3 = np.array(bounds(_PARTS).size)
    parts = []
    for part in _PARTS:
        first, last = low_3.copy(), low_3.copy()
        first[axes] += np.array((part.x0, part.y0, part.z0)) / own_3 * size_3[axes]
        last[axes] += np.array((part.x1, part.y1, part.z1)) / own_3 * size_3[axes]
        (x0, y0, z0), (x1, y1, z1) = first.tolist(), last.tolist()
        parts.append(replace(part, x0=x0, x1=x1, y0=y0, y1=y1, z0=z0, z1=z1))
    denser = package.mass_kg / mass_kg(parts)
    return [replace(part, density_g_cm3=part.density_g_cm3 * denser) for part in parts]


def _start(room: Space, cell: Cell, count: int, rng: np.random.Generator) -> Space:
    """The room from somewhere along its length on, with space left for all of the packages where there is some."""
    across = max(1, int(room.size[1] // (cell[1] + 2))) * max(1, int(room.size[2] // (cell[2] + 2)))
    needed = -(-count // across) * (cell[0] + 2) + 4
    spare = max(room.size[0] - needed, 0.0)
    x0 = room.x0 + 3.0 + float(rng.uniform(0, 1)) * max(spare - 3.0, 0.0)
    return Space(x0, room.x1 - 1.0, room.y0 + 3.0, room.y1 - 1.0, room.z0 + 1.0, room.z1 - 1.0)
