"""What people send and carry: each maker gives one thing about the origin, its size and content drawn from a stream.

Sizes, masses and compositions are estimates. Compositions of electronics and leather are stand-ins made of compounds
that the sandbox knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from datasets.sandbox.ct.solids import Floats, Folds, Solid, Triple
from datasets.sandbox.ct.voxels import Thing
from datasets.sandbox.physics.materials import ALUMINIUM, GLASS, ORGANIC, PLASTIC, RUBBER, STEEL, Material

WATER: Material = (("water", 1.0),)
SPIRITS: Material = (("ethanol", 0.333), ("water", 0.667))  # 40 % by volume
PET: Material = (("polyester", 1.0),)
BOARD: Material = (("silica", 0.45), ("polyester", 0.35), ("copper", 0.20))
BATTERY: Material = (("iron", 0.25), ("alumina", 0.25), ("copper", 0.15), ("polyethylene", 0.35))
LEATHER: Material = (("protein", 0.85), ("water", 0.15))
CLOTHS: tuple[Material, ...] = (
    (("cellulose", 0.93), ("water", 0.07)),
    (("polyester", 1.0),),
    (("protein", 0.88), ("water", 0.12)),
)

Maker = Callable[[np.random.Generator], Thing]
HERE: Triple = (0.0, 0.0, 0.0)


def folds(rng: np.random.Generator, depth: float) -> Folds:
    """Layers of cloth, mostly lying flat, 12 to 40 mm apart."""
    wave = _wave(rng, 12.0, 40.0, 0.3)
    return Folds(depth, wave, float(rng.uniform(0.5, 2.5)), _wave(rng, 60.0, 200.0, 1.0), float(rng.uniform(0, 6.28)))


def _wave(rng: np.random.Generator, shortest_mm: float, longest_mm: float, sideways: float) -> Triple:
    direction: Floats = rng.normal(size=3) * (sideways, 1.0, sideways)
    z, y, x = (2 * np.pi / rng.uniform(shortest_mm, longest_mm) * direction / np.linalg.norm(direction)).tolist()
    return (z, y, x)


def clothes(rng: np.random.Generator) -> Thing:
    """A folded heap, 0.15 to 0.4 g/cm3."""
    half = (float(rng.uniform(70, 150)), float(rng.uniform(20, 55)), float(rng.uniform(60, 130)))
    shape: Literal["ellipsoid", "box"] = "ellipsoid" if rng.random() < 0.6 else "box"
    cloth = CLOTHS[int(rng.integers(len(CLOTHS)))]
    density = float(rng.uniform(0.15, 0.40))
    return Thing("clothes", None, (Solid(shape, HERE, half, cloth, density, folds=folds(rng, 0.35)),))


def bottle_water(rng: np.random.Generator) -> Thing:
    """A PET bottle, lying or standing, 0.3 to 1.5 litres, not quite full."""
    radius, half = float(rng.uniform(28, 42)), float(rng.uniform(70, 140))
    wall = Solid(
        "cylinder", HERE, (half, radius, radius), PET, 1.38, cavity_mm=(half - 0.5, radius - 0.5, radius - 0.5)
    )
    return Thing("water", "bottle_water", (wall, _liquid(WATER, 1.0, half - 0.5, radius - 0.5, rng)))


def bottle_spirits(rng: np.random.Generator) -> Thing:
    """A glass bottle of 40 % spirits: body and neck."""
    radius, half, wall = float(rng.uniform(33, 42)), float(rng.uniform(80, 110)), float(rng.uniform(3.0, 4.5))
    inner = (half - wall, radius - wall, radius - wall)
    body = Solid("cylinder", HERE, (half, radius, radius), GLASS, 2.5, cavity_mm=inner)
    neck = Solid(
        "cylinder", (half + 35.0, 0.0, 0.0), (35.0, 15.0, 15.0), GLASS, 2.5, cavity_mm=(36.0, 15.0 - wall, 15.0 - wall)
    )
    return Thing("spirits", "bottle_spirits", (body, neck, _liquid(SPIRITS, 0.948, inner[0], inner[1], rng)))


def _liquid(liquid: Material, density: float, half: float, radius: float, rng: np.random.Generator) -> Solid:
    full = float(rng.uniform(0.8, 0.98))
    return Solid("cylinder", (-half * (1 - full), 0.0, 0.0), (half * full, radius, radius), liquid, density)


def laptop(rng: np.random.Generator) -> Thing:
    """Aluminium shell, board, battery cells, screen."""
    d, w = float(rng.uniform(100, 125)), float(rng.uniform(150, 185))
    shell = Solid("box", HERE, (d, 9.0, w), ALUMINIUM, 2.7, cavity_mm=(d - 1.2, 7.8, w - 1.2))
    board = Solid("box", (-d * 0.4, 2.0, 0.0), (d * 0.4, 1.0, w * 0.8), BOARD, 2.0)
    cells = tuple(
        Solid("box", (d * 0.5, 2.0, w * place), (d * 0.35, 4.0, w * 0.2), BATTERY, 2.3) for place in (-0.6, 0.0, 0.6)
    )
    screen = Solid("box", (0.0, -5.5, 0.0), (d * 0.95, 1.0, w * 0.95), GLASS, 2.4)
    return Thing("laptop", "laptop", (shell, board, *cells, screen))


def electronics(rng: np.random.Generator) -> Thing:
    """A device in a plastic case: board with parts, battery, a small transformer."""
    d, h, w = (float(rng.uniform(*span)) for span in ((40, 80), (15, 35), (30, 70)))
    case = Solid("box", HERE, (d, h, w), PLASTIC, 1.05, cavity_mm=(d - 2.5, h - 2.5, w - 2.5))
    board = Solid("box", (0.0, h - 8.0, 0.0), (d * 0.85, 1.0, w * 0.85), BOARD, 2.0)
    battery = Solid("box", (d * 0.45, -2.0, 0.0), (d * 0.3, min(9.0, h * 0.4), w * 0.6), BATTERY, 2.4)
    core = Solid("box", (-d * 0.5, -2.0, -w * 0.3), (11.0, min(9.0, h * 0.4), 10.0), STEEL, 6.0)
    return Thing("electronics", "electronics", (case, board, battery, core))


def tool(rng: np.random.Generator) -> Thing:
    """A spanner or screwdriver of steel, sometimes with a rubber grip."""
    half, radius = float(rng.uniform(70, 130)), float(rng.uniform(3.5, 8.0))
    shaft = Solid("cylinder", HERE, (half, radius, radius), STEEL, 7.85)
    head = Solid("box", (half, 0.0, 0.0), (14.0, radius * 0.8, radius * 2), STEEL, 7.85)
    if rng.random() < 0.5:
        return Thing("spanner", "tool", (shaft, head))
    grip = Solid("cylinder", (-half * 0.6, 0.0, 0.0), (half * 0.4, 14.0, 14.0), RUBBER, 1.1)
    return Thing("screwdriver", "tool", (grip, shaft))


def book(rng: np.random.Generator) -> Thing:
    """A block of paper."""
    half = (float(rng.uniform(85, 125)), float(rng.uniform(8, 28)), float(rng.uniform(55, 90)))
    return Thing("book", "book", (Solid("box", HERE, half, ORGANIC, float(rng.uniform(0.7, 1.0))),))


def shoes(rng: np.random.Generator) -> Thing:
    """A pair: rubber sole, hollow leather upper, sometimes a steel shank."""
    half, solids = float(rng.uniform(115, 145)), []
    for side in (-52.0, 52.0):
        solids.append(Solid("box", (0.0, 30.0, side), (half, 9.0, 40.0), RUBBER, 1.0))
        solids.append(
            Solid("ellipsoid", (0.0, -5.0, side), (half, 32.0, 40.0), LEATHER, 0.85, cavity_mm=(half - 3, 29.0, 37.0))
        )
        if rng.random() < 0.4:
            solids.append(Solid("box", (20.0, 30.0, side), (50.0, 1.0, 7.0), STEEL, 7.85))
    return Thing("shoes", "shoes", tuple(solids))


BENIGN: dict[str, Maker] = {
    "bottle_water": bottle_water, "bottle_spirits": bottle_spirits, "laptop": laptop, "electronics": electronics,
    "tool": tool, "book": book, "shoes": shoes,
}  # fmt: skip
