"""Laying packages in a space: cartons, bags and bales stacked on the floor or on pallets.

Every style is `style(goods, density_g_cm3, space, budget_kg, rng) -> Laid`: boxes inside the space (a lean of a few
centimetres apart), of at most about the budget's mass, and how many packages they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.cargo.disorder import leant, settled, skewed
from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.cargo.stacking import Laid, packed, stacked
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.shapes import Box, Space, bounds

PALLET_X, PALLET_Y, PALLET_Z = 1000.0, 1160.0, 144.0
_MISSING = 0.03


def cartons(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Cartons; on pallets, or on the floor with some missing, some columns lower and the last stack leaning."""
    if goods.palletised:
        return _on_pallets(goods, density, space, budget_kg, rng)
    if goods.mixed:
        return _mixed(goods, density, space, budget_kg, rng)
    return stacked(goods, density, space, budget_kg, rng)


def bags(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Bags, flatter at their ends, every row broken somewhere else; on pallets or on the floor."""
    lay = _on_pallets if goods.palletised else stacked
    return lay(goods, density, space, budget_kg, rng)


def bales(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Pressed bales, tightly stacked."""
    return stacked(goods, density, space, budget_kg, rng)


def _mixed(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Packages of changing sizes, pile after pile in lanes along the unit; a household load."""
    laid, y = Laid((), 0), space.y0
    while y < space.y1:
        wide = goods.size_mm[1] * float(rng.uniform(0.5, 1.05))
        lane = replace(space, y0=y, y1=min(y + wide, space.y1))
        x = space.x0 + float(rng.uniform(0.0, 60.0))
        while x < space.x1 and lane.size[1] > 0.4 * goods.size_mm[1]:
            long, high = (np.array(goods.size_mm)[[0, 2]] * rng.uniform(0.5, 1.05, 2)).tolist()
            if rng.random() < 0.4:
                long, high = high, long
            room = replace(lane, x0=x, x1=min(x + long, space.x1))
            share = room.size[0] * lane.size[1] / (space.size[0] * space.size[1])
            laid += _pile(goods, density, high, room, budget_kg * share, rng)
            x = room.x1 + float(rng.uniform(2.0, 40.0))
        y = lane.y1 + 4
    return laid


def _pile(
    goods: Goods, density: float, height_mm: float, room: Space, budget_kg: float, rng: np.random.Generator
) -> Laid:
    """Packages of about a height on one another, none larger than the one place that they all have."""
    column: list[Box] = []
    floor, left = room.z0, budget_kg * float(rng.uniform(0.75, 1.0))
    while True:
        high = height_mm * float(rng.uniform(0.6, 1.15))
        long, wide = (np.array(room.size[:2]) * rng.uniform((0.8, 0.85), 1.0)).tolist()
        x, y = room.x0 + (room.size[0] - long) * rng.random(), room.y0 + (room.size[1] - wide) * rng.random()
        dense = density * float(rng.uniform(0.7, 1.3))
        box = Box(x, x + long, y, y + wide, floor, floor + high, goods.composition, dense)
        if box.z1 > room.z1 or box.mass_kg > left:
            pile = settled(column, goods.softness, room.z1, rng)
            return Laid(tuple(packed(goods, pile, room, rng)), len(pile))
        column.append(box)
        floor, left = box.z1, left - box.mass_kg


def _on_pallets(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Two rows of pallets, one or two tiers; loads of uneven height, some of them leaning or askew, some missing."""
    count = int(space.size[0] // (PALLET_X + 15))
    if count == 0:
        return Laid((), 0)
    tiers = 2 if space.size[2] > 1900 and rng.random() < 0.55 else 1
    tier_height = min(space.size[2] / tiers - 5, rng.uniform(1150.0, 2200.0) if tiers == 1 else 1150.0)
    share_kg = budget_kg / (count * 2 * tiers)
    laid = Laid((), 0)
    for j in range(2):
        spare = min(space.size[0] - count * PALLET_X, count * float(rng.uniform(10.0, 60.0)))
        gaps = (spare * rng.dirichlet(np.full(count, 2.0))).tolist()
        corner_x, corner_y = space.x0, space.y0 + j * (space.size[1] - PALLET_Y)
        for before, after in zip([0.0, *gaps[:-1]], gaps, strict=True):
            corner_x += before
            room = Space(
                corner_x, corner_x + PALLET_X, corner_y, corner_y + PALLET_Y, space.z0, space.z0 + tier_height
            )  # fmt: skip
            corner_x += PALLET_X
            if count > 2 and rng.random() < _MISSING:
                continue
            for tier in range(tiers):
                load = _pallet_load(goods, density, room, share_kg, rng, top=tier == tiers - 1)
                if tiers == 1:
                    load = _moved_on(load, room, before / 2, after / 2, rng)
                laid += load
                room = replace(room, z0=bounds(load.boxes).z1 + 4, z1=bounds(load.boxes).z1 + 4 + tier_height)
    return laid


def _pallet_load(
    goods: Goods, density: float, room: Space, budget_kg: float, rng: np.random.Generator, *, top: bool
) -> Laid:
    """A pallet with its load; one on top is now and then half empty."""
    height = (room.size[2] - PALLET_Z) * (rng.uniform(0.35, 0.95) if top and rng.random() < 0.18 else 1.0)
    above = replace(room, z0=room.z0 + PALLET_Z, z1=room.z0 + PALLET_Z + height)
    load = stacked(goods, density, above, budget_kg, rng)
    aside = rng.random() * (room.x1 - max((box.x1 for box in load.boxes), default=room.x1))
    return Laid((*_pallet(room.x0, room.y0, room.z0), *(box.moved(dx=aside) for box in load.boxes)), load.packages)


def _moved_on(load: Laid, room: Space, before_mm: float, after_mm: float, rng: np.random.Generator) -> Laid:
    """The load as the journey left it on its pallet: leaning, and turned a little, as far as its neighbours let it."""
    lean = float(rng.uniform(-before_mm, after_mm)) * 0.6 if rng.random() < 0.5 else 0.0
    turn = 0.4 * min(before_mm, after_mm) * float(rng.uniform(-1.0, 1.0))
    middle, deck = (room.y0 + room.y1) / 2, room.z0 + PALLET_Z
    goods = skewed((box for box in load.boxes if box.z0 >= deck), 2 * turn / PALLET_Y, middle)
    pallet = tuple(box for box in load.boxes if box.z0 < deck)
    return Laid((*pallet, *leant(goods, lean / room.size[2], deck)), load.packages)


def _pallet(x: float, y: float, z: float) -> tuple[Box, ...]:
    """Wooden pallet of about 20 kg: deck, nine blocks, three runners."""
    deck = Box(x, x + PALLET_X, y, y + PALLET_Y, z + 122, z + PALLET_Z, WOOD, 0.42)
    blocks = [
        Box(x + dx, x + dx + 100, y + dy, y + dy + 140, z + 22, z + 122, WOOD, 0.5)
        for dx in (0, 450, 900) for dy in (0, 510, 1020)
    ]  # fmt: skip
    runners = [Box(x, x + PALLET_X, y + dy, y + dy + 140, z, z + 22, WOOD, 0.5) for dy in (0, 510, 1020)]
    return (deck, *blocks, *runners)
