"""Hidden objects: what they are made of and how much there is of them, in amounts as customs services find them.

Masses and densities are estimates. Every `make` function gives boxes that stand in the lower front corner of a room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from datasets.sandbox.physics.materials import LEAD, ORGANIC, PLASTIC, STEEL, WOOD, Material
from datasets.sandbox.shapes import Box, Space, bounds, leaning

COCAINE: Material = (("cocaine", 0.96), ("polyethylene", 0.04))
TOBACCO: Material = (("cellulose", 0.88), ("water", 0.08), ("limestone", 0.03), ("potash", 0.01))
CARTRIDGES: Material = (("lead", 0.50), ("copper", 0.32), ("zinc", 0.13), ("cellulose", 0.05))

Make = Callable[[Space, np.random.Generator], tuple[list[Box], str]]


def narcotics(room: Space, rng: np.random.Generator) -> tuple[list[Box], str]:
    """Pressed bricks of about 1.2 kg, 10 to 300 kg of them, as far as the room holds."""
    density = float(rng.uniform(0.95, 1.25))
    count = max(1, round(float(np.exp(rng.uniform(np.log(10), np.log(300)))) / (1.22 * density)))
    flat = min(room.size) == room.size[0]
    brick = (36.0, 230.0, 150.0) if flat else (230.0, 150.0, 36.0)
    return _pile(room, brick, count, COCAINE, density, rng), "cocaine"


def cigarettes(room: Space, rng: np.random.Generator) -> tuple[list[Box], str]:
    """Master cases of 10,000 cigarettes, 1 to 40 of them, as a block."""
    count = max(1, round(float(np.exp(rng.uniform(0, np.log(40))))))
    return _pile(room, (600.0, 400.0, 290.0), count, TOBACCO, float(rng.uniform(0.20, 0.27)), rng), "tobacco"


def firearm(room: Space, rng: np.random.Generator) -> tuple[list[Box], str]:
    """One to eight pistols, or one to five rifles, side by side, the barrel mostly across the beam."""
    build, most = (_pistol, 8) if rng.random() < 0.55 else (_rifle, 5)
    count = 1 if rng.random() < 0.4 else int(rng.integers(2, most + 1))
    one = build()
    if rng.random() < 0.3:
        one = [replace(b, x0=b.y0, x1=b.y1, y0=b.x0, y1=b.x1) for b in one]
    elif rng.random() < 0.2:
        one = [replace(b, x0=b.z0, x1=b.z1, z0=b.x0, z1=b.x1) for b in one]
    size = bounds(one)
    boxes: list[Box] = []
    for k in range(count):
        deep, high = k % 3, k // 3
        dy, dz = deep * (size.size[1] + 25), high * (size.size[2] + 15)
        boxes += [box.moved(float(rng.uniform(0, 40)), dy, dz) for box in one]
    return _into(room, boxes), "steel"


def ammunition(room: Space, rng: np.random.Generator) -> tuple[list[Box], str]:
    """Steel boxes of cartridges, about 12 kg each, one to eight."""
    return _pile(room, (280.0, 155.0, 150.0), int(rng.integers(1, 9)), CARTRIDGES, float(rng.uniform(1.6, 2.4)), rng), (
        "lead and brass"
    )


def currency(room: Space, rng: np.random.Generator) -> tuple[list[Box], str]:
    """Bricks of banknotes, 10 to 80 kg."""
    count = int(rng.integers(10, 80))
    return _pile(room, (160.0, 130.0, 66.0), count, ORGANIC, float(rng.uniform(0.70, 0.90)), rng), "paper"


def shielding(room: Space, rng: np.random.Generator) -> tuple[list[Box], str]:
    """A hollow box of lead sheet, 10 to 30 mm thick."""
    size = rng.uniform(220.0, 480.0, 3).tolist()
    thick = float(rng.uniform(10.0, 30.0))
    x, y, z = (min(want, have) for want, have in zip(size, room.size, strict=True))
    whole = Box(0, x, 0, y, 0, z, LEAD, 11.3)
    hollow = Box(thick, x - thick, thick, y - thick, thick, z - thick, LEAD, -11.3)
    return _into(room, [whole, hollow]), "lead"


MAKERS: dict[str, Make] = {
    "narcotics": narcotics, "cigarettes": cigarettes, "firearm": firearm, "ammunition": ammunition,
    "currency": currency, "shielding": shielding,
}  # fmt: skip


def _pile(
    room: Space, cell: tuple[float, float, float], count: int, material: Material, density: float,
    rng: np.random.Generator,
) -> list[Box]:  # fmt: skip
    """Up to `count` packages, layer on layer, on a base no wider than the height needs."""
    nx, ny, nz = (max(1, int(have // (need + 2))) for have, need in zip(room.size, cell, strict=True))
    count = min(count, nx * ny * nz)
    layers = min(nz, max(1, round(count ** (1 / 3) * (cell[0] * cell[1]) ** 0.5 / cell[2] * 0.6)))
    base = -(-count // layers)
    deep = min(ny, max(1, round((base * cell[0] / cell[1]) ** 0.5)))
    if -(-base // deep) > nx:
        deep = min(ny, -(-base // nx))
    while -(-base // deep) > nx:  # too wide: one layer more
        layers += 1
        base = -(-count // layers)
    boxes = []
    for k in range(count):
        level, place = divmod(k, base)
        i, j = divmod(place, deep)
        x, y, z = (room.x0 + i * (cell[0] + 2), room.y0 + j * (cell[1] + 2), room.z0 + level * (cell[2] + 2))
        dx, dy = rng.uniform(-1.0, 1.0, 2).tolist()
        boxes.append(Box(x, x + cell[0], y, y + cell[1], z, z + cell[2], material, density).moved(dx, dy))
    return boxes


def _into(room: Space, boxes: list[Box]) -> list[Box]:
    around = bounds(boxes)
    return [box.moved(room.x0 - around.x0, room.y0 - around.y0, room.z0 - around.z0) for box in boxes]


def _pistol() -> list[Box]:
    """About 1 kg: slide, frame, guard, slanted grip with a full magazine."""
    return [
        Box(0, 185, 0, 27, 105, 133, STEEL, 4.6),
        Box(20, 170, 3, 24, 85, 105, STEEL, 2.2),
        Box(65, 110, 8, 18, 60, 68, STEEL, 3.0),
        *leaning(Box(118, 165, 0, 30, 0, 90, STEEL, 2.4), -16.0, slices=6),
    ]


def _rifle() -> list[Box]:
    """About 4 kg: barrel, gas tube, receiver, bent magazine, wooden furniture."""
    return [
        Box(0, 420, 14, 30, 150, 166, STEEL, 5.5),
        Box(120, 400, 14, 32, 172, 190, STEEL, 2.5),
        Box(380, 650, 4, 40, 130, 190, STEEL, 2.6),
        *leaning(Box(420, 480, 8, 36, 0, 140, STEEL, 3.0), 45.0, slices=6),
        Box(220, 390, 2, 42, 140, 176, WOOD, 0.7),
        *leaning(Box(590, 625, 8, 36, 60, 130, PLASTIC, 0.9), -20.0),
        Box(650, 880, 4, 40, 90, 185, WOOD, 0.6),
    ]
