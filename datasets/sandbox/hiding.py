"""Where contraband is hidden: in goods, behind them, by the doors, in floor, front wall and roof, in empty units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from datasets.sandbox.container import CROSS_MEMBER_PITCH, INSIDE
from datasets.sandbox.contraband import MAKERS
from datasets.sandbox.materials import WOOD
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
    places = [place for place in _PLACES[label] if loads or place in ("floor", "front", "roof")]
    place = str(rng.choice(places or ["loose"]))
    if not loads and place != "loose" and rng.random() < 0.4:
        place = "loose"
    boxes, material = MAKERS[label](_room(place, loads, rng), rng)
    return hide(Insert(label, material, place, tuple(boxes)), loads)


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
    anchor = _anchor(loads, rng)
    around = bounds(box for load in loads for box in load.boxes)
    if place == "doors":  # behind the last row, at the height of some package or on the floor
        x0 = max(min(around.x1, INSIDE.x1) - float(rng.uniform(300, 1200)), INSIDE.x0)
        z0 = INSIDE.z0 if rng.random() < 0.5 else min(anchor.z0, INSIDE.z1 - 900)
        y0 = float(rng.uniform(INSIDE.y0, 1100))
        return Space(x0, INSIDE.x1, y0, INSIDE.y1, z0, INSIDE.z1)
    x0 = min(anchor.x0, INSIDE.x1 - 1250.0)
    z0 = max(INSIDE.z0, min(anchor.z0, INSIDE.z1 - 900.0))
    if place == "behind":  # between goods and side wall
        y0 = INSIDE.y0 if rng.random() < 0.5 else INSIDE.y1 - 420.0
        return Space(x0, x0 + 1250.0, y0, y0 + 420.0, z0, INSIDE.z1)
    y0 = max(INSIDE.y0, min(anchor.y0, INSIDE.y1 - 1250.0))
    return Space(x0, x0 + 1250.0, y0, y0 + 1250.0, z0, INSIDE.z1)


def _anchor(loads: Sequence[Load], rng: np.random.Generator) -> Box:
    packages = [box for load in loads for box in load.boxes if box.material != WOOD]
    boxes = packages or [box for load in loads for box in load.boxes]
    return boxes[int(rng.integers(len(boxes)))]
