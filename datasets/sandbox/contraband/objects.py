"""Hidden objects: what they are made of and how much there is of them, in amounts as customs services find them.

Masses and densities are estimates. Every `make` function gives a thing that stands in the lower front corner of a room,
and may be larger than a small room: whoever asked looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.contraband.weapons import magazine_and_barrel, pistol, rifle
from datasets.sandbox.physics.materials import GLASS, LEAD, ORGANIC, Material
from datasets.sandbox.shapes import Box, Space, bounds, upright_cylinder

COCAINE: Material = (("cocaine", 0.96), ("polyethylene", 0.04))
HERB: Material = (("cellulose", 0.75), ("protein", 0.13), ("water", 0.12))
TOBACCO: Material = (("cellulose", 0.88), ("water", 0.08), ("limestone", 0.03), ("potash", 0.01))
CARTRIDGES: Material = (("lead", 0.50), ("copper", 0.32), ("zinc", 0.13), ("cellulose", 0.05))
SPIRITS: Material = (("ethanol", 0.333), ("water", 0.667))
_BOTTLED: Material = (("ethanol", 0.196), ("water", 0.392), ("silica", 0.354), ("lime", 0.058))  # with the glass

CLOTH: Material = (("polyester", 1.0),)

Cell = tuple[float, float, float]
BRICK_MM: Cell = (230.0, 150.0, 36.0)
_NOTES_MM: Cell = (160.0, 130.0, 66.0)
_CASE_MM: Cell = (600.0, 400.0, 290.0)
_BAG_MM = (700.0, 320.0)  # length and breadth of a holdall
_CLOTH_MM, _CLOTH_G_CM3 = 3.0, 0.3
_SUNK = 0.75  # how full a bag is at its ends, over its middle
_MOST_LEAD_KG = 200.0
_HERB, _BAGGED = 0.15, 0.3  # shares of narcotics, and of currency
_GAP_MM = 2.0
_ASKEW_MM = 1.0
_LEAST_SIZE = 0.97  # of the smallest of some packages that should be alike


@dataclass(frozen=True)
class Made:
    """A thing: its boxes, the canonical name of what it mainly is, and what it is in words.

    `outline` is what it covers where that is more than its boxes.
    """

    boxes: tuple[Box, ...]
    material: str
    item: str
    outline: tuple[Box, ...] = ()


Make = Callable[[Space, np.random.Generator], Made]


def narcotics(room: Space, rng: np.random.Generator) -> Made:
    """Pressed bricks of about 1.2 kg, or now and then bales of herb: 10 to 300 kg as far as the room holds."""
    kilograms = float(np.exp(rng.uniform(np.log(10), np.log(300))))
    if rng.random() < _HERB:
        density = float(rng.uniform(0.30, 0.45))
        bales = pile(room, (400.0, 300.0, 180.0), max(1, round(kilograms / (21.6 * density))), HERB, density, rng)
        return Made(tuple(bales), "cannabis", "bales of herb")
    density = float(rng.uniform(0.95, 1.25))
    count = max(1, round(kilograms / (1.22 * density)))
    flat = min(room.size) == room.size[0]
    brick = (36.0, 230.0, 150.0) if flat else BRICK_MM
    return Made(tuple(pile(room, brick, count, COCAINE, density, rng)), "cocaine", "pressed bricks")


def holdalls(room: Space, rng: np.random.Generator) -> Made:
    """One to four sports bags of 15 to 30 bricks, beside each other across the room as far as they go."""
    density = float(rng.uniform(0.95, 1.25))
    boxes, outline, count = _bags(room, BRICK_MM, int(rng.integers(1, 5)), (15, 30), COCAINE, density, rng)
    return Made(boxes, "cocaine", "holdall of bricks" if count == 1 else "holdalls of bricks", outline)


def cigarettes(room: Space, rng: np.random.Generator, cover: Cell | None = None) -> Made:
    """Master cases of 10,000 cigarettes, 1 to 40 of them, as a block; or as much in cartons of a cover load."""
    cell = cover or _CASE_MM
    cases = float(np.exp(rng.uniform(0, np.log(40))))
    count = max(1, round(cases * float(np.prod(_CASE_MM)) / float(np.prod(cell))))
    boxes = pile(room, cell, count, TOBACCO, float(rng.uniform(0.20, 0.27)), rng)
    return Made(tuple(boxes), "tobacco", "master cases" if cover is None else "cartons of the cover load")


def firearm(room: Space, rng: np.random.Generator) -> Made:
    """One to eight pistols, a bundle of one to five rifles, or a bag of parts; mostly with the barrel along the unit.

    Every other one points backwards; half of the bundles lie flat, one on the other.
    """
    kind = rng.random()
    build, most, deep, item = (pistol, 8, 4, "pistols") if kind < 0.4 else (rifle, 5, 5, "rifles")
    if kind > 0.75:
        build, most, deep, item = magazine_and_barrel, 12, 3, "magazines and barrels"
    count = 1 if rng.random() < 0.4 else int(rng.integers(2, most + 1))
    one = build()
    if item != "magazines and barrels" and rng.random() < 0.5:
        one, deep = [replace(b, y0=b.z0, y1=b.z1, z0=b.y0, z1=b.y1) for b in one], 1
    size = bounds(one).size
    boxes: list[Box] = []
    for k in range(count):
        turned = [replace(box, x0=size[0] - box.x1, x1=size[0] - box.x0) for box in one] if k % 2 else one
        dx, dy, dz = float(rng.uniform(0, 40)), (k % deep) * (size[1] + 12), (k // deep) * (size[2] + 8)
        boxes += [box.moved(dx, dy, dz) for box in turned]
    if rng.random() < 0.2:
        boxes = [replace(box, x0=box.y0, x1=box.y1, y0=box.x0, y1=box.x1) for box in boxes]
    return Made(tuple(into(room, boxes)), "steel", item)


def ammunition(room: Space, rng: np.random.Generator) -> Made:
    """Steel boxes of cartridges, about 12 kg each, one to eight."""
    count, density = int(rng.integers(1, 9)), float(rng.uniform(1.6, 2.4))
    boxes = pile(room, (280.0, 155.0, 150.0), count, CARTRIDGES, density, rng)
    return Made(tuple(boxes), "lead and brass", "boxes of cartridges")


def currency(room: Space, rng: np.random.Generator) -> Made:
    """Bricks of banknotes, 10 to 80 kg, stacked or in one or two sports bags."""
    density = float(rng.uniform(0.70, 0.90))
    if rng.random() < _BAGGED:
        boxes, outline, count = _bags(room, _NOTES_MM, int(rng.integers(1, 3)), (12, 30), ORGANIC, density, rng)
        return Made(boxes, "paper", "holdall of banknotes" if count == 1 else "holdalls of banknotes", outline)
    bricks = pile(room, _NOTES_MM, int(rng.integers(10, 80)), ORGANIC, density, rng)
    return Made(tuple(bricks), "paper", "bricks of banknotes")


def alcohol(room: Space, rng: np.random.Generator) -> Made:
    """Cases of six bottles of spirits, 4 to 30 of them; or 2 to 12 canisters of 20 litres."""
    if rng.random() < 0.35:
        count, size = int(rng.integers(2, 13)), (290.0, 250.0, 350.0)
        return Made(tuple(pile(room, size, count, SPIRITS, 0.80, rng)), "spirits", "canisters")
    places = pile(room, (270.0, 185.0, 320.0), int(rng.integers(4, 31)), SPIRITS, 0.5, rng)
    bottles = [part for place in places for part in _case(place)]
    return Made(tuple(bottles), "spirits", "cases of bottles")


def shielding(room: Space, rng: np.random.Generator) -> Made:
    """A hollow box of lead sheet, 4 to 25 mm thick and of at most 200 kg, half of them with something in it."""
    size = rng.uniform(180.0, 420.0, 3).tolist()
    x, y, z = (min(want, have) for want, have in zip(size, room.size, strict=True))
    skin_kg_mm = 2 * (x * y + y * z + z * x) * 11.3e-6  # of a skin 1 mm thick
    thick = min(float(rng.uniform(4.0, 25.0)), _MOST_LEAD_KG / skin_kg_mm, min(x, y, z) / 4)
    whole = Box(0, x, 0, y, 0, z, LEAD, 11.3)
    hollow = Box(thick, x - thick, thick, y - thick, thick, z - thick, LEAD, -11.3)
    inside = replace(hollow, x1=x / 2, z1=z / 2, material=COCAINE, density_g_cm3=1.0)
    if rng.random() < 0.5:
        return Made(tuple(into(room, [whole, hollow, inside])), "lead", "lead box with something in it")
    return Made(tuple(into(room, [whole, hollow])), "lead", "lead box")


MAKERS: dict[str, Make] = {
    "narcotics": narcotics, "cigarettes": cigarettes, "firearm": firearm, "ammunition": ammunition,
    "currency": currency, "shielding": shielding, "alcohol": alcohol,
}  # fmt: skip


def pile(
    room: Space, cell: Cell, count: int, material: Material, density: float, rng: np.random.Generator
) -> list[Box]:
    """Up to `count` packages, layer on layer, on a base no wider than the height needs; one at least."""
    nx, ny, nz = (max(1, int(have // (need + _GAP_MM))) for have, need in zip(room.size, cell, strict=True))
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
        x, y, z = (
            room.x0 + i * (cell[0] + _GAP_MM), room.y0 + j * (cell[1] + _GAP_MM), room.z0 + level * (cell[2] + _GAP_MM)
        )  # fmt: skip
        dx, dy = rng.uniform(-_ASKEW_MM, _ASKEW_MM, 2).tolist()
        # No two are pressed alike: a little lighter or heavier, a little shorter and flatter.
        dense = density * float(np.clip(rng.normal(1.0, 0.02), 0.94, 1.06))
        length, width, height = (np.array(cell) * rng.uniform(_LEAST_SIZE, 1.0, 3)).tolist()
        boxes.append(Box(x, x + length, y, y + width, z, z + height, material, dense).moved(dx, dy))
    return boxes


def into(room: Space, boxes: Sequence[Box]) -> list[Box]:
    """The boxes moved to the lower front corner of a room."""
    around = bounds(boxes)
    return [box.moved(room.x0 - around.x0, room.y0 - around.y0, room.z0 - around.z0) for box in boxes]


def _bags(
    room: Space, cell: Cell, count: int, pieces: tuple[int, int], material: Material, density: float,
    rng: np.random.Generator,
) -> tuple[tuple[Box, ...], tuple[Box, ...], int]:  # fmt: skip
    """Holdalls beside each other across a room, one at least: boxes, what they cover, how many there are."""
    pitch = _BAG_MM[1] + 50.0
    count = min(count, max(1, int(room.size[1] // pitch)))
    boxes: list[Box] = []
    outline: list[Box] = []
    for bag in range(count):
        corner = (room.x0 + float(rng.uniform(0, 60)), room.y0 + bag * pitch, room.z0)
        held, cover = _holdall(corner, cell, int(rng.integers(*pieces, endpoint=True)), material, density, rng)
        boxes += held
        outline += cover
    return tuple(boxes), tuple(outline), count


def _holdall(
    corner: Cell, cell: Cell, pieces: int, material: Material, density: float, rng: np.random.Generator
) -> tuple[list[Box], list[Box]]:
    """One bag of cloth, full in its middle and sunk at its ends: its boxes, and what it covers."""
    columns, deep = round(_BAG_MM[0] / cell[0]), int(_BAG_MM[1] // (cell[1] + _GAP_MM))
    shares = [_SUNK if k in (0, columns - 1) else 1.0 for k in range(columns)]
    boxes: list[Box] = []
    outline: list[Box] = []
    for k, share in enumerate(shares):
        count = max(deep, round(pieces * share / sum(shares)))
        x0, y0, z0 = corner[0] + k * (cell[0] + 4.0), corner[1] + 5.0, corner[2] + _CLOTH_MM
        place = Space(x0, x0 + cell[0] + 3.0, y0, y0 + _BAG_MM[1], z0, z0 + -(-count // deep) * (cell[2] + 3.0))
        held = pile(place, cell, count, material, density, rng)
        top = bounds(held).z1 + _CLOTH_MM
        whole = Box(x0 - 2.0, x0 + cell[0] + 2.0, corner[1], y0 + _BAG_MM[1], corner[2], top, CLOTH, _CLOTH_G_CM3)
        boxes += [*held, replace(whole, z1=z0), replace(whole, z0=top - _CLOTH_MM)]
        outline.append(whole)
    return boxes, outline


def _case(place: Box) -> list[Box]:
    """Six bottles of 0.7 litres, standing in two rows in a carton. Body and neck of each are one box."""
    boxes = [replace(place, z1=place.z0 + 4.0, material=ORGANIC, density_g_cm3=0.5)]
    for i in range(3):
        for j in range(2):
            x, y = place.x0 + 45.0 + 90.0 * i, place.y0 + 46.0 + 92.0 * j
            low, high = place.z0 + 8.0, place.z0 + 230.0
            boxes += upright_cylinder(x, y, low, high, 76.0, _BOTTLED, 1.12, strips=1)
            boxes += upright_cylinder(x, y, high, high + 70.0, 30.0, GLASS, 1.2, strips=1)
    return boxes
