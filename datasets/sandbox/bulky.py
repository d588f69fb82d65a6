"""Laying round, long and large goods: rolls, drums, tyres, coils, bundles, crates, appliances and a car.

Same signature as the styles of packing.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.goods import Goods
from datasets.sandbox.materials import ALUMINIUM, GLASS, LEAD, PLASTIC, RUBBER, STEEL, WOOD
from datasets.sandbox.packing import Laid
from datasets.sandbox.shapes import Box, Space, bounds, lying_cylinder, mass_kg, upright_cylinder


def rolls(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Rolls on end."""
    return _upright(goods, density, space, budget_kg, rng, bore=76.0, strips=16)


def drums(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Drums on end."""
    return _upright(goods, density, space, budget_kg, rng, bore=0.0, strips=12)


def tyres(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Tyres lying flat on one another."""
    # `density` is that of the whole disc: the rubber has it all, the bore nothing.
    bore = 0.6 * goods.size_mm[0]
    return _upright(goods, density / (1 - 0.6**2), space, budget_kg, rng, bore=bore, strips=8)


def coils(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Coils with their eye along the beam, on the middle of the floor, in timber cradles."""
    boxes: list[Box] = []
    x, left, packages = space.x0 + rng.uniform(50, 200), budget_kg, 0
    while True:
        diameter, width = goods.size_mm[0] * rng.uniform(0.75, 1.05), goods.size_mm[2] * rng.uniform(0.8, 1.15)
        y = (space.y0 + space.y1 - width) / 2
        coil = lying_cylinder(
            x + diameter / 2, space.z0 + 70 + diameter / 2, y, y + width, diameter, goods.composition, density,
            bore=480.0, strips=32,
        )  # fmt: skip
        if x + diameter > space.x1 or mass_kg(coil) > left:
            return Laid(tuple(boxes), packages)
        boxes += coil
        for dx in (0.22, 0.78):
            beam = x + dx * diameter - 50
            boxes.append(Box(beam, beam + 100, space.y0 + 100, space.y1 - 100, space.z0, space.z0 + 120, WOOD, 0.55))
        left, packages, x = left - mass_kg(coil), packages + 1, x + diameter + rng.uniform(80, 400)


def bundles(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Long bundles on battens, with ends that do not quite line up."""
    long, wide, high = goods.size_mm
    long = min(long, space.size[0])
    across, along = int(space.size[1] // (wide + 20)), int(space.size[0] // long)
    one_kg = long * wide * high * density * 1e-6
    boxes: list[Box] = []
    floor, left, packages = space.z0, budget_kg, 0
    while floor + 60 + high <= space.z1 and left >= one_kg:
        for start in (space.x0 + i * (space.size[0] / along) for i in range(along)):
            for dx in (0.12, 0.5, 0.88):
                beam = start + dx * long - 40
                boxes.append(Box(beam, beam + 80, space.y0 + 30, space.y1 - 30, floor, floor + 60, WOOD, 0.5))
            for j in range(across):
                if left >= one_kg:
                    y = space.y0 + j * (space.size[1] / across)
                    corner = (start, y, floor + 60)
                    boxes += _bundle(goods, density, corner, (long, wide, high), rng)
                    left, packages = left - one_kg, packages + 1
        floor += 60 + high
    return Laid(tuple(boxes), packages)


def crates(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Wooden crates, each with an assembly of castings, shafts and voids inside."""
    laid, x, left = Laid((), 0), space.x0, budget_kg
    while True:
        size = np.array(goods.size_mm) * rng.uniform(0.75, 1.15, 3)
        if x + size[0] > space.x1:
            return laid
        for j in range(int(space.size[1] // size[1])):
            floor = space.z0
            for _ in range(1 + int(2 * size[2] < space.size[2] and rng.random() < 0.5)):
                y = space.y0 + j * float(size[1] + 20)
                room = Space(x, x + float(size[0]), y, y + float(size[1]), floor, floor + float(size[2]))
                boxes = _crate(goods, density, room, rng)
                if mass_kg(boxes) <= left and room.z1 <= space.z1:
                    laid, left, floor = laid + Laid(boxes, 1), left - mass_kg(boxes), room.z1 + 10
        x += float(size[0]) + rng.uniform(20, 60)


def appliances(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Washing machines: casing, drum, motor and counterweight, stacked."""
    dx, dy, dz = goods.size_mm
    nx, ny, nz = (int(room // need) for room, need in zip(space.size, (dx + 10, dy + 10, dz + 10), strict=True))
    boxes: list[Box] = []
    packages = 0
    for i in range(nx):
        for j in range(ny):
            for k in range(nz):
                unit = _washing_machine(goods, density)
                x, y = space.x0 + i * (dx + 10), space.y0 + j * space.size[1] / ny + rng.uniform(0, 15)
                if rng.random() < 0.98 and (packages + 1) * mass_kg(unit) <= budget_kg:
                    boxes += [box.moved(x, y, space.z0 + k * (dz + 10)) for box in unit]
                    packages += 1
    return Laid(tuple(boxes), packages)


def cars(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """One car, wheels on the floor; `density` (around 1) makes it lighter or heavier."""
    parts = [replace(box, density_g_cm3=box.density_g_cm3 * density) for box in _car(goods)]
    spare = space.size[0] - (bounds(parts).x1 - bounds(parts).x0)
    if spare < 0 or mass_kg(parts) > budget_kg:
        return Laid((), 0)
    return Laid(
        tuple(box.moved(space.x0 + spare * rng.uniform(0.1, 0.9), space.y0 + 290, space.z0) for box in parts), 1
    )


def _upright(
    goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator, *, bore: float, strips: int
) -> Laid:
    diameter, _, height = goods.size_mm
    nx, ny, nz = (int(room // need) for room, need in zip(space.size, (diameter, diameter, height), strict=True))
    one_kg = np.pi / 4 * (diameter**2 - bore**2) * height * density * 1e-6
    nz = min(nz, int(budget_kg // max(nx * ny * one_kg, 1e-9)))
    boxes: list[Box] = []
    packages = 0
    for i in range(nx):
        for j in range(ny):
            for k in range(nz - int(rng.random() < 0.08)):
                x = space.x0 + diameter / 2 + i * (diameter + 5) + rng.uniform(0, 4)
                y = space.y0 + diameter / 2 + j * (space.size[1] - diameter) / max(ny - 1, 1)
                dense = density * float(np.clip(rng.normal(1.0, 0.02), 0.9, 1.1))
                z = space.z0 + k * height
                boxes += upright_cylinder(
                    x, y, z, z + height - 6, diameter - 6, goods.composition, dense, bore=bore, strips=strips
                )
                packages += 1
    return Laid(tuple(boxes), packages)


def _bundle(
    goods: Goods, density: float, corner: tuple[float, float, float], size: tuple[float, float, float],
    rng: np.random.Generator,
) -> list[Box]:  # fmt: skip
    """One bundle as four layers; their ends differ by a few centimetres, their mass by a few percent."""
    x, y, z = corner
    layer = size[2] / 4
    ends = rng.uniform(0.0, min(0.02 * size[0], 60.0), (4, 2))
    return [
        Box(
            x + float(ends[k, 0]), x + size[0] - float(ends[k, 1]), y, y + size[1], z + k * layer,
            z + (k + 1) * layer - 3, goods.composition, density * float(rng.uniform(0.96, 1.04)),
        )
        for k in range(4)
    ]  # fmt: skip


def _crate(goods: Goods, density: float, room: Space, rng: np.random.Generator) -> tuple[Box, ...]:
    """Skids, posts and panels, and machine parts until the mean density is reached."""
    x, y, z = room.size
    wood = [Box(room.x0, room.x1, y0, y0 + 90, room.z0, room.z0 + 90, WOOD, 0.55) for y0 in (room.y0, room.y1 - 90)]
    wood += [Box(room.x0, room.x1, y0, y0 + 12, room.z0 + 90, room.z1, WOOD, 0.55) for y0 in (room.y0, room.y1 - 12)]
    wood += [Box(x0, x0 + 60, room.y0, room.y1, room.z0, room.z1, WOOD, 0.12) for x0 in (room.x0, room.x1 - 60)]
    wanted = x * y * z * density * 1e-6
    parts = [Box(room.x0 + 90, room.x1 - 90, room.y0 + 120, room.y1 - 120, room.z0 + 90, room.z0 + 130, STEEL, 1.5)]
    while mass_kg(parts) < wanted - 10 and len(parts) < 200:
        share = rng.uniform(0.12, 0.45, 3)
        low = rng.uniform(0.08, 0.92 - share)
        x0, y0, z0 = room.x0 + low[0] * x, room.y0 + low[1] * y, room.z0 + 120 + low[2] * (z - 180)
        x1, y1, z1 = x0 + share[0] * x, y0 + share[1] * y, z0 + share[2] * (z - 180)
        dense = float(rng.choice([0.8, 1.6, 2.6, 4.5]))  # castings are hollow
        if rng.random() < 0.4:
            diameter = float(min(x1 - x0, z1 - z0))
            parts += lying_cylinder(
                (x0 + x1) / 2, (z0 + z1) / 2, y0, y1, diameter, goods.composition, dense, bore=diameter * 0.4, strips=12
            )
        else:
            parts.append(Box(x0, x1, y0, y1, z0, z1, goods.composition, dense))
    excess = wanted / max(mass_kg(parts), 1e-6)
    return (*wood, *(replace(part, density_g_cm3=part.density_g_cm3 * min(excess, 1.2)) for part in parts))


def _washing_machine(goods: Goods, density: float) -> list[Box]:
    dx, dy, dz = goods.size_mm
    total = dx * dy * dz * density * 1e-6

    def part(x0: float, x1: float, z0: float, z1: float, share: float) -> Box:
        volume = (x1 - x0) * dx * 0.8 * dy * (z1 - z0) * dz
        return Box(
            x0 * dx, x1 * dx, 0.1 * dy, 0.9 * dy, z0 * dz, z1 * dz, goods.composition, share * total / volume * 1e6
        )

    ring = lying_cylinder(0.5 * dx, 0.52 * dz, 0.2 * dy, 0.75 * dy, 0.8 * dx, goods.composition, 1.0, bore=0.7 * dx, strips=12)
    scale = 0.25 * total / mass_kg(ring)
    drum = [replace(box, density_g_cm3=box.density_g_cm3 * scale) for box in ring]
    return [
        part(0, 1, 0, 1, 0.18), part(0, 0.03, 0, 1, 0.06), part(0.97, 1, 0, 1, 0.06), part(0.2, 0.8, 0.84, 0.95, 0.30),
        part(0.55, 0.8, 0.05, 0.22, 0.15), *drum,
    ]  # fmt: skip


def _car(goods: Goods) -> list[Box]:
    """A saloon of about 1.2 t, front to the left."""
    metal = goods.composition
    boxes = [
        Box(0, 4300, y0, y0 + 25, 250, 800, metal, 0.75) for y0 in (0.0, 1735.0)
    ]
    boxes += [Box(1250, 3600, y0, y0 + 12, 800, 1400, GLASS, 1.0) for y0 in (60.0, 1690.0)]
    boxes += [
        Box(150, 4150, 60, 1700, 230, 250, metal, 1.2),  # floor
        Box(1500, 3300, 100, 1660, 1400, 1430, metal, 0.6),  # roof
        Box(200, 1150, 80, 1680, 800, 830, metal, 0.5), Box(3500, 4200, 80, 1680, 850, 880, metal, 0.5),
        Box(330, 830, 430, 1230, 330, 820, ALUMINIUM, 0.55), Box(400, 760, 500, 1050, 300, 700, metal, 0.85),  # engine
        Box(640, 1050, 650, 1000, 280, 600, ALUMINIUM, 0.9),  # gearbox
        Box(180, 230, 300, 1450, 350, 700, ALUMINIUM, 0.6), Box(900, 1100, 1350, 1520, 550, 750, LEAD, 2.4),
        Box(1250, 1500, 120, 1640, 700, 900, PLASTIC, 0.12),  # dashboard
        Box(3100, 3600, 350, 1400, 280, 480, PLASTIC, 0.45),  # fuel
        Box(0, 120, 60, 1700, 300, 600, PLASTIC, 0.08), Box(4180, 4300, 60, 1700, 300, 620, PLASTIC, 0.08),
    ]  # fmt: skip
    for x in (1700.0, 2650.0):
        boxes += [Box(x, x + 520, 250, 1510, 380, 520, PLASTIC, 0.06), Box(x + 470, x + 590, 250, 1510, 500, 1150, PLASTIC, 0.05)]
    for x in (720.0, 3450.0):
        for y in (20.0, 1540.0):
            boxes += lying_cylinder(x, 310, y, y + 200, 620, RUBBER, 0.33, bore=390, strips=20)
            boxes += lying_cylinder(x, 310, y + 60, y + 160, 380, STEEL, 0.8, strips=12)
    return boxes
