"""Laying packages in a space: cartons, bags and bales stacked on the floor or on pallets.

Every style is `style(goods, density_g_cm3, space, budget_kg, rng) -> Laid`: boxes inside the space (a lean of a few
centimetres apart), of at most about the budget's mass, and how many packages they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.goods import Goods
from datasets.sandbox.materials import WOOD
from datasets.sandbox.shapes import Box, Space

PALLET_X, PALLET_Y, PALLET_Z = 1000.0, 1160.0, 144.0
_CORE_MASS_SHARE = 0.85


@dataclass(frozen=True)
class Laid:
    """What was laid: boxes, and the number of packages."""

    boxes: tuple[Box, ...]
    packages: int

    def __add__(self, other: Laid) -> Laid:
        return Laid(self.boxes + other.boxes, self.packages + other.packages)


def cartons(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Cartons; on pallets, or on the floor with some missing, some columns lower and the last stack leaning."""
    if goods.palletised:
        return _on_pallets(goods, density, space, budget_kg, rng)
    if goods.mixed:
        return _mixed(goods, density, space, budget_kg, rng)
    return stacked(goods, density, space, budget_kg, rng)


def bags(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Bags, flatter at their ends, every other layer shifted by half a bag; on pallets or on the floor."""
    lay = _on_pallets if goods.palletised else stacked
    return lay(goods, density, space, budget_kg, rng)


def bales(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Pressed bales, tightly stacked."""
    return stacked(goods, density, space, budget_kg, rng)


def stacked(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Packages of one size in columns from the lower front corner of the space."""
    goods = _turned(goods, space)
    nx, ny, nz = _grid(goods, density, space, budget_kg)
    if nx * ny * nz == 0:
        return Laid((), 0)
    dx, dy, dz = goods.size_mm
    step_x, step_y = min(space.size[0] / nx, dx + rng.uniform(4.0, 14.0)), space.size[1] / ny
    lean = rng.uniform(-70.0, 70.0) if nz > 2 and rng.random() < 0.25 else 0.0
    boxes: list[Box] = []
    packages = 0
    for i in range(nx):
        for j in range(ny):
            levels = nz - int(rng.random() < 0.12) - int(i == nx - 1 and nz > 3 and rng.random() < 0.5)
            for k in range(max(levels, 1)):
                if rng.random() < 0.008:
                    continue
                x = space.x0 + i * step_x + (lean * k / nz if i == nx - 1 else 0.0)
                x += dx / 2 * (k % 2) if goods.style == "bags" and i < nx - 1 else 0.0
                y = space.y0 + j * step_y + rng.uniform(0.0, max(step_y - dy, 0.0))
                whole = Box(
                    x, x + dx, y, y + dy, space.z0 + k * dz, space.z0 + (k + 1) * dz, goods.composition, density
                )
                boxes += _package(goods, whole, rng)
                packages += 1
    return Laid(tuple(boxes), packages)


def _grid(goods: Goods, density: float, space: Space, budget_kg: float) -> tuple[int, int, int]:
    dx, dy, dz = goods.size_mm
    one_kg = dx * dy * dz * density * 1e-6
    nx, ny, nz = (int((room + 1e-6) // need) for room, need in zip(space.size, (dx + 4, dy, dz), strict=True))
    if nx * ny * nz == 0:
        return 0, 0, 0
    nz = max(1, min(nz, int(budget_kg // (nx * ny * one_kg))))
    nx = max(1, min(nx, int(budget_kg // (ny * nz * one_kg))))
    return nx, ny, nz


def _turned(goods: Goods, space: Space) -> Goods:
    """The goods with their packages turned by a quarter where more of them stand in a layer that way."""
    dx, dy, dz = goods.size_mm
    here = int(space.size[0] // (dx + 4)) * int(space.size[1] // dy)
    turned = int(space.size[0] // (dy + 4)) * int(space.size[1] // dx)
    return goods.model_copy(update={"size_mm": (dy, dx, dz)}) if turned > here else goods


def _package(goods: Goods, whole: Box, rng: np.random.Generator) -> list[Box]:
    """One package: a little smaller than its place, a little lighter or heavier than the next."""
    slack = rng.uniform(1.0, 8.0, 3).tolist()
    box = replace(
        whole,
        x0=whole.x0 + slack[0] / 2, x1=whole.x1 - slack[0] / 2, y0=whole.y0 + slack[1] / 2, y1=whole.y1 - slack[1] / 2,
        z1=whole.z1 - slack[2] / 3, density_g_cm3=whole.density_g_cm3 * float(np.clip(rng.normal(1.0, 0.02), 0.9, 1.1)),
    )  # fmt: skip
    if goods.style == "bags":
        return _bag(box)
    return [box] if goods.core is None else _cored(box, goods.core)


def _bag(box: Box) -> list[Box]:
    """A filled bag: full height in the middle, three quarters of it at both ends; same mass as the box."""
    end = 0.14 * (box.x1 - box.x0)
    thin = box.z0 + 0.75 * (box.z1 - box.z0)
    dense = box.density_g_cm3 / (1 - 0.28 * 0.25)
    return [
        replace(box, x0=box.x0 + end, x1=box.x1 - end, density_g_cm3=dense),
        replace(box, x1=box.x0 + end, z1=thin, density_g_cm3=dense),
        replace(box, x0=box.x1 - end, z1=thin, density_g_cm3=dense),
    ]


def _cored(box: Box, core: float) -> list[Box]:
    """A light filling with a core of `core` of the volume that holds most of the mass."""
    inset = (1 - core ** (1 / 3)) / 2
    x, y, z = ((box.x1 - box.x0) * inset, (box.y1 - box.y0) * inset, (box.z1 - box.z0) * inset)
    heart = replace(
        box, x0=box.x0 + x, x1=box.x1 - x, y0=box.y0 + y, y1=box.y1 - y, z0=box.z0 + z, z1=box.z1 - z,
        density_g_cm3=box.density_g_cm3 * _CORE_MASS_SHARE / core,
    )  # fmt: skip
    return [replace(box, density_g_cm3=box.density_g_cm3 * (1 - _CORE_MASS_SHARE)), heart]


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
