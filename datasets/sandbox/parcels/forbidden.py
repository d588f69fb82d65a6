"""What is hidden: each maker gives one thing about the origin, in amounts for one parcel or bag.

Sizes, masses and densities are estimates.
"""

from __future__ import annotations

import numpy as np

from datasets.sandbox.contraband.objects import TOBACCO
from datasets.sandbox.parcels.benign import BRASS, HERE, Maker
from datasets.sandbox.parcels.solids import UPRIGHT, Solid, Triple, Turn, rotation
from datasets.sandbox.parcels.voxels import Thing
from datasets.sandbox.physics.materials import LEAD, ORGANIC, PLASTIC, STEEL, Material

COCAINE_HCL: Material = (("cocaine", 1.0),)
AIR: Material = (("cellulose", 1.0),)  # of no density: a cavity has no matter, but needs a name


def narcotics(rng: np.random.Generator) -> Thing:
    """One to three pressed bricks of cocaine hydrochloride, wrapped in polyethylene."""
    count, density = int(rng.integers(1, 4)), float(rng.uniform(0.95, 1.25))
    half = (float(rng.uniform(70, 105)), float(rng.uniform(14, 20)), float(rng.uniform(45, 75)))
    solids = [brick for k in range(count) for brick in _brick((0.0, (2 * half[1] + 2) * k, 0.0), half, density)]
    return Thing("cocaine", "narcotics", tuple(solids), contraband=True)


def _brick(centre: Triple, half: Triple, density: float) -> tuple[Solid, Solid]:
    d, h, w = half
    wrap = Solid("box", centre, half, PLASTIC, 0.94, cavity_mm=(d - 0.8, h - 0.8, w - 0.8))
    return wrap, Solid("box", centre, (d - 0.8, h - 0.8, w - 0.8), COCAINE_HCL, density)


def pistol(rng: np.random.Generator) -> Thing:
    """Slide over a barrel, frame, slanted grip with a magazine of cartridges; 0.7 to 1.1 kg."""
    scale = float(rng.uniform(0.9, 1.1))
    loaded = tuple(_cartridge((-68.0, 40.0 + 9.0 * k, 0.0), UPRIGHT) for k in range(7))
    solids = (
        _box((0.0, 0.0, 0.0), (92.0, 13.0, 13.0), 4.2),
        Solid("cylinder", (5.0, -2.0, 0.0), (88.0, 7.5, 7.5), STEEL, 7.85, cavity_mm=(90.0, 4.5, 4.5)),
        _box((-10.0, 20.0, 0.0), (75.0, 7.0, 11.0), 1.6),
        Solid("box", (-68.0, 60.0, 0.0), (21.0, 48.0, 14.0), PLASTIC, 1.3, UPRIGHT, cavity_mm=(15.0, 60.0, 10.0)),
        _box((-10.0, 38.0, 0.0), (18.0, 3.0, 5.0), 5.0),
        *(solid for pair in loaded for solid in pair),
    )
    leaned = tuple(
        solid if solid.centre_mm[1] < 40 else solid.moved((-6.0, 0.0, 0.0)).turned(rotation(0, -6)) for solid in solids
    )
    return Thing("pistol", "firearm", tuple(_scaled(solid, scale) for solid in leaned), contraband=True)


def firearm_parts(rng: np.random.Generator) -> Thing:
    """A slide and a barrel lying apart: a weapon taken to pieces."""
    gap = float(rng.uniform(35, 60))
    slide = Solid("box", HERE, (92.0, 12.0, 13.0), STEEL, 7.85, cavity_mm=(75.0, 8.0, 9.0))
    barrel = Solid("cylinder", (0.0, 0.0, gap), (55.0, 7.5, 7.5), STEEL, 7.85, cavity_mm=(56.0, 4.5, 4.5))
    return Thing("slide and barrel", "firearm_parts", (slide, barrel), contraband=True)


