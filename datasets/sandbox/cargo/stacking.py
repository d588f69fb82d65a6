"""Packages of one size in columns: the base of every stacked load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.cargo.disorder import STAIR_MM, bulged, dunnage_bag, fallen, leant, settled, sharing_mass, tipped
from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.shapes import Box, Space

_CORE_MASS_SHARE = 0.85
# Slices about the seam of a bag, in shares of its length.
_PILLOW = np.array([-0.2, -0.11, -0.05, -0.015, 0.015, 0.05, 0.11, 0.2])
_STEEPEST = 0.06  # mm a mm: three and a half degrees
_AISLE_MM, _BAG_MM = 120.0, 60.0  # the narrowest
_ASKEW, _FALLS, _BRICKS = 0.06, 0.15, 0.9  # how often


@dataclass(frozen=True)
class Laid:
    """What was laid: boxes, and the number of packages."""

    boxes: tuple[Box, ...]
    packages: int

    def __add__(self, other: Laid) -> Laid:
        return Laid(self.boxes + other.boxes, self.packages + other.packages)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of columns across the unit: its place along x, and how it leans (mm a mm of height)."""

    x0: float
    x1: float
    slope: float


def stacked(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Packages of one size in columns from the lower front corner of the space; how untidily follows their softness."""
    goods = _turned(goods, space)
    nx, ny, nz = _grid(goods, density, space, budget_kg)
    if nx * ny * nz == 0:
        return Laid((), 0)
    if nx >= 6 and rng.random() < 0.25:
        nx -= 1  # room for an aisle, a lean, or what fell down
    aside = _aside(nx, goods, space, rng)
    rows, bag = _rows(nx, goods.size_mm[0], space, aside, rng)
    levels_XY = _levels(nx, ny, nz, rng)
    starts, width = aside * rng.random(ny), space.size[1] / ny
    if nx >= 4 and ny > 1 and not bag and rng.random() < _BRICKS:
        starts, levels_XY = _bonded(starts, levels_XY, goods.size_mm[0], rng)
    boxes: list[Box] = list(bag)
    packages = 0
    for row, levels_Y in zip(rows, levels_XY.tolist(), strict=True):
        for j, levels in enumerate(levels_Y):
            y0, x0 = space.y0 + j * width, row.x0 + float(starts[j])
            place = replace(space, x0=x0, x1=x0 + row.x1 - row.x0, y0=y0, y1=y0 + width)
            column = _column(goods, density, place, levels, rng)
            falls = row is rows[-1] and levels > 2 and rng.random() < _FALLS
            down = _fallen(column, place.x1 + row.slope * space.size[2], space, rng) if falls else []
            lying = packed(goods, column[: levels - len(down)], place, rng)
            boxes += [*leant(lying, row.slope, space.z0), *(part for package in down for part in package)]
            packages += levels
    return Laid(tuple(boxes), packages)


def _aside(nx: int, goods: Goods, space: Space, rng: np.random.Generator) -> float:
    """How far a lane may be shifted along x: less than half a package, and a part of the room to spare."""
    long = goods.size_mm[0]
    spare = space.size[0] - nx * (long + 4)
    return max(0.0, min(spare * float(rng.uniform(0.4, 0.85)), 0.4 * long))


def _rows(
    nx: int, length_mm: float, space: Space, aside_mm: float, rng: np.random.Generator
) -> tuple[list[_Row], tuple[Box, ...]]:
    """Rows along x, now and then with an aisle between two of them, and the dunnage bag that may fill it."""
    room_mm = space.size[0] - aside_mm
    pitch = min(room_mm / nx, length_mm + rng.uniform(6.0, 24.0))
    spare = room_mm - nx * pitch
    if nx < 4 or spare < _AISLE_MM or rng.random() < 0.5:
        return _block(space.x0, nx, pitch, spare, space, rng), ()
    split, aisle = int(rng.integers(1, nx)), min(spare, aside_mm + float(rng.uniform(_AISLE_MM, 400.0)))
    before = _block(space.x0, split, pitch, aisle, space, rng)
    after = _block(space.x0 + split * pitch + aisle, nx - split, pitch, spare - aisle, space, rng)
    left = before[-1].x1 + aside_mm
    if before[-1].slope > 0 or after[0].x0 - left < _BAG_MM or rng.random() < 0.3:
        return before + after, ()
    low, high = (space.z0 + space.size[2] * rng.uniform((0.05, 0.4), (0.15, 0.6))).tolist()
    return before + after, dunnage_bag(Space(left, after[0].x0, space.y0 + 150, space.y1 - 150, low, high))


def _block(
    x0: float, count: int, pitch: float, free_mm: float, space: Space, rng: np.random.Generator
) -> list[_Row]:  # fmt: skip
    """Rows side by side; the last of them may lean into the free room behind, and only there."""
    leaning = int(rng.integers(1, min(count, 6) + 1)) if rng.random() < 0.45 else 0
    slope = min(max(free_mm - STAIR_MM, 0.0) / space.size[2], _STEEPEST) * float(rng.uniform(0.3, 1.0))
    starts = [x0 + i * pitch for i in range(count)]
    return [_Row(x, x + pitch, slope if i >= count - leaning else 0.0) for i, x in enumerate(starts)]


def _levels(nx: int, ny: int, nz: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many packages stand in each column: a top layer not quite full, and sometimes a slope at the free end."""
    levels_XY = nz - (rng.random((nx, ny)) < 0.08).astype(np.int64)
    if nz > 1 and rng.random() < 0.3:  # the top layer ends somewhere, in the middle of a row
        levels_XY.reshape(-1)[int(rng.integers(nx * ny)) :] -= 1
    if nx > 3 and nz > 2 and rng.random() < 0.4:
        steps = int(rng.integers(1, min(nx // 2, nz - 1, 4) + 1))
        levels_XY[nx - steps :] -= np.arange(1, steps + 1)[:, None]
    levels_XY = np.maximum(levels_XY, 1)
    if nx > 3 and ny > 1 and rng.random() < 0.3:  # the last row is not full; of a pallet it is
        levels_XY[-1, rng.permutation(ny)[: int(rng.integers(1, ny))]] = 0
    return levels_XY


def _bonded(
    starts_Y: NDArray[np.float64], levels_XY: NDArray[np.int64], length_mm: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Lanes bonded like bricks: some begin half a package later and are one package shorter.

    The gaps between packages are then not in line along the beam.
    """
    lanes = len(starts_Y)
    later = np.isin(np.arange(lanes), rng.permutation(lanes)[: int(rng.integers(1, lanes))])
    last = np.arange(len(levels_XY)) == len(levels_XY) - 1
    starts_Y = np.where(later, length_mm * rng.uniform(0.3, 0.7, lanes), starts_Y)
    return starts_Y, np.where(last[:, None] & later, 0, levels_XY)


def _column(goods: Goods, density: float, place: Space, levels: int, rng: np.random.Generator) -> list[Box]:
    """Packages on one another, settled: the column somewhere in its place, no package quite above the one below."""
    dx, dy, dz = goods.size_mm
    free = max(place.size[0] - dx, 0.0)
    start = place.x0 + 0.7 * free * rng.random()
    column = []
    for k in range(levels):
        x = start + 0.3 * free * rng.random()
        y = place.y0 + rng.uniform(0.0, max(place.size[1] - dy, 0.0))
        low = place.z0 + k * dz
        column.append(Box(x, x + dx, y, y + dy, low, low + dz, goods.composition, density))
    return settled(column, goods.softness, place.z1, rng)


def packed(goods: Goods, column: Sequence[Box], place: Space, rng: np.random.Generator) -> list[Box]:
    """The packages of a column as they are: bags, cartons with a belly or a core, the topmost sometimes askew."""
    boxes: list[Box] = []
    seam = float(rng.random())  # of bags: every other level is laid half a bag further
    for k, whole in enumerate(column):
        box = _jittered(whole, rng)
        rise = float(rng.uniform(0.03, 0.14)) * (box.x1 - box.x0)
        if k == len(column) - 1 and k and box.z1 + rise < place.z1 and rng.random() < _ASKEW:
            boxes += tipped(box, rise if rng.random() < 0.5 else -rise)
        elif goods.style == "bags":
            boxes += _bag(box, seam + 0.5 * (k % 2), 0.35 if k else 0.0, rng)
        elif goods.core is not None:
            boxes += _cored(box, goods.core)
        elif rng.random() < goods.softness:
            boxes += bulged(box, goods.softness * float(rng.uniform(4.0, 25.0)), place)
        else:
            boxes.append(box)
    return boxes


def _fallen(
    column: Sequence[Box], from_x: float, space: Space, rng: np.random.Generator
) -> list[list[Box]]:  # fmt: skip
    """The topmost packages of a column, on the floor before the load as far as there is room; the boxes of each."""
    x, down = from_x + rng.uniform(5.0, 60.0), []
    for box in list(reversed(column))[: int(rng.integers(1, 4))]:
        flat = box.z1 - box.z0 < 0.5 * (box.x1 - box.x0)  # such as a bag: it does not stay on its edge
        lying = replace(box, x0=x, x1=x + box.x1 - box.x0, z0=space.z0, z1=space.z0 + box.z1 - box.z0)
        lying = _jittered(lying, rng) if flat else fallen(_jittered(box, rng), x, space.z0)
        if lying.x1 > space.x1 or lying.z1 + 0.1 * (lying.x1 - lying.x0) > space.z1:
            break
        down.append(tipped(lying, float(rng.uniform(0.02, 0.1)) * (lying.x1 - lying.x0)))
        x = lying.x1 + rng.uniform(5.0, 80.0)
    return down


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


def _jittered(whole: Box, rng: np.random.Generator) -> Box:
    """One package: a little smaller than its place, a little lighter or heavier than the next."""
    slack = rng.uniform(1.0, 8.0, 3).tolist()
    return replace(
        whole,
        x0=whole.x0 + slack[0] / 2, x1=whole.x1 - slack[0] / 2, y0=whole.y0 + slack[1] / 2, y1=whole.y1 - slack[1] / 2,
        z1=whole.z1 - slack[2] / 3, density_g_cm3=whole.density_g_cm3 * float(np.clip(rng.normal(1.0, 0.02), 0.9, 1.1)),
    )  # fmt: skip


def _bag(box: Box, seam_share: float, below: float, rng: np.random.Generator) -> list[Box]:
    """A filled bag: a pillow, full in the middle and rounded at its seam, as slices along x; same mass.

    `below` is the share of the rounding that is at its foot: a bag lies flat on a floor or a pallet, not on a bag.
    """
    length, height = box.x1 - box.x0, box.z1 - box.z0
    seam = float(rng.normal(seam_share, 0.06)) % 1.0
    # What follows the seam at one end comes before it at the other: bags of neighbouring columns lie like bricks.
    edges = np.unique(np.clip([0.0, 1.0, *(np.add.outer([-1.0, 0.0, 1.0], _PILLOW) + seam).flat], 0.0, 1.0))
    away = np.abs((edges[:-1] + edges[1:]) / 2 - seam)
    rounded = 1 - np.minimum(np.minimum(away, 1 - away) / _PILLOW[-1], 1.0)
    # From the seam a bag thickens like the end of an ellipse.
    less = height * float(rng.uniform(0.3, 0.5)) * (1 - np.sqrt(1 - rounded**2))
    x = (box.x0 + length * edges).tolist()
    parts = [
        replace(box, x0=x0, x1=x1, z0=box.z0 + below * thin, z1=box.z1 - (1 - below) * thin)
        for (x0, x1), thin in zip(pairwise(x), less.tolist(), strict=True)
    ]
    return sharing_mass(parts, box.mass_kg)


def _cored(box: Box, core: float) -> list[Box]:
    """A light filling with a core of `core` of the volume that holds most of the mass."""
    inset = (1 - core ** (1 / 3)) / 2
    x, y, z = ((box.x1 - box.x0) * inset, (box.y1 - box.y0) * inset, (box.z1 - box.z0) * inset)
    heart = replace(
        box, x0=box.x0 + x, x1=box.x1 - x, y0=box.y0 + y, y1=box.y1 - y, z0=box.z0 + z, z1=box.z1 - z,
        density_g_cm3=box.density_g_cm3 * _CORE_MASS_SHARE / core,
    )  # fmt: skip
    return [replace(box, density_g_cm3=box.density_g_cm3 * (1 - _CORE_MASS_SHARE)), heart]
