"""Where contraband is hidden: in goods, behind and on them, by the doors, in the structure, behind false walls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from datasets.sandbox.carriers.carrier import Hollows, Unit
from datasets.sandbox.contraband.compartments import FALSE_WALL_MM, LEAST_VOID_MM, false_wall, void
from datasets.sandbox.contraband.objects import BRICK_MM, COCAINE, MAKERS, Made, pile
from datasets.sandbox.contraband.structure import LABELS as FLAT
from datasets.sandbox.contraband.structure import in_structure
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.scene import Insert, Load, hide, overlap
from datasets.sandbox.shapes import Box, Space, bounds

# In the cargo space, by label; as often as they stand here.
_PLACES: dict[str, tuple[str, ...]] = {
    "narcotics": ("goods", "goods", "behind", "doors", "doors"),
    "cigarettes": ("goods", "goods", "behind", "front", "doors"),
    "firearm": ("goods", "goods", "behind", "doors"),
    "ammunition": ("goods", "behind", "doors"),
    "currency": ("goods", "behind", "front"),
    "shielding": ("goods", "doors"),
    "alcohol": ("goods", "goods", "behind", "front"),
    "compartment": ("goods", "goods", "front"),
}
_WEIGHT = {
    "narcotics": 0.25, "cigarettes": 0.20, "firearm": 0.17, "ammunition": 0.09, "currency": 0.09, "shielding": 0.08,
    "alcohol": 0.06, "compartment": 0.06,
}  # fmt: skip
LABELS = tuple(_WEIGHT)
STRUCTURE_SHARE = {True: 0.75, False: 0.2}  # of things hidden in the structure: in empty units, in laden ones
_FALSE_CEILING = "roof"  # room of the cargo space: goods may stand in it
_TRIES = 30
_ABOVE_GOODS_MM = 6.0  # more than goods give way for
_AROUND_SOLIDS = ("top", "beside")
_LEAST_LENGTH_MM = 2500.0  # of a unit in which somebody builds a wall


def hide_contraband(
    unit: Unit, vehicle: Hollows, loads: Sequence[Load], rng: np.random.Generator
) -> tuple[Insert, ...]:
    """One hidden object, or now and then two, none inside the other but for what lies behind a false wall.

    Args:
        unit: Where.
        vehicle: Hollows of what carries it, where things are hidden as well.
        loads: What it holds.
        rng: The stream.
    """
    inserts: list[Insert] = []
    for _ in range(1 if rng.random() < 0.8 else 2):
        for _ in range(_TRIES):
            found = _hidden(unit, vehicle, loads, rng)
            if found and not any(overlap(one, other) for one in found for other in inserts):
                inserts += found
                break
    return tuple(inserts) if inserts else (_one_brick(unit, loads, rng),)


def _hidden(unit: Unit, vehicle: Hollows, loads: Sequence[Load], rng: np.random.Generator) -> list[Insert]:
    """Something somewhere; nothing where it did not fit."""
    label = str(rng.choice(LABELS, p=list(_WEIGHT.values())))
    hollows = {**unit.hollows, **vehicle}
    if hollows and label in FLAT and rng.random() < STRUCTURE_SHARE[not loads]:
        place = list(hollows)[int(rng.integers(len(hollows)))]
        made = in_structure(label, hollows[place], rng)
        if made is None:
            return []
        insert = _insert(label, place, made)
        return [hide(insert, loads) if place == _FALSE_CEILING else insert]
    place = _place(label, loads, rng)
    if place == "front":
        return _behind_a_wall(label, unit, loads, rng)
    room = _within(unit.inside, _room(place, unit, loads, rng))
    if label == "compartment":
        if not loads or any(have < need for have, need in zip(room.size, LEAST_VOID_MM, strict=True)):
            return []
        made = void(replace(room, z0=unit.inside.z0), rng)
    else:
        made = MAKERS[label](room, rng)
    made = _indoors(unit.inside, made)
    if place in _AROUND_SOLIDS and _around(made).z0 < room.z0 - 1:  # too tall for what is left above
        return []
    made = _supported(made, loads, unit.inside)
    return [hide(_insert(label, place, made), loads)] if _is_inside(unit.inside, made) else []


def _behind_a_wall(label: str, unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> list[Insert]:
    """A false wall, and behind it what is hidden: what stood there before is gone."""
    inside = unit.inside
    if inside.size[0] < _LEAST_LENGTH_MM:
        return []
    deep = float(rng.uniform(*FALSE_WALL_MM))
    wall = hide(_insert("compartment", "front", false_wall(inside, deep, rng)), loads)
    if label == "compartment":
        return [wall]
    y0 = inside.y0 + rng.uniform(0, 0.4) * inside.size[1]
    room = Space(inside.x0 + 10, inside.x0 + deep - 50, y0, inside.y1 - 10, inside.z0, inside.z1 - 200)
    made = MAKERS[label](room, rng)
    return [wall, _insert(label, "front", made)] if _is_inside(room, made) else [wall]


def _insert(label: str, place: str, made: Made) -> Insert:
    return Insert(label, made.material, place, made.boxes, outline=made.outline, item=made.item)


def _one_brick(unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> Insert:
    """A single package on the floor, or among the lowest goods: it fits anywhere."""
    inside = unit.inside
    x0 = inside.x0 + float(rng.uniform(0, max(inside.size[0] - 250, 0)))
    y0 = inside.y0 + float(rng.uniform(0, max(inside.size[1] - 170, 0)))
    room = Space(x0, x0 + 240, y0, y0 + 160, inside.z0, inside.z0 + 40)
    made = Made(tuple(pile(room, BRICK_MM, 1, COCAINE, 1.1, rng)), "cocaine", "pressed brick")
    return hide(_insert("narcotics", "goods" if loads else "loose", made), loads)


def _moved(made: Made, dx: float, dy: float, dz: float) -> Made:
    return replace(
        made,
        boxes=tuple(box.moved(dx, dy, dz) for box in made.boxes),
        outline=tuple(box.moved(dx, dy, dz) for box in made.outline),
    )


def _around(made: Made) -> Space:
    return bounds((*made.boxes, *made.outline))


def _indoors(inside: Space, made: Made) -> Made:
    """Moved as far as it takes: a rifle is longer than many a gap, but nothing reaches through a wall."""
    around = _around(made)
    return _moved(
        made,
        max(inside.x0 - around.x0, min(0.0, inside.x1 - around.x1)),
        max(inside.y0 - around.y0, min(0.0, inside.y1 - around.y1)),
        max(inside.z0 - around.z0, min(0.0, inside.z1 - around.z1)),
    )


def _is_inside(room: Space, made: Made) -> bool:
    around, slack = _around(made), 1.5  # packages lie askew by as much
    return (
        around.x0 >= room.x0 - slack and around.x1 <= room.x1 + slack
        and around.y0 >= room.y0 - slack and around.y1 <= room.y1 + slack
        and around.z0 >= room.z0 - slack and around.z1 <= room.z1 + slack
    )  # fmt: skip


def _supported(made: Made, loads: Sequence[Load], inside: Space) -> Made:
    """Let down onto what is below, where it is not packed among goods: nothing hangs in the air."""
    around = _around(made)
    below = [
        box
        for load in loads
        for box in load.boxes
        if box.x0 < around.x1 and box.x1 > around.x0 and box.y0 < around.y1 and box.y1 > around.y0
        and box.z0 < around.z0 + 1
    ]  # fmt: skip
    floor = max((min(box.z1 + _ABOVE_GOODS_MM, around.z0) for box in below), default=inside.z0)
    return _moved(made, 0.0, 0.0, max(floor, inside.z0) - around.z0)


def _within(inside: Space, room: Space) -> Space:
    """The part of a room that lies inside; all of the inside along an edge that it misses."""
    edges = [
        (max(low, a), min(high, b)) if max(low, a) < min(high, b) else (low, high)
        for low, high, a, b in (
            (inside.x0, inside.x1, room.x0, room.x1), (inside.y0, inside.y1, room.y0, room.y1),
            (inside.z0, inside.z1, room.z0, room.z1),
        )
    ]  # fmt: skip
    (x0, x1), (y0, y1), (z0, z1) = edges
    return Space(x0, x1, y0, y1, z0, z1)


def _place(label: str, loads: Sequence[Load], rng: np.random.Generator) -> str:
    places = _PLACES[label]
    if not loads:
        return "front" if "front" in places and rng.random() < 0.3 else "loose"
    place = str(rng.choice(places))
    if place == "front":
        return place
    # Nobody hollows out coils or bars: beside the one, on top of the other.
    if any(load.goods.style == "coils" for load in loads):
        return "beside"
    solid = (load.goods.style == "bundles" and load.goods.density_t_m3[0] > 1 for load in loads)
    return "top" if any(solid) else place


def _room(place: str, unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    """Room for an object in the cargo space, its lower front corner chosen by the seed."""
    inside = unit.inside
    if place == "loose":
        x0 = inside.x0 + float(rng.uniform(0, max(inside.size[0] - 1300, 0)))
        y0 = inside.y0 + float(rng.uniform(0, max(inside.size[1] - 1150, 0)))
        return Space(x0, x0 + 1300, y0, inside.y1, inside.z0, inside.z1 - 400)
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
        y0 = inside.y0 + 0.25 * inside.size[1]
        return Space(x0, x0 + 1250.0, y0, inside.y1, min(under.z1 + 6, inside.z1 - 300), inside.z1)
    # On the floor, between goods and side wall; beside coils, which stand on the middle of the floor.
    deep = min(420.0, 0.5 * inside.size[1])
    y0 = inside.y0 if place == "beside" or rng.random() < 0.5 else inside.y1 - deep
    top = inside.z1 if place == "beside" else max(own.z1, inside.z0 + 600)
    return Space(x0, min(x0 + 1250.0, inside.x1), y0, y0 + deep, inside.z0, top)


def _room_at_doors(inside: Space, loads: Sequence[Load], rng: np.random.Generator) -> Space:
    """On the floor before the doors where there is room for it, else among the last packages."""
    last = max(loads, key=lambda load: bounds(load.boxes).x1)
    own, y0 = bounds(last.boxes), inside.y0 + float(rng.uniform(0, max(inside.size[1] - 1250, 0)))
    if own.x1 < inside.x1 - 620:
        return Space(own.x1 + 10, inside.x1, y0, inside.y1, inside.z0, inside.z1)
    return Space(max(own.x0, own.x1 - 700), own.x1, y0, inside.y1, _anchor(last, rng).z0, own.z1)


def _anchor(load: Load, rng: np.random.Generator) -> Box:
    packages = [box for box in load.boxes if box.material != WOOD] or list(load.boxes)
    return packages[int(rng.integers(len(packages)))]