def ammunition(rng: np.random.Generator) -> Thing:
    """A paper box of 20 to 50 cartridges, upright, side by side."""
    rows, upright = int(rng.integers(2, 6)), rotation(0.0, -90.0)
    inner = (66.0, 15.0, 6.0 * rows + 1)
    paper = Solid("box", HERE, (67.0, 16.0, 6.0 * rows + 2), ORGANIC, 0.6, cavity_mm=inner)
    solids = [paper, Solid("box", HERE, inner, AIR, 0.0)]
    for i in range(10):
        for j in range(rows):
            solids += _cartridge((12.0 * (i - 4.5), 5.0, 12.0 * (j - (rows - 1) / 2)), upright)
    return Thing("cartridges", "ammunition", tuple(solids), contraband=True)


def _cartridge(centre: Triple, turn: Turn) -> tuple[Solid, Solid]:
    """A brass case with powder left out, and a lead bullet in its mouth; 9 mm, 29 mm long, along its own first axis."""
    case = Solid("cylinder", (0.0, 0.0, 0.0), (9.5, 4.9, 4.9), BRASS, 8.5, turn, cavity_mm=(8.5, 4.4, 4.4))
    bullet = Solid("cylinder", (14.5, 0.0, 0.0), (5.0, 4.4, 4.4), LEAD, 11.3).turned(turn)
    return case.moved(centre), bullet.moved(centre)


def currency(rng: np.random.Generator) -> Thing:
    """Bundles of banknotes in a stack, 1 to 8 of them."""
    count, density = int(rng.integers(1, 9)), float(rng.uniform(0.75, 0.95))
    solids = tuple(
        Solid("box", (0.0, 13.0 * (k % 4), 72.0 * (k // 4)), (78.0, 6.0, 33.0), ORGANIC, density) for k in range(count)
    )
    return Thing("banknotes", "currency", solids, contraband=True)


def cigarettes(rng: np.random.Generator) -> Thing:
    """A carton of ten packs; tobacco with gaps between packs."""
    density = float(rng.uniform(0.22, 0.30))
    packs = tuple(
        Solid("box", (56.0 * (k % 5 - 2), 24.0 * (k // 5), 0.0), (27.0, 10.5, 42.0), TOBACCO, density)
        for k in range(10)
    )
    return Thing("cigarettes", "cigarettes", packs, contraband=True)


def shielded(rng: np.random.Generator) -> Thing:
    """A box of lead sheet, 1.5 to 4 mm, with something in it or nothing."""
    sheet = float(rng.uniform(1.5, 4.0))
    d, h, w = (float(rng.uniform(*span)) for span in ((45, 80), (20, 40), (35, 60)))
    inner = (d - sheet, h - sheet, w - sheet)
    box = Solid("box", HERE, (d, h, w), LEAD, 11.3, cavity_mm=inner)
    air = Solid("box", HERE, inner, AIR, 0.0)
    content = Solid("box", HERE, (inner[0] * 0.8, inner[1] * 0.7, inner[2] * 0.8), COCAINE_HCL, 1.1)
    solids = (box, air, content) if rng.random() < 0.6 else (box, air)
    return Thing("lead box", "shielded_box", solids, contraband=True)


FORBIDDEN: dict[str, Maker] = {
    "narcotics": narcotics, "firearm": pistol, "firearm_parts": firearm_parts, "ammunition": ammunition,
    "currency": currency, "cigarettes": cigarettes, "shielded_box": shielded,
}  # fmt: skip


def _box(centre: Triple, half: Triple, density: float) -> Solid:
    return Solid("box", centre, half, STEEL, density)


def _scaled(solid: Solid, scale: float) -> Solid:
    def times(lengths: Triple) -> Triple:
        z, y, x = lengths
        return (z * scale, y * scale, x * scale)

    cavity = None if solid.cavity_mm is None else times(solid.cavity_mm)
    return Solid(
        solid.shape, times(solid.centre_mm), times(solid.half_mm), solid.material, solid.density_g_cm3, solid.turn,
        cavity, solid.folds,
    )  # fmt: skip
