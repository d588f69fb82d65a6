"""Goods that are assemblies of parts: a crate with machinery, a washing machine, a car. All estimates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.physics.materials import ALUMINIUM, GLASS, LEAD, PLASTIC, RUBBER, STEEL, WOOD
from datasets.sandbox.shapes import Box, Space, lying_cylinder, mass_kg


def crate(goods: Goods, density: float, room: Space, rng: np.random.Generator) -> tuple[Box, ...]:
    """Crate of wood: skids, posts and panels, and machine parts until the mean density is reached."""
    x, y, z = room.size
    wood = [Box(room.x0, room.x1, y0, y0 + 90, room.z0, room.z0 + 90, WOOD, 0.55) for y0 in (room.y0, room.y1 - 90)]
    wood += [Box(room.x0, room.x1, y0, y0 + 12, room.z0 + 90, room.z1, WOOD, 0.55) for y0 in (room.y0, room.y1 - 12)]
    wood += [Box(x0, x0 + 60, room.y0, room.y1, room.z0, room.z1, WOOD, 0.12) for x0 in (room.x0, room.x1 - 60)]
    wanted = x * y * z * density * 1e-6
    parts = [Box(room.x0 + 90, room.x1 - 90, room.y0 + 120, room.y1 - 120, room.z0 + 90, room.z0 + 130, STEEL, 1.5)]
    while mass_kg(parts) < wanted - 10 and len(parts) < 200:
        share = rng.uniform(0.10, 0.40, 3)
        low = rng.uniform(0.08, 0.92 - share)
        x0, y0, z0 = room.x0 + low[0] * x, room.y0 + low[1] * y, room.z0 + 120 + low[2] * (z - 180)
        x1, y1, z1 = x0 + share[0] * x, y0 + share[1] * y, z0 + share[2] * (z - 180)
        dense = float(rng.choice([0.3, 0.6, 1.2, 2.4]))  # castings are hollow
        if rng.random() < 0.4:
            diameter = float(min(x1 - x0, z1 - z0))
            parts += lying_cylinder(
                (x0 + x1) / 2, (z0 + z1) / 2, y0, y1, diameter, goods.composition, dense, bore=diameter * 0.4, strips=12
            )
        else:
            parts.append(Box(x0, x1, y0, y1, z0, z1, goods.composition, dense))
    excess = wanted / max(mass_kg(parts), 1e-6)
    return (*wood, *(replace(part, density_g_cm3=part.density_g_cm3 * min(excess, 1.2)) for part in parts))


def washing_machine(goods: Goods, density: float) -> list[Box]:
    """A washing machine of the outline's volume times `density`: casing, motor, counterweight and drum."""
    dx, dy, dz = goods.size_mm
    total = dx * dy * dz * density * 1e-6

    def part(x0: float, x1: float, z0: float, z1: float, share: float) -> Box:
        volume = (x1 - x0) * dx * 0.8 * dy * (z1 - z0) * dz
        return Box(
            x0 * dx, x1 * dx, 0.1 * dy, 0.9 * dy, z0 * dz, z1 * dz, goods.composition, share * total / volume * 1e6
        )

    ring = lying_cylinder(
        0.5 * dx, 0.52 * dz, 0.2 * dy, 0.75 * dy, 0.8 * dx, goods.composition, 1.0, bore=0.7 * dx, strips=20
    )
    scale = 0.25 * total / mass_kg(ring)
    drum = [replace(box, density_g_cm3=box.density_g_cm3 * scale) for box in ring]
    return [
        part(0, 1, 0, 1, 0.18), part(0, 0.03, 0, 1, 0.06), part(0.97, 1, 0, 1, 0.06), part(0.2, 0.8, 0.84, 0.95, 0.30),
        part(0.55, 0.8, 0.05, 0.22, 0.15), *drum,
    ]  # fmt: skip


def saloon(goods: Goods) -> list[Box]:
    """A saloon of about 1.2 t, front to the left."""
    metal = goods.composition
    boxes = [Box(0, 4300, y0, y0 + 25, 250, 800, metal, 0.75) for y0 in (0.0, 1735.0)]
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
        boxes += [
            Box(x, x + 520, 250, 1510, 380, 520, PLASTIC, 0.06),
            Box(x + 470, x + 590, 250, 1510, 500, 1150, PLASTIC, 0.05),
        ]
    for x in (720.0, 3450.0):
        for y in (20.0, 1540.0):
            boxes += lying_cylinder(x, 310, y, y + 200, 620, RUBBER, 0.33, bore=390, strips=20)
            boxes += lying_cylinder(x, 310, y + 60, y + 160, 380, STEEL, 0.8, strips=12)
    return boxes
