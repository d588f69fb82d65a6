"""What people send and carry: each maker gives one thing about the origin, size and content drawn from a stream.

Sizes, masses and compositions are estimates. Compositions of electronics and leather are stand-ins made of compounds
that the sandbox knows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from datasets.sandbox.parcels.solids import Floats, Folds, Solid, Triple, rotation
from datasets.sandbox.parcels.voxels import Thing
from datasets.sandbox.physics.materials import ALUMINIUM, GLASS, ORGANIC, PLASTIC, RUBBER, STEEL, WOOD, Material

WATER: Material = (("water", 1.0),)
SPIRITS: Material = (("ethanol", 0.333), ("water", 0.667))  # 40 % by volume
PET: Material = (("polyester", 1.0),)
CREAM: Material = (("water", 0.65), ("fat", 0.35))
FOOD: Material = (("water", 0.72), ("protein", 0.18), ("fat", 0.10))
PILLS: Material = (("cellulose", 0.75), ("limestone", 0.25))
PORCELAIN: Material = (("silica", 0.70), ("alumina", 0.26), ("potash", 0.04))
BRASS: Material = (("copper", 0.7), ("zinc", 0.3))
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


def heap_of_clothes(half: Triple, rng: np.random.Generator) -> Thing:
    """What fills a bag: garments folded into half lengths, 0.12 to 0.35 g/cm3; no thing of its own."""
    cloth, density = CLOTHS[int(rng.integers(len(CLOTHS)))], float(rng.uniform(0.12, 0.35))
    return Thing("clothes", None, (Solid("rounded", HERE, half, cloth, density, folds=folds(rng, 0.35)),))


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


def clothes(rng: np.random.Generator) -> Thing:
    """Garments folded flat in a sleeve of film."""
    half = (float(rng.uniform(110, 150)), float(rng.uniform(15, 40)), float(rng.uniform(90, 125)))
    inner = (half[0] - 0.1, half[1] - 0.1, half[2] - 0.1)
    cloth, density = CLOTHS[int(rng.integers(len(CLOTHS)))], float(rng.uniform(0.2, 0.35))
    sleeve = Solid("box", HERE, half, PLASTIC, 0.92, cavity_mm=inner)
    return Thing("clothes", "clothes", (sleeve, Solid("box", HERE, inner, cloth, density, folds=folds(rng, 0.25))))


def cosmetics(rng: np.random.Generator) -> Thing:
    """A jar of cream with a thick wall, in its folding box."""
    radius, half = float(rng.uniform(22, 36)), float(rng.uniform(20, 30))
    box = _carton((half + 4, radius + 3, radius + 3))
    jar = Solid("cylinder", HERE, (half, radius, radius), PLASTIC, 0.95, cavity_mm=(half - 5, radius - 4, radius - 4))
    cream = Solid("cylinder", HERE, (half - 5, radius - 4, radius - 4), CREAM, 0.97)
    return Thing("cosmetics", "cosmetics", (*box, jar, cream))


def medicine_box(rng: np.random.Generator) -> Thing:
    """A folding box with two or three blisters of ten tablets."""
    blisters, solids = int(rng.integers(2, 4)), list(_carton((62.0, 13.0, 24.0)))
    for layer in range(blisters):
        height = 8.0 * (layer - (blisters - 1) / 2)
        solids.append(Solid("box", (0.0, height + 2.5, 0.0), (55.0, 0.15, 21.0), ALUMINIUM, 1.8))
        solids += [
            Solid("ellipsoid", (20.0 * (k % 5 - 2), height, 20.0 * (k // 5) - 10.0), (6.5, 2.6, 5.0), PILLS, 1.3)
            for k in range(10)
        ]
    return Thing("tablets", "medicine_box", tuple(solids))


def tinned_food(rng: np.random.Generator) -> Thing:
    """A tin of fish or meat: 0.2 mm of tinplate, full to the brim."""
    radius, half = float(rng.uniform(32, 50)), float(rng.uniform(17, 55))
    inner = (half - 0.2, radius - 0.2, radius - 0.2)
    wall = Solid("cylinder", HERE, (half, radius, radius), STEEL, 7.85, cavity_mm=inner)
    return Thing("tin", "tinned_food", (wall, Solid("cylinder", HERE, inner, FOOD, float(rng.uniform(1.0, 1.08)))))


def toy_car(rng: np.random.Generator) -> Thing:
    """A plastic shell on two steel axles, with a motor and cells."""
    d, h, w = (float(rng.uniform(*span)) for span in ((70, 120), (25, 40), (35, 55)))
    shell = Solid("box", HERE, (d, h, w), PLASTIC, 1.05, cavity_mm=(d - 2, h - 2, w - 2))
    across = rotation(90.0)
    ends = (-d * 0.6, d * 0.6)
    axles = (Solid("cylinder", (end, h, 0.0), (w, 1.5, 1.5), STEEL, 7.85, across) for end in ends)
    wheels = (
        Solid("cylinder", (end, h, side), (8.0, 18.0, 18.0), RUBBER, 1.1, across) for end in ends for side in (-w, w)
    )
    motor = Solid("cylinder", (d * 0.6, h * 0.3, 0.0), (14.0, 10.0, 10.0), STEEL, 5.0)
    cells = (Solid("cylinder", (-d * 0.2, h * 0.5, side), (25.0, 7.0, 7.0), BATTERY, 2.8) for side in (-8.0, 8.0))
    return Thing("toy car", "toy_car", (shell, *axles, *wheels, motor, *cells))


def jewellery_box(rng: np.random.Generator) -> Thing:
    """A wooden casket with a few rings and bangles of brass."""
    d, h, w = (float(rng.uniform(*span)) for span in ((60, 95), (25, 40), (45, 70)))
    wall = 7.0
    casket = Solid("box", HERE, (d, h, w), WOOD, 0.6, cavity_mm=(d - wall, h - wall, w - wall))
    rings = []
    for _ in range(int(rng.integers(4, 9))):
        radius = float(rng.choice([9.0, 30.0], p=[0.7, 0.3]))
        radius = min(radius, h - wall - 2)
        place = (float(rng.uniform(radius - d + wall, d - wall - radius)), h - wall - radius, 0.0)
        shift = float(rng.uniform(radius - w + wall, w - wall - radius))
        ring = Solid("cylinder", HERE, (1.5, radius, radius), BRASS, 8.5, cavity_mm=(2.0, radius - 1.8, radius - 1.8))
        rings.append(ring.turned(rotation(float(rng.uniform(0, 180)))).moved((place[0], place[1], shift)))
    return Thing("jewellery box", "jewellery_box", (casket, *rings))


def headphones(rng: np.random.Generator) -> Thing:
    """Two cups with magnets, joined by a sprung band."""
    apart, radius = float(rng.uniform(65, 80)), float(rng.uniform(32, 42))
    solids = []
    for side in (-apart, apart):
        inner = (12.0, radius - 2, radius - 2)
        solids.append(Solid("cylinder", (side, 0.0, 0.0), (14.0, radius, radius), PLASTIC, 1.05, cavity_mm=inner))
        solids.append(Solid("cylinder", (side, 0.0, 0.0), (4.0, 14.0, 14.0), STEEL, 6.5))
    turns = 12  # straight pieces of the band
    for k in range(turns):
        angle = 180.0 * (k + 0.5) / turns
        place = (apart * float(np.cos(np.radians(angle))), 0.0, apart * 1.1 * float(np.sin(np.radians(angle))))
        piece = Solid("box", HERE, (apart * np.pi / turns / 2 + 1.0, 10.0, 3.0), PLASTIC, 1.0)
        spring = Solid("box", HERE, (apart * np.pi / turns / 2 + 1.0, 5.0, 0.5), STEEL, 7.85)
        turned = rotation(90.0 - angle)
        solids += [solid.turned(turned).moved(place) for solid in (piece, spring)]
    return Thing("headphones", "headphones", tuple(solids))


def tea(rng: np.random.Generator) -> Thing:
    """A folding box of dry leaves."""
    half = (float(rng.uniform(45, 80)), float(rng.uniform(30, 45)), float(rng.uniform(30, 50)))
    box = _carton(half)
    leaves = Solid(
        "box", (0.0, 3.0, 0.0), (half[0] - 1, half[1] - 4, half[2] - 1), ORGANIC, float(rng.uniform(0.2, 0.4))
    )
    return Thing("tea", "tea", (*box, leaves))


def mug(rng: np.random.Generator) -> Thing:
    """A porcelain cylinder with a bottom and a handle."""
    radius, half, wall = float(rng.uniform(38, 46)), float(rng.uniform(42, 55)), float(rng.uniform(3.5, 5.0))
    body = Solid(
        "cylinder", HERE, (half, radius, radius), PORCELAIN, 2.35, cavity_mm=(half + 1, radius - wall, radius - wall)
    )
    bottom = Solid("cylinder", (wall / 2 - half, 0.0, 0.0), (wall / 2, radius - wall, radius - wall), PORCELAIN, 2.35)
    handle = Solid("box", (0.0, radius + 12.0, 0.0), (26.0, 14.0, 5.0), PORCELAIN, 2.35, cavity_mm=(18.0, 15.0, 6.0))
    return Thing("mug", "mug", (body, bottom, handle))


def _carton(half: Triple) -> tuple[Solid]:
    d, h, w = half
    return (Solid("box", HERE, half, ORGANIC, 0.75, cavity_mm=(d - 0.5, h - 0.5, w - 0.5)),)


BENIGN: dict[str, Maker] = {
    "bottle_water": bottle_water, "bottle_spirits": bottle_spirits, "laptop": laptop, "electronics": electronics,
    "tool": tool, "book": book, "shoes": shoes, "clothes": clothes, "cosmetics": cosmetics,
    "medicine_box": medicine_box, "tinned_food": tinned_food, "toy_car": toy_car, "jewellery_box": jewellery_box,
    "headphones": headphones, "tea": tea, "mug": mug,
}  # fmt: skip
"""What things are declared as stands in goods.yaml, by the same keys."""
