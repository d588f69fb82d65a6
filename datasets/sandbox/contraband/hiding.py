"""Where contraband is hidden: in goods, behind them, by the doors, in floor, front wall and roof, in empty units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from datasets.sandbox.carriers.carrier import Hollows, Unit
from datasets.sandbox.contraband.objects import MAKERS
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.scene import Insert, Load, hide, overlap
from datasets.sandbox.shapes import Box, Space, bounds

_PLACES: dict[str, tuple[str, ...]] = {
    "narcotics": ("goods", "goods", "behind", "doors", "floor", "front", "roof"),
    "cigarettes": ("goods", "goods", "behind", "front", "doors"),
    "firearm": ("goods", "goods", "behind", "doors"),
    "ammunition": ("goods", "behind", "doors"),
    "currency": ("goods", "behind", "floor", "front", "roof"),
    "shielding": ("goods", "doors"),
}
_WEIGHT = {
    "narcotics": 0.28, "cigarettes": 0.24, "firearm": 0.18, "ammunition": 0.10, "currency": 0.10, "shielding": 0.10
}  # fmt: skip
LABELS = tuple(_WEIGHT)
_TRIES = 20


def hide_contraband(
    unit: Unit, vehicle: Hollows, loads: Sequence[Load], rng: np.random.Generator
) -> tuple[Insert, ...]:
    """One hidden object, or now and then two, none inside the other."""
    inserts: list[Insert] = []
    for _ in range(1 if rng.random() < 0.8 else 2):
        label = str(rng.choice(LABELS, p=list(_WEIGHT.values())))
        for _ in range(_TRIES):
            insert = _hidden(label, unit, loads, rng)
            if not any(overlap(insert, other) for other in inserts):
                inserts.append(insert)
                break
    return tuple(inserts)


def _hidden(label: str, unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> Insert:
    place = _place(label, loads, rng)
    boxes, material = MAKERS[label](_room(place, unit, loads, rng), rng)
    if place != "floor":
        boxes = _indoors(unit.inside, boxes)
    return hide(Insert(label, material, place, tuple(boxes)), loads)


def _indoors(inside: Space, boxes: Sequence[Box]) -> list[Box]:
    """The boxes moved as far as it takes: a rifle is longer than many a gap, but nothing reaches through a wall."""
    around = bounds(boxes)
    dx = max(inside.x0 - around.x0, min(0.0, inside.x1 - around.x1))
    dy = max(inside.y0 - around.y0, min(0.0, inside.y1 - around.y1))
    dz = max(inside.z0 - around.z0, min(0.0, inside.z1 - around.z1))
    return [box.moved(dx, dy, dz) for box in boxes]


def _place(label: str, loads: Sequence[Load], rng: np.random.Generator) -> str:
    if not loads:
        voids = [place for place in _PLACES[label] if place in ("floor", "roof", "front")]
        return str(rng.choice([*voids, "loose", "loose"]))
    place = str(rng.choice(_PLACES[label]))
    if place in ("floor", "roof"):
        return place
    # Nobody hollows out coils or bars: beside the one, on top of the other.
    if any(load.goods.style == "coils" for load in loads):
        return "beside"
    solid = (load.goods.style == "bundles" and load.goods.density_t_m3[0] > 1 for load in loads)
    return "top" if any(solid) else place


def _room(place: str, unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    """Room for an object at a place, its lower front corner chosen by the seed."""
    inside = unit.inside
    if place in unit.hollows:
        hollow = unit.hollows[place][int(rng.integers(len(unit.hollows[place])))]
        return _part_of(hollow, rng)
    if place == "loose":
        x0, y0 = float(rng.uniform(inside.x0, inside.x1 - 1300)), float(rng.uniform(inside.y0, 1200))
        return Space(x0, x0 + 1300, y0, inside.y1, inside.z0, inside.z1 - 400)
    return _room_at_goods(place, inside, loads, rng)


def _part_of(hollow: Space, rng: np.random.Generator) -> Space:
    """Room from somewhere within a hollow to its end."""
    x0 = hollow.x0 + max(hollow.size[0] - 250.0, 0.0) * rng.random()
    y0 = hollow.y0 + max(hollow.size[1] - 800.0, 0.0) * rng.random()
    z0 = hollow.z0 + max(hollow.size[2] - 800.0, 0.0) * rng.random()
    return replace(hollow, x0=x0, y0=y0, z0=z0)


def _room_at_goods(place: str, inside: Space, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    load = loads[int(rng.integers(len(loads)))]
    anchor, own = _anchor(load, rng), bounds(load.boxes)
    x0 = max(own.x0, min(anchor.x0, own.x1 - 700.0))
    if place == "goods":  # among the packages of one load, from the foot of one of them up
        y0 = max(inside.y0, min(anchor.y0, inside.y1 - 1250.0))
        return Space(x0, min(x0 + 1250.0, own.x1), y0, y0 + 1250.0, anchor.z0, own.z1)
    if place == "doors":
        return _room_at_doors(inside, loads, rng)
    if place == "top":
        under = bounds(box for box in load.boxes if box.x0 < x0 + 1250 and box.x1 > x0)
        return Space(x0, x0 + 1250.0, 600.0, inside.y1, min(under.z1 + 6, inside.z1 - 300), inside.z1)
    if place == "behind":  # on the floor, between goods and side wall
        y0 = inside.y0 if rng.random() < 0.5 else inside.y1 - 420.0
        return Space(x0, min(x0 + 1250.0, inside.x1), y0, y0 + 420.0, inside.z0, max(own.z1, inside.z0 + 600))
    # Beside coils, which stand on the middle of the floor.
    return Space(x0, min(x0 + 1250.0, inside.x1), inside.y0, inside.y0 + 420.0, inside.z0, inside.z1)


def _room_at_doors(inside: Space, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    """On the floor before the doors where there is room for it, else among the last packages."""
    last = max(loads, key=lambda load: bounds(load.boxes).x1)
    own, y0 = bounds(last.boxes), float(rng.uniform(inside.y0, 1100))
    if own.x1 < inside.x1 - 620:
        return Space(own.x1 + 10, inside.x1, y0, inside.y1, inside.z0, inside.z1)
    return Space(max(own.x0, own.x1 - 700), own.x1, y0, inside.y1, _anchor(last, rng).z0, own.z1)


def _anchor(load: Load, rng: np.random.Generator) -> Box:
    packages = [box for box in load.boxes if box.material != WOOD] or list(load.boxes)
    return packages[int(rng.integers(len(packages)))]
