"""Where contraband is hidden: in goods, behind them, by the doors, in floor, front wall and roof, in empty units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from datasets.sandbox.carriers.container import CROSS_MEMBER_PITCH, INSIDE
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


def hide_contraband(loads: Sequence[Load], rng: np.random.Generator) -> tuple[Insert, ...]:
    """One hidden object, or now and then two, none inside the other."""
    inserts: list[Insert] = []
    for _ in range(1 if rng.random() < 0.8 else 2):
        label = str(rng.choice(LABELS, p=list(_WEIGHT.values())))
        for _ in range(_TRIES):
            insert = _hidden(label, loads, rng)
            if not any(overlap(insert, other) for other in inserts):
                inserts.append(insert)
                break
    return tuple(inserts)


def _hidden(label: str, loads: Sequence[Load], rng: np.random.Generator) -> Insert:
    place = _place(label, loads, rng)
    boxes, material = MAKERS[label](_room(place, loads, rng), rng)
    if place != "floor":
        boxes = _indoors(boxes)
    return hide(Insert(label, material, place, tuple(boxes)), loads)


def _indoors(boxes: Sequence[Box]) -> list[Box]:
    """The boxes moved as far as it takes: a rifle is longer than many a gap, but nothing reaches through a wall."""
    around = bounds(boxes)
    dx = max(INSIDE.x0 - around.x0, min(0.0, INSIDE.x1 - around.x1))
    dy = max(INSIDE.y0 - around.y0, min(0.0, INSIDE.y1 - around.y1))
    dz = max(INSIDE.z0 - around.z0, min(0.0, INSIDE.z1 - around.z1))
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


def _room(place: str, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    """Room for an object at a place, its lower front corner chosen by the seed."""
    if place == "floor":
        member = 190.0 + CROSS_MEMBER_PITCH * int(rng.integers(1, 17)) + 48.0
        y0 = float(rng.uniform(150, 1300))
        return Space(member, member + 250.0, y0, INSIDE.y1 - 60.0, 8.0, 120.0)
    if place == "roof":
        x0, y0 = float(rng.uniform(INSIDE.x0 + 100, INSIDE.x1 - 1800)), float(rng.uniform(INSIDE.y0, 900))
        return Space(x0, x0 + float(rng.uniform(500, 1700)), y0, INSIDE.y1 - 50, INSIDE.z1 - 85, INSIDE.z1)
    if place == "front":
        y0, z0 = float(rng.uniform(INSIDE.y0, 500)), float(rng.uniform(INSIDE.z0, 900))
        deep = 120.0 if rng.random() < 0.5 else 650.0
        return Space(INSIDE.x0 + 15, INSIDE.x0 + 15 + deep, y0, INSIDE.y1 - 50, z0, INSIDE.z1 - 200)
    if place == "loose":
        x0, y0 = float(rng.uniform(INSIDE.x0, INSIDE.x1 - 1300)), float(rng.uniform(INSIDE.y0, 1200))
        return Space(x0, x0 + 1300, y0, INSIDE.y1, INSIDE.z0, INSIDE.z1 - 400)
    return _room_at_goods(place, loads, rng)


def _room_at_goods(place: str, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    load = loads[int(rng.integers(len(loads)))]
    anchor, own = _anchor(load, rng), bounds(load.boxes)
    x0 = max(own.x0, min(anchor.x0, own.x1 - 700.0))
    if place == "goods":  # among the packages of one load, from the foot of one of them up
        y0 = max(INSIDE.y0, min(anchor.y0, INSIDE.y1 - 1250.0))
        return Space(x0, min(x0 + 1250.0, own.x1), y0, y0 + 1250.0, anchor.z0, own.z1)
    if place == "doors":
        return _room_at_doors(loads, rng)
    if place == "top":
        under = bounds(box for box in load.boxes if box.x0 < x0 + 1250 and box.x1 > x0)
        return Space(x0, x0 + 1250.0, 600.0, INSIDE.y1, min(under.z1 + 6, INSIDE.z1 - 300), INSIDE.z1)
    if place == "behind":  # on the floor, between goods and side wall
        y0 = INSIDE.y0 if rng.random() < 0.5 else INSIDE.y1 - 420.0
        return Space(x0, min(x0 + 1250.0, INSIDE.x1), y0, y0 + 420.0, INSIDE.z0, max(own.z1, INSIDE.z0 + 600))
    # Beside coils, which stand on the middle of the floor.
    return Space(x0, min(x0 + 1250.0, INSIDE.x1), INSIDE.y0, INSIDE.y0 + 420.0, INSIDE.z0, INSIDE.z1)


def _room_at_doors(loads: Sequence[Load], rng: np.random.Generator) -> Space:
    """On the floor before the doors where there is room for it, else among the last packages."""
    last = max(loads, key=lambda load: bounds(load.boxes).x1)
    own, y0 = bounds(last.boxes), float(rng.uniform(INSIDE.y0, 1100))
    if own.x1 < INSIDE.x1 - 620:
        return Space(own.x1 + 10, INSIDE.x1, y0, INSIDE.y1, INSIDE.z0, INSIDE.z1)
    return Space(max(own.x0, own.x1 - 700), own.x1, y0, INSIDE.y1, _anchor(last, rng).z0, own.z1)


def _anchor(load: Load, rng: np.random.Generator) -> Box:
    packages = [box for box in load.boxes if box.material != WOOD] or list(load.boxes)
    return packages[int(rng.integers(len(packages)))]
