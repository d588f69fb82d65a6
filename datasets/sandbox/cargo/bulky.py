"""Laying round, long and large goods: rolls, drums, tyres, coils, bundles, crates, appliances and a car.

Same signature as the styles of packing.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.cargo.disorder import settled
from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.cargo.machines import crate, saloon, washing_machine
from datasets.sandbox.cargo.stacking import Laid
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.shapes import Box, Space, bounds, lying_cylinder, mass_kg, upright_cylinder

_MISSING = 0.02  # of the columns of round goods


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
        if x + diameter > space.x1 or (packages and mass_kg(coil) > left):
            return Laid(tuple(boxes), packages)
        if mass_kg(coil) > left:  # a small share of the payload: a narrower coil
            y += width / 2 * (1 - left / mass_kg(coil))
            coil = [replace(box, y0=y, y1=y + width * left / mass_kg(coil)) for box in coil]
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
        spare = space.size[0] / along - long
        for start in (space.x0 + i * (space.size[0] / along) for i in range(along)):
            for dx in (0.12, 0.5, 0.88) if left >= one_kg else ():
                beam = start + dx * long - 40 + rng.uniform(-30.0, 30.0)
                boxes.append(Box(beam, beam + 80, space.y0 + 30, space.y1 - 30, floor, floor + 60, WOOD, 0.5))
            for j in range(across):
                if left >= one_kg:
                    y = space.y0 + j * (space.size[1] / across)
                    corner = (start + min(spare, 150.0) * rng.random(), y, floor + 60)
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
        abreast = int(space.size[1] // (size[1] + 10))
        for j in range(abreast):
            floor = space.z0
            for _ in range(1 + int(2 * size[2] < space.size[2] and rng.random() < 0.5)):
                y = space.y0 + j * space.size[1] / abreast
                room = Space(x, x + float(size[0]), y, y + float(size[1]), floor, floor + float(size[2]))
                boxes = crate(goods, density, room, rng)
                if mass_kg(boxes) <= left and room.z1 <= space.z1:
                    laid, left, floor = laid + Laid(boxes, 1), left - mass_kg(boxes), room.z1 + 10
        x += float(size[0]) + rng.uniform(20, 60)


def appliances(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Washing machines: casing, drum, motor and counterweight, stacked."""
    dx, dy, dz = goods.size_mm
    nx, ny, nz = (int(room // need) for room, need in zip(space.size, (dx + 10, dy + 10, dz + 10), strict=True))
    starts = (min(space.size[0] - nx * (dx + 10), dx / 2) * rng.random(ny)).tolist()
    boxes: list[Box] = []
    packages = 0
    for i in range(nx):
        for j in range(ny):
            for k in range(nz):
                unit = washing_machine(goods, density)
                x = space.x0 + starts[j] + i * (dx + 10) + rng.uniform(0, 8)
                y = space.y0 + j * space.size[1] / ny + rng.uniform(0, 10)
                if rng.random() < 0.98 and (packages + 1) * mass_kg(unit) <= budget_kg:
                    boxes += [box.moved(x, y, space.z0 + k * (dz + 10)) for box in unit]
                    packages += 1
    return Laid(tuple(boxes), packages)


def cars(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """One car, wheels on the floor; `density` is over the outline in the table of goods."""
    parts = saloon(goods)
    heavier = float(np.prod(goods.size_mm)) * density * 1e-6 / mass_kg(parts)
    parts = [replace(box, density_g_cm3=box.density_g_cm3 * heavier) for box in parts]
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
    if nx * ny * nz == 0:
        return Laid((), 0)
    pitch = min(space.size[0] / nx, diameter + float(rng.uniform(4.0, 40.0)))
    spare = min(space.size[0] - nx * pitch, diameter / 2)
    boxes: list[Box] = []
    packages = 0
    for j in range(ny):
        start, y = space.x0 + spare * rng.random(), space.y0 + j * (space.size[1] - diameter) / max(ny - 1, 1)
        for i in range(nx):
            if rng.random() < _MISSING:
                continue
            levels = nz - int(nz > 1 and rng.random() < 0.12)
            places = start + i * pitch + (pitch - diameter) * rng.random(levels)
            column = [
                Box(x, x + diameter, y, y + diameter, space.z0 + k * height, space.z0 + (k + 1) * height,
                    goods.composition, density * float(np.clip(rng.normal(1.0, 0.02), 0.9, 1.1)))
                for k, x in enumerate(places.tolist())
            ]  # fmt: skip
            for place in settled(column, goods.softness, space.z1, rng):
                boxes += upright_cylinder(
                    (place.x0 + place.x1) / 2, y + diameter / 2, place.z0, place.z1 - 6, diameter - 6,
                    place.material, place.density_g_cm3, bore=bore, strips=strips,
                )  # fmt: skip
            packages += levels
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
