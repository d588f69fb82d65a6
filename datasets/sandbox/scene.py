"""A scene: the container on its chassis, what was loaded into it, and what was hidden in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from datasets.sandbox.cargo import bulky, packing
from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.cargo.stacking import Laid
from datasets.sandbox.carriers.container import INSIDE
from datasets.sandbox.shapes import Box, Space, bounds, cavities, mass_kg

PAYLOAD_KG = 21_000.0
_CLEARANCE_MM = 5.0

Style = Callable[[Goods, float, Space, float, np.random.Generator], Laid]
STYLES: dict[str, Style] = {
    "cartons": packing.cartons, "bags": packing.bags, "bales": packing.bales, "rolls": bulky.rolls,
    "drums": bulky.drums, "tyres": bulky.tyres, "coils": bulky.coils, "bundles": bulky.bundles,
    "crates": bulky.crates, "appliances": bulky.appliances, "cars": bulky.cars,
}  # fmt: skip


@dataclass(frozen=True)
class Load:
    """One line of goods as laid, before anything was hidden in it; pallets and battens belong to it."""

    goods: Goods
    boxes: tuple[Box, ...]
    packages: int

    @property
    def mass_kg(self) -> float:
        """Gross mass."""
        return mass_kg(self.boxes)


@dataclass(frozen=True)
class Insert:
    """One hidden object: its boxes, and the cavities that it left in the goods around it."""

    label: str
    material: str
    placement: str
    boxes: tuple[Box, ...]
    cavities: tuple[Box, ...] = ()

    @property
    def mass_kg(self) -> float:
        """Mass of the object alone."""
        return mass_kg(self.boxes)


@dataclass(frozen=True)
class Scene:
    """Everything in the beam."""

    container: tuple[Box, ...]
    chassis: tuple[Box, ...]
    loads: tuple[Load, ...] = ()
    inserts: tuple[Insert, ...] = field(default=())

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes, cavities included."""
        goods = (box for load in self.loads for box in load.boxes)
        hidden = (box for insert in self.inserts for box in (*insert.boxes, *insert.cavities))
        return (*self.container, *self.chassis, *goods, *hidden)

    def remaining_kg(self, load: Load) -> float:
        """Mass of a load without what was taken out to make room for hidden objects."""
        taken = (cut for insert in self.inserts for cut in cavities(load.boxes, _hole(insert.boxes)))
        return load.mass_kg + sum(cut.mass_kg for cut in taken)


def load_goods(goods: Sequence[Goods], rng: np.random.Generator) -> tuple[Load, ...]:
    """Load lines of goods one behind the other from the front wall, as seed, density and payload allow.

    Every line gets at least 28 % of the length; a line of which nothing fits is left out.
    """
    full = len(goods) > 2 or rng.random() < 0.6
    length = INSIDE.size[0] * (1.0 if full else float(rng.uniform(0.8 if len(goods) > 1 else 0.5, 1.0)))
    shares = 0.28 + (1 - 0.28 * len(goods)) * rng.dirichlet(np.full(len(goods), 3.0))
    payload = PAYLOAD_KG * float(rng.uniform(0.7, 1.0))
    loads, x = [], INSIDE.x0
    for kind, share in zip(goods, shares.tolist(), strict=True):
        top = INSIDE.z0 + INSIDE.size[2] * float(rng.uniform(0.72, 1.0))
        room = replace(INSIDE, x0=x, x1=x + share * length, z1=top)
        density = float(rng.uniform(*kind.density_t_m3))
        laid = STYLES[kind.style](kind, density, room, share * payload, rng)
        if laid.packages:
            loads.append(Load(kind, laid.boxes, laid.packages))
        x = room.x1
    return tuple(loads)


def hide(insert: Insert, loads: Sequence[Load]) -> Insert:
    """The insert with the cavities that it needs in the goods: nothing stands twice in one place."""
    hole = _hole(insert.boxes)
    return replace(insert, cavities=tuple(cut for load in loads for cut in cavities(load.boxes, hole)))


def overlap(one: Insert, other: Insert) -> bool:
    """Whether the bounds of two inserts meet."""
    a, b = _hole(one.boxes), _hole(other.boxes)
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1 and a.z0 < b.z1 and b.z0 < a.z1


def _hole(boxes: Sequence[Box]) -> Space:
    around = bounds(boxes)
    return Space(
        around.x0 - _CLEARANCE_MM, around.x1 + _CLEARANCE_MM, around.y0 - _CLEARANCE_MM, around.y1 + _CLEARANCE_MM,
        around.z0 - _CLEARANCE_MM, around.z1 + _CLEARANCE_MM,
    )  # fmt: skip
