"""Packages of one size in columns: the base of every stacked load."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.shapes import Box, Space

_CORE_MASS_SHARE = 0.85


@dataclass(frozen=True)
class Laid:
    """What was laid: boxes, and the number of packages."""

    boxes: tuple[Box, ...]
    packages: int

    def __add__(self, other: Laid) -> Laid:
        return Laid(self.boxes + other.boxes, self.packages + other.packages)


def stacked(goods: Goods, density: float, space: Space, budget_kg: float, rng: np.random.Generator) -> Laid:
    """Packages of one size in columns from the lower front corner of the space."""
    goods = _turned(goods, space)
    nx, ny, nz = _grid(goods, density, space, budget_kg)
    if nx * ny * nz == 0:
        return Laid((), 0)
    dx, dy, dz = goods.size_mm
    step_x, step_y = min(space.size[0] / nx, dx + rng.uniform(4.0, 14.0)), space.size[1] / ny
    # A stack leans into free room only: its neighbours are in the way on the other side.
    free = space.size[0] - (nx - 1) * step_x - dx
    lean = rng.uniform(0.0, min(free, 70.0)) if nz > 2 and rng.random() < 0.4 else 0.0
    boxes: list[Box] = []
    packages = 0
    for i in range(nx):
        for j in range(ny):
            levels = nz - int(rng.random() < 0.12) - int(i == nx - 1 and nz > 3 and rng.random() < 0.5)
            for k in range(max(levels, 1)):
                if rng.random() < 0.008:
                    continue
                x = space.x0 + i * step_x + (lean * k / nz if i == nx - 1 else 0.0)
                y = space.y0 + j * step_y + rng.uniform(0.0, max(step_y - dy, 0.0))
                whole = Box(
                    x, x + dx, y, y + dy, space.z0 + k * dz, space.z0 + (k + 1) * dz, goods.composition, density
                )
                boxes += _bag(goods, whole, rng) if goods.style == "bags" else _package(goods, whole, rng)
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
    return [box] if goods.core is None else _cored(box, goods.core)


def _bag(goods: Goods, whole: Box, rng: np.random.Generator) -> list[Box]:
    """A filled bag: full height in the middle, less at both ends, the seam at some place along x; same mass."""
    (box,) = _package(goods, whole, rng)
    length, height = box.x1 - box.x0, box.z1 - box.z0
    # Bags of one row lie over one another like bricks: where the seam falls differs from row to row.
    seam = box.x0 + length * float(rng.choice([0.0, 0.25, 0.5, 0.75]))
    thin, end = box.z0 + 0.75 * height, 0.12 * length
    left, right = max(box.x0, seam - end), min(box.x1, max(seam, box.x0) + end)
    low = right - left
    dense = box.density_g_cm3 * length / (length - 0.25 * low)
    parts = [(box.x0, left, box.z1), (left, right, thin), (right, box.x1, box.z1)]
    return [replace(box, x0=x0, x1=x1, z1=z1, density_g_cm3=dense) for x0, x1, z1 in parts if x1 > x0]


def _cored(box: Box, core: float) -> list[Box]:
    """A light filling with a core of `core` of the volume that holds most of the mass."""
    inset = (1 - core ** (1 / 3)) / 2
    x, y, z = ((box.x1 - box.x0) * inset, (box.y1 - box.y0) * inset, (box.z1 - box.z0) * inset)
    heart = replace(
        box, x0=box.x0 + x, x1=box.x1 - x, y0=box.y0 + y, y1=box.y1 - y, z0=box.z0 + z, z1=box.z1 - z,
        density_g_cm3=box.density_g_cm3 * _CORE_MASS_SHARE / core,
    )  # fmt: skip
    return [replace(box, density_g_cm3=box.density_g_cm3 * (1 - _CORE_MASS_SHARE)), heart]
