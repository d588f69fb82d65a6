"""What is in and on every bag and nobody asks about: keys, coins, cables, pens, zips, rivets, handles."""

from __future__ import annotations

import numpy as np

from datasets.sandbox.parcels.benign import BRASS, HERE
from datasets.sandbox.parcels.solids import Solid, Triple, rotation
from datasets.sandbox.parcels.voxels import Thing
from datasets.sandbox.physics.materials import PLASTIC, RUBBER, STEEL, Material

PVC: Material = (("pvc", 0.75), ("limestone", 0.25))
COPPER: Material = (("copper", 1.0),)
COIN: Material = (("copper", 0.89), ("zinc", 0.11))
ZINC: Material = (("zinc", 0.95), ("aluminium", 0.05))
ZIP: Material = (("copper", 0.6), ("zinc", 0.2), ("polyester", 0.2))
LYING = rotation(0.0, 90.0)  # the axis of a cylinder upright


def odds_and_ends(rng: np.random.Generator) -> list[Thing]:
    """What lies about in every bag: keys, coins, a coiled cable, a pen."""
    makers = (_keys, _coins, _cable, _cable, _pen)
    return [makers[int(rng.integers(len(makers)))](rng) for _ in range(int(rng.integers(2, 7)))]


def _keys(rng: np.random.Generator) -> Thing:
    blades = (
        Solid("box", HERE, (24.0, 1.1, 4.0), BRASS, 8.5).moved((26.0, 0.0, 0.0)).turned(rotation(float(yaw)))
        for yaw in rng.uniform(-60, 60, int(rng.integers(2, 5)))
    )
    ring = Solid("cylinder", HERE, (1.0, 12.0, 12.0), STEEL, 7.85, LYING, (2.0, 10.5, 10.5))
    return Thing("keys", None, (ring, *blades))


def _coins(rng: np.random.Generator) -> Thing:
    solids = []
    for place in rng.uniform(-25, 25, (int(rng.integers(3, 9)), 2)):
        radius = float(rng.uniform(8, 13))
        solids.append(
            Solid("cylinder", (float(place[0]), 0.0, float(place[1])), (1.0, radius, radius), COIN, 8.9, LYING)
        )
    return Thing("coins", None, tuple(solids))


def _cable(rng: np.random.Generator) -> Thing:
    radius, solids = float(rng.uniform(28, 45)), []
    for turn in range(int(rng.integers(3, 6))):
        size, height = radius + float(rng.uniform(-4, 4)), 3.6 * turn
        solids.append(
            Solid("cylinder", (0.0, height, 0.0), (1.7, size, size), PVC, 1.35, LYING, (2.0, size - 3.4, size - 3.4))
        )
        solids.append(
            Solid(
                "cylinder",
                (0.0, height, 0.0),
                (0.5, size - 1.2, size - 1.2),
                COPPER,
                8.9,
                LYING,
                (1.0, size - 2.2, size - 2.2),
            )
        )
    plug = Solid("box", (radius, 4.0, 0.0), (14.0, 6.0, 9.0), PVC, 1.3)
    pins = (Solid("cylinder", (radius + 20.0, 4.0, side), (9.0, 2.2, 2.2), BRASS, 8.5) for side in (-5.0, 5.0))
    return Thing("cable", None, (*solids, plug, *pins))


def _pen(rng: np.random.Generator) -> Thing:
    half = float(rng.uniform(60, 72))
    body = Solid("cylinder", HERE, (half, 4.5, 4.5), PLASTIC, 1.0, cavity_mm=(half - 1, 3.2, 3.2))
    return Thing("pen", None, (body, Solid("cylinder", (half - 12, 0.0, 0.0), (10.0, 3.0, 3.0), BRASS, 8.0)))


def fittings(half: Triple, rng: np.random.Generator) -> list[Solid]:
    """Metal of a bag: the zip around it, its pulls, rivets and a handle; about the middle of the bag."""
    d, h, w = half
    level = h * float(rng.uniform(-0.6, 0.1))
    zips = [Solid("box", (side * (d - 3), level, 0.0), (0.8, 2.5, w * 0.6), ZIP, 4.0) for side in (-1, 1)] + [
        Solid("box", (0.0, level, side * (w - 3)), (d * 0.6, 2.5, 0.8), ZIP, 4.0) for side in (-1, 1)
    ]
    pulls = []
    for _ in range(int(rng.integers(3, 8))):
        along, side = float(rng.uniform(-0.7, 0.7)), float(rng.choice([-1.0, 1.0]))
        pull = Solid("box", HERE, (14.0, 1.5, 4.0), ZINC, 6.6, cavity_mm=(9.0, 2.0, 2.2))
        turned = pull.turned(rotation(float(rng.uniform(0, 180)), *rng.normal(0, 20, 2).tolist()))
        pulls.append(turned.moved((along * d, level + 8.0, side * (w - 18))))
    rivets = [
        Solid("cylinder", (x * d * 0.6, 12 - h, z * w * 0.55), (2.5, 5.0, 5.0), STEEL, 7.85, LYING)
        for x in (-1, 1)
        for z in (-1, 1)
    ]
    handle = Solid("rounded", (-d + 9.0, level, 0.0), (8.0, 10.0, 60.0), RUBBER, 0.9)
    return [*zips, *pulls, *rivets, handle]
