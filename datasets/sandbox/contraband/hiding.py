"""Where contraband is hidden: in goods, behind and on them, by the doors, in the structure, behind false walls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from datasets.sandbox.carriers.carrier import Hollows, Unit
from datasets.sandbox.contraband.compartments import (
    FALSE_WALL_MM,
    LEAST_VOID_MM,
    above_ceiling,
    false_ceiling,
    false_wall,
    void,
)
from datasets.sandbox.contraband.objects import BRICK_MM, COCAINE, MAKERS, Made, cigarettes, holdalls, pile
from datasets.sandbox.contraband.placing import around, indoors, is_inside, supported
from datasets.sandbox.contraband.rooms import cover, drawn, in_cargo, is_divisible, is_solid, loose
from datasets.sandbox.contraband.structure import LABELS as FLAT
from datasets.sandbox.contraband.structure import in_structure
from datasets.sandbox.scene import Insert, Load, hide, overlap
from datasets.sandbox.shapes import Space, bounds

# How often each thing is met, and where in a laden unit it is hidden; estimates.
WEIGHTS = {
    "narcotics": 0.25, "cigarettes": 0.20, "firearm": 0.17, "ammunition": 0.09, "currency": 0.09, "shielding": 0.08,
    "alcohol": 0.06, "compartment": 0.06,
}  # fmt: skip
_PLACES: dict[str, dict[str, float]] = {
    "narcotics": {"goods": 0.40, "behind": 0.15, "doors": 0.35, "top": 0.05, "front": 0.05},
    "cigarettes": {"goods": 0.45, "behind": 0.22, "doors": 0.08, "top": 0.05, "front": 0.20},
    "firearm": {"goods": 0.55, "behind": 0.20, "doors": 0.15, "top": 0.05, "front": 0.05},
    "ammunition": {"goods": 0.50, "behind": 0.30, "doors": 0.20},
    "currency": {"goods": 0.50, "behind": 0.20, "doors": 0.10, "front": 0.20},
    "shielding": {"goods": 0.65, "behind": 0.15, "doors": 0.20},
    "alcohol": {"goods": 0.50, "behind": 0.25, "doors": 0.05, "front": 0.20},
    "compartment": {"goods": 0.60, "front": 0.40},
}
LABELS = tuple(WEIGHTS)
STRUCTURE_SHARE = {True: 0.75, False: 0.15}  # of things hidden in the structure: in empty units, in laden ones
_STRUCTURE = {"floor": 2.0, "wall": 2.0, "roof": 1.5, "reefer": 2.0, "post": 0.5, "tank": 0.5}  # others: 1
_RIP_OFF = 0.7  # of narcotics by the doors: thrown in holdalls behind the last goods after the unit was loaded
_COVERED = 0.8  # of cigarettes among goods in cartons: in cartons of the same size, where those stood
_WALL_IF_EMPTY = 0.5  # of things that may be hidden behind a wall
_TRIES = 30
_ON_PALLETS = ("goods", "top", "loose")
_AROUND_SOLIDS = ("top", "beside")
_LEAST_LENGTH_MM = 2500.0  # of a unit in which somebody builds a wall


def hide_contraband(
    unit: Unit, vehicle: Hollows, loads: Sequence[Load], rng: np.random.Generator
) -> tuple[Insert, ...]:
    """One hidden object, or now and then two, none inside the other but for what a false wall or ceiling hides.

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
    hollows = {**unit.hollows, **vehicle}
    if hollows and rng.random() < STRUCTURE_SHARE[not loads]:
        label = drawn({label: WEIGHTS[label] for label in FLAT}, rng)
        place = drawn({place: _STRUCTURE.get(place, 1.0) for place in hollows}, rng)
        return _in_structure(label, place, hollows[place], loads, rng)
    label = drawn(WEIGHTS, rng)
    places = _PLACES[label]
    if not loads:
        places = {"front": _WALL_IF_EMPTY, "loose": 1 - _WALL_IF_EMPTY} if "front" in places else {"loose": 1.0}
    if unit.kind == "pallet":  # it has neither walls nor doors
        places = {place: weight for place, weight in places.items() if place in _ON_PALLETS}
    place = drawn(places, rng)
    return _behind_a_wall(label, unit, loads, rng) if place == "front" else _in_cargo(label, place, unit, loads, rng)


def _in_structure(
    label: str, place: str, rooms: Sequence[Space], loads: Sequence[Load], rng: np.random.Generator
) -> list[Insert]:
    """A little of something in the structure; under the roof a ceiling hides it."""
    made = in_structure(label, [above_ceiling(room) for room in rooms] if place == "roof" else rooms, rng)
    if made is None:
        return []
    if place != "roof":
        return _among_goods(_insert(label, place, made), loads)
    room = next(room for room in rooms if room.x0 <= made.boxes[0].x0 < room.x1)
    ceiling = _among_goods(_insert("compartment", place, false_ceiling(room, around(made), rng)), loads)
    return [*ceiling, _insert(label, place, made)] if ceiling else []


def _in_cargo(label: str, place: str, unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> list[Insert]:
    """Something in the cargo space; nothing where it did not fit, or solid goods would have to give way."""
    inside = unit.inside
    place, room = in_cargo(place, inside, loads, rng) if loads else (place, loose(inside, rng))
    if label == "compartment":
        room = replace(room, z0=inside.z0)
        if not loads or any(have < need for have, need in zip(room.size, LEAST_VOID_MM, strict=True)):
            return []
        made = void(room, rng)
    elif label == "narcotics" and place == "doors" and rng.random() < _RIP_OFF:
        made = holdalls(room, rng)
    elif label == "cigarettes" and place == "goods" and (carton := cover(room, loads)) and rng.random() < _COVERED:
        corner = replace(room, x0=carton.x0, y0=carton.y0, z0=carton.z0)
        made = cigarettes(corner, rng, bounds([carton]).size)
    else:
        made = MAKERS[label](room, rng)
    made = indoors(inside, made)
    if place in _AROUND_SOLIDS and around(made).z0 < room.z0 - 1:  # too tall for what is left above
        return []
    made = supported(made, loads, inside)
    if not is_inside(inside, made):
        return []
    return _among_goods(_insert(label, place, made), loads)


def _among_goods(insert: Insert, loads: Sequence[Load]) -> list[Insert]:
    """The insert, where goods make room for it; nothing where such would have to as nobody hollows or saws through."""
    whole = [load for load in loads if is_solid(load) or (insert.label == "compartment" and not is_divisible(load))]
    hidden, firm = hide(insert, loads), {load.goods.composition for load in whole}
    return [] if any(cut.material in firm for cut in hidden.cavities) else [hidden]


def _behind_a_wall(label: str, unit: Unit, loads: Sequence[Load], rng: np.random.Generator) -> list[Insert]:
    """A false wall, and behind it what is hidden: what stood there before is gone."""
    inside = unit.inside
    if inside.size[0] < _LEAST_LENGTH_MM:
        return []
    deep = float(rng.uniform(*FALSE_WALL_MM))
    wall = _among_goods(_insert("compartment", "front", false_wall(inside, deep, rng)), loads)
    if not wall or label == "compartment":
        return wall
    y0 = inside.y0 + rng.uniform(0, 0.4) * inside.size[1]
    room = Space(inside.x0 + 10, inside.x0 + deep - 50, y0, inside.y1 - 10, inside.z0, inside.z1 - 200)
    made = MAKERS[label](room, rng)
    return [*wall, _insert(label, "front", made)] if is_inside(room, made) else wall


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
