"""Spaces that nobody is meant to find: a hollow in the cargo large enough for people, a false wall, a false ceiling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.contraband.objects import Made
from datasets.sandbox.contraband.people import crouching
from datasets.sandbox.physics.materials import STEEL, WOOD
from datasets.sandbox.shapes import Box, Space, bounds

LEAST_VOID_MM = (700.0, 800.0, 1200.0)
_MOST_VOID_MM = (1200.0, 1500.0, 1900.0)
_COVER_MM = 150.0  # of goods above a hollow
_MANNED = 0.4  # share of hollows with people in them
_PLYWOOD_MM, _PLYWOOD_G_CM3 = 12.0, 0.65
FALSE_WALL_MM = (120.0, 900.0)  # how far from the front wall
_SHEET_MM, _SHEET_G_CM3 = 2.0, 7.85
_WALLS = (
    (_PLYWOOD_MM, WOOD, _PLYWOOD_G_CM3), (_SHEET_MM, STEEL, _SHEET_G_CM3), (36.0, STEEL, 0.45)
)  # fmt: skip
_CEILING_MM = 5.0
_BATTEN_MM, _BATTEN_G_CM3 = 45.0, 0.5


def void(room: Space, rng: np.random.Generator) -> Made:
    """A hollow lined with plywood that stands on the floor of a room, empty or with one to three people in it.

    The room is at least `LEAST_VOID_MM`; where it is higher, goods stay above the hollow.
    """
    free = (*room.size[:2], room.size[2] - _COVER_MM)
    x, y, z = (
        float(rng.uniform(least, max(least, min(most, have))))
        for least, most, have in zip(LEAST_VOID_MM, _MOST_VOID_MM, free, strict=True)
    )
    whole = Box(room.x0, room.x0 + x, room.y0, room.y0 + y, room.z0, room.z0 + z, WOOD, _PLYWOOD_G_CM3)
    t = _PLYWOOD_MM
    lining = (
        replace(whole, x1=whole.x0 + t), replace(whole, x0=whole.x1 - t),
        replace(whole, x0=whole.x0 + t, x1=whole.x1 - t, y1=whole.y0 + t),
        replace(whole, x0=whole.x0 + t, x1=whole.x1 - t, y0=whole.y1 - t),
        replace(whole, x0=whole.x0 + t, x1=whole.x1 - t, y0=whole.y0 + t, y1=whole.y1 - t, z0=whole.z1 - t),
    )  # fmt: skip
    people = _people(whole, rng) if rng.random() < _MANNED else []
    item = f"void with {len(people)} in it" if people else "void"
    return Made((*lining, *(box for one in people for box in one)), "air", item, outline=(whole,))


def false_wall(inside: Space, deep_mm: float, rng: np.random.Generator) -> Made:
    """A wall across a unit, so far behind its front wall: plywood, plain steel, or corrugated as the front wall is.

    It stands on battens; all before it is covered.
    """
    at = inside.x0 + deep_mm
    thick, material, density = _WALLS[int(rng.integers(len(_WALLS)))]
    sheet = Box(at, at + thick, inside.y0, inside.y1, inside.z0, inside.z1, material, density)
    width = inside.size[1] - _BATTEN_MM
    battens = (
        Box(at - _BATTEN_MM, at, inside.y0 + k * width / 3, inside.y0 + k * width / 3 + _BATTEN_MM, inside.z0,
            inside.z1, WOOD, _BATTEN_G_CM3)
        for k in range(4)
    )  # fmt: skip
    outline = Box(inside.x0, sheet.x1, inside.y0, inside.y1, inside.z0, inside.z1, WOOD, _PLYWOOD_G_CM3)
    return Made((sheet, *battens), "steel" if material == STEEL else "plywood", "false wall", outline=(outline,))


def false_ceiling(room: Space, over: Space, rng: np.random.Generator) -> Made:
    """A sheet of plywood under the roof, across all of a room, and along it a little farther than what lies on it."""
    x0, x1 = over.x0 - float(rng.uniform(100, 1500)), over.x1 + float(rng.uniform(100, 1500))
    whole = Box(
        max(x0, room.x0), min(x1, room.x1), room.y0, room.y1, room.z0, room.z1, WOOD, _PLYWOOD_G_CM3
    )  # fmt: skip
    return Made((replace(whole, z1=whole.z0 + _CEILING_MM),), "plywood", "false ceiling", outline=(whole,))


def above_ceiling(room: Space) -> Space:
    """The room above a false ceiling at its foot."""
    return replace(room, z0=room.z0 + _CEILING_MM)


def _people(whole: Box, rng: np.random.Generator) -> list[list[Box]]:
    """As many of one to three people as crouch side by side in it, each facing either way."""
    people: list[list[Box]] = []
    y, far = whole.y0 + _PLYWOOD_MM, whole.y1 - _PLYWOOD_MM
    for _ in range(int(rng.integers(1, 4))):
        mass_kg = float(np.clip(rng.normal(68, 12), 46, 94))
        one = crouching(mass_kg, facing_front=bool(rng.random() < 0.5))
        long, wide, tall = bounds(one).size
        spare = whole.x1 - whole.x0 - 2 * _PLYWOOD_MM - long
        if spare < 0 or y + wide > far or tall > whole.z1 - whole.z0 - _PLYWOOD_MM:
            break
        dx = whole.x0 + _PLYWOOD_MM + spare * float(rng.random())
        people.append([box.moved(dx, y, whole.z0) for box in one])
        y += wide + float(rng.uniform(5, 40))
    return people
