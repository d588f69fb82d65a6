"""Laying packages in a space: cartons, bags and bales stacked on the floor or on pallets.

Every style is `style(goods, density_g_cm3, space, budget_kg, rng) -> Laid`: boxes inside the space (a lean of a few
centimetres apart), of at most about the budget's mass, and how many packages they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.cargo.stacking import Laid, stacked
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.shapes import Box, Space

PALLET_X, PALLET_Y, PALLET_Z = 1000.0, 1160.0, 144.0


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
    """Cartons of changing sizes, slot after slot along x; a household load."""
    laid, x = Laid((), 0), space.x0
    length = space.size[0]
    while x < space.x1:
        size = np.array(goods.size_mm) * rng.uniform(0.5, 1.05, 3)
        if rng.random() < 0.4:
            size = size[[2, 1, 0]]
        room = replace(space, x0=x, x1=min(x + float(size[0]) + 5, space.x1))
        share = budget_kg * (room.x1 - room.x0) / length
        slot = goods.model_copy(update={"size_mm": tuple(size.tolist())})
        laid += stacked(slot, density * float(rng.uniform(0.75, 1.25)), room, share, rng)
        x += float(size[0]) + 15
    return laid


def _on_pallets(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Two pallets abreast, row after row, one or two tiers; loads of uneven height."""
    rows = int(space.size[0] // (PALLET_X + 15))
    if rows == 0:
        return Laid((), 0)
    tiers = 2 if space.size[2] > 1900 and rng.random() < 0.55 else 1
    tier_height = min(space.size[2] / tiers - 5, rng.uniform(1150.0, 2200.0) if tiers == 1 else 1150.0)
    laid = Laid((), 0)
    for i in range(rows):
        for j in range(2):
            corner_x = space.x0 + i * (PALLET_X + rng.uniform(5, 15))
            corner_y = space.y0 + j * (space.size[1] - PALLET_Y)
            floor = space.z0
            for _ in range(tiers):
                room = Space(corner_x, corner_x + PALLET_X, corner_y, corner_y + PALLET_Y, floor, floor + tier_height)
                load = _pallet_load(goods, density, room, budget_kg / (rows * 2 * tiers), rng)
                laid += load
                floor = max(box.z1 for box in load.boxes) + 4
    return laid


def _pallet_load(goods: Goods, density: float, room: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    height = (room.size[2] - PALLET_Z) * (rng.uniform(0.7, 0.95) if rng.random() < 0.15 else 1.0)
    above = replace(room, z0=room.z0 + PALLET_Z, z1=room.z0 + PALLET_Z + height)
    return Laid(_pallet(room.x0, room.y0, room.z0), 0) + stacked(goods, density, above, budget_kg, rng)


def _pallet(x: float, y: float, z: float) -> tuple[Box, ...]:
    """Wooden pallet of about 20 kg: deck, nine blocks, three runners."""
    deck = Box(x, x + PALLET_X, y, y + PALLET_Y, z + 122, z + PALLET_Z, WOOD, 0.42)
    blocks = [
        Box(x + dx, x + dx + 100, y + dy, y + dy + 140, z + 22, z + 122, WOOD, 0.5)
        for dx in (0, 450, 900) for dy in (0, 510, 1020)
    ]  # fmt: skip
    runners = [Box(x, x + PALLET_X, y + dy, y + dy + 140, z, z + 22, WOOD, 0.5) for dy in (0, 510, 1020)]
    return (deck, *blocks, *runners)
