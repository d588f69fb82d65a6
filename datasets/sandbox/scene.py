"""A scene: carriers and units, what was loaded into them, and what was hidden there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.cargo import bulky, packing
from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.cargo.stacking import Laid
from datasets.sandbox.carriers.carrier import Carrier, Unit
from datasets.sandbox.contraband.clearance import clear_of, cleared, clearings
from datasets.sandbox.shapes import Box, Space, mass_kg

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
    """One hidden object: its boxes, and the cavities that it left in the goods around it.

    `outline` is what the object covers in a picture where that is more than its boxes, such as a hollow space; `holes`
    what was cleared for it among goods, none of them in another; `item` what it is in words.
    """

    label: str
    material: str
    placement: str
    boxes: tuple[Box, ...]
    cavities: tuple[Box, ...] = ()
    outline: tuple[Box, ...] = ()
    holes: tuple[Space, ...] = ()
    item: str = ""

    @property
    def mass_kg(self) -> float:
        """Mass of the object alone."""
        return mass_kg(self.boxes)

    @property
    def extent(self) -> tuple[Box, ...]:
        """What it covers in a picture."""
        return self.outline or self.boxes


@dataclass(frozen=True, eq=False)
class LadenUnit:
    """A unit, what was loaded into it, and what was hidden in it (or, in the first unit, in the vehicle)."""

    unit: Unit
    loads: tuple[Load, ...] = ()
    inserts: tuple[Insert, ...] = ()

    def left_of(self, load: Load) -> tuple[Box, ...]:
        """Boxes of a load, and cavities where room was made for hidden objects."""
        cuts = (cut for insert in self.inserts for cut in cleared(load.boxes, insert.holes))
        return (*load.boxes, *cuts)

    def remaining_kg(self, load: Load) -> float:
        """Mass of a load without what was taken out."""
        return mass_kg(self.left_of(load))


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything in the beam."""

    carrier: Carrier
    units: tuple[LadenUnit, ...]

    @property
    def structure(self) -> tuple[Box, ...]:
        """Vehicle and empty units."""
        return (*self.carrier.boxes, *(box for laden in self.units for box in laden.unit.shell))

    @property
    def inserts(self) -> tuple[Insert, ...]:
        """All hidden objects."""
        return tuple(insert for laden in self.units for insert in laden.inserts)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes, cavities included."""
        goods = (box for laden in self.units for load in laden.loads for box in laden.left_of(load))
        hidden = (box for insert in self.inserts for box in insert.boxes)
        return (*self.structure, *goods, *hidden)


def load_goods(goods: Sequence[Goods], unit: Unit, rng: np.random.Generator) -> tuple[Load | None, ...]:
    """Load lines of goods one behind the other from the front wall, as seed, density and payload allow.

    Every line gets at least 0.84 of an even share of the length; None where nothing of a line fits.
    """
    full = len(goods) > 2 or rng.random() < 0.6
    length = unit.inside.size[0] * (1.0 if full else float(rng.uniform(0.8 if len(goods) > 1 else 0.5, 1.0)))
    least = 0.84 / max(len(goods), 3)
    shares = least + (1 - least * len(goods)) * rng.dirichlet(np.full(len(goods), 3.0))
    payload = unit.payload_kg * float(rng.uniform(0.7, 1.0))
    loads: list[Load | None] = []
    x = unit.inside.x0
    for kind, share in zip(goods, shares.tolist(), strict=True):
        top = unit.inside.z0 + unit.inside.size[2] * float(rng.uniform(0.72, 1.0))
        room = replace(unit.inside, x0=x, x1=x + share * length, z1=top)
        density = float(rng.uniform(*kind.density_t_m3))
        laid = STYLES[kind.style](kind, density, room, share * payload, rng)
        loads.append(Load(kind, laid.boxes, laid.packages) if laid.packages else None)
        x = room.x1
    return tuple(loads)


def hide(insert: Insert, loads: Sequence[Load]) -> Insert:
    """The insert with the cavities that it needs in the goods: nothing stands twice in one place.

    Goods close in on what is loose or narrow, as wrapping and neighbouring packages do.
    """
    holes = clearings(insert.extent)
    return replace(insert, holes=holes, cavities=tuple(cut for load in loads for cut in cleared(load.boxes, holes)))


def overlap(one: Insert, other: Insert) -> bool:
    """Whether the bounds of two inserts meet."""
    a, b = clear_of(one.extent), clear_of(other.extent)
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1 and a.z0 < b.z1 and b.z0 < a.z1
