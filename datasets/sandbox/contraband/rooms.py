"""Rooms in the cargo space of a unit for something to hide: among goods, behind, on and beside them, by the doors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from datasets.sandbox.contraband.clearance import CLEARANCE_MM
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.scene import Load
from datasets.sandbox.shapes import Box, Space, bounds

ABOVE_GOODS_MM = CLEARANCE_MM + 1.0  # more than goods give way for
_LONG_MM, _DEEP_MM = 1250.0, 420.0
_LEAST_MM = 700.0  # of a row of goods that something is hidden in
_LEAST_COVER_MM, _MOST_COVER_MM = 130.0, 750.0  # edges of cartons that hold a case of cigarettes or less
_WHOLE = 0.7  # of the size of goods
_FREE_MM = 620.0  # before the doors, to stand something there


def is_solid(load: Load) -> bool:
    """Coils, bars, granite and ingots: nobody hollows them out."""
    return load.goods.style == "coils" or (load.goods.style == "bundles" and load.goods.density_t_m3[0] > 1)


def is_divisible(load: Load) -> bool:
    """Goods in many small packages: of these some are left out for a hollow or a wall; nobody saws through the rest."""
    return load.goods.style in ("cartons", "bags", "bales", "tyres")


def drawn(weights: Mapping[str, float], rng: np.random.Generator) -> str:
    """One of some names, as often as its weight has it."""
    shares = np.array(list(weights.values()))
    return list(weights)[int(rng.choice(len(shares), p=shares / shares.sum()))]


def loose(inside: Space, rng: np.random.Generator) -> Space:
    """On the floor of an empty unit, in the open."""
    x0 = inside.x0 + float(rng.uniform(0, max(inside.size[0] - 1300, 0)))
    y0 = inside.y0 + float(rng.uniform(0, max(inside.size[1] - 1150, 0)))
    return within(inside, Space(x0, x0 + 1300, y0, inside.y1, inside.z0, inside.z1 - 400))


def in_cargo(
    place: str, inside: Space, loads: Sequence[Load], rng: np.random.Generator
) -> tuple[str, Space]:  # fmt: skip
    """Where in a laden unit a place is, its lower front corner chosen by the seed.

    Args:
        place: `goods`, `behind`, `top` or `doors`.
        inside: Of the unit.
        loads: One or more.
        rng: The stream.

    Returns:
        The place, which with coils is `beside` them and with other solid goods on `top`; and the room there.
    """
    load = (
        max(loads, key=lambda one: bounds(one.boxes).x1) if place == "doors" else loads[int(rng.integers(len(loads)))]
    )
    own = bounds(load.boxes)
    if place == "doors" and own.x1 < inside.x1 - _FREE_MM:
        y0 = inside.y0 + float(rng.uniform(0, max(inside.size[1] - _LONG_MM, 0)))
        return place, within(inside, Space(own.x1 + 10, inside.x1, y0, inside.y1, inside.z0, inside.z1))
    if is_solid(load):
        place = "beside" if load.goods.style == "coils" else "top"
    anchor = _anchor(load, rng)
    x0 = max(own.x0, min(anchor.x0, own.x1 - _LEAST_MM))
    room = {"doors": _last, "top": _on_top}.get(place, _along if place in ("behind", "beside") else _among)
    return place, within(inside, room(inside, load, anchor, x0, rng))


def cover(room: Space, loads: Sequence[Load]) -> Box | None:
    """The carton nearest to the lower front corner of a room, as one of which something may pass.

    None where no carton stands in the room, or the nearest is too small or large for that.
    """
    whole = [
        box
        for load in loads
        for box in load.boxes
        if load.goods.style == "cartons" and load.goods.core is None and box.material == load.goods.composition
        and box.volume_mm3 > _WHOLE * np.prod(load.goods.size_mm)  # others are slices of one that bulges
        and room.x0 <= box.x0 < room.x1 and room.y0 <= box.y0 < room.y1 and room.z0 <= box.z0 < room.z1
    ]  # fmt: skip
    if not whole:
        return None
    nearest = min(whole, key=lambda box: box.x0 + box.y0 + box.z0)
    edges = bounds([nearest]).size
    return nearest if _LEAST_COVER_MM <= min(edges) <= max(edges) <= _MOST_COVER_MM else None


def within(inside: Space, room: Space) -> Space:
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


def _among(inside: Space, load: Load, anchor: Box, x0: float, rng: np.random.Generator) -> Space:
    """Among the packages of one load, from the foot of one of them up."""
    own, y0 = bounds(load.boxes), max(inside.y0, min(anchor.y0, inside.y1 - _LONG_MM))
    return Space(x0, min(x0 + _LONG_MM, own.x1), y0, y0 + _LONG_MM, anchor.z0, own.z1)


def _along(inside: Space, load: Load, anchor: Box, x0: float, rng: np.random.Generator) -> Space:
    """On the floor at either side wall: behind goods, or beside coils, which stand on the middle of the floor."""
    own, deep = bounds(load.boxes), min(_DEEP_MM, 0.5 * inside.size[1])
    y0 = inside.y0 if rng.random() < 0.5 else inside.y1 - deep
    top = max(own.z1, inside.z0 + 600)
    return Space(x0, max(min(x0 + _LONG_MM, own.x1), x0 + _LEAST_MM), y0, y0 + deep, inside.z0, top)


def _on_top(inside: Space, load: Load, anchor: Box, x0: float, rng: np.random.Generator) -> Space:
    """On what is highest there."""
    under = bounds(box for box in load.boxes if box.x0 < x0 + _LONG_MM and box.x1 > x0)
    z0 = min(under.z1 + ABOVE_GOODS_MM, inside.z1 - 300)
    y0 = inside.y0 + float(rng.uniform(0.0, 0.4)) * inside.size[1]
    return Space(x0, x0 + _LONG_MM, y0, inside.y1, z0, inside.z1)


def _last(inside: Space, load: Load, anchor: Box, x0: float, rng: np.random.Generator) -> Space:
    """Among the last packages, where there is no room behind them."""
    own, y0 = bounds(load.boxes), inside.y0 + float(rng.uniform(0, max(inside.size[1] - _LONG_MM, 0)))
    return Space(max(own.x0, own.x1 - _LEAST_MM), own.x1, y0, inside.y1, anchor.z0, own.z1)


def _anchor(load: Load, rng: np.random.Generator) -> Box:
    packages = [box for box in load.boxes if box.material != WOOD] or list(load.boxes)
    return packages[int(rng.integers(len(packages)))]
