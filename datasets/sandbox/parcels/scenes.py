"""A parcel or a bag: its shell, what fills it, what lies in it, and what is hidden in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from datasets.sandbox.parcels.benign import BENIGN, folds, heap_of_clothes
from datasets.sandbox.parcels.clutter import fittings, odds_and_ends
from datasets.sandbox.parcels.forbidden import FORBIDDEN
from datasets.sandbox.parcels.solids import Shape, Solid, Triple, Turn, rotation
from datasets.sandbox.parcels.voxels import Thing
from datasets.sandbox.physics.materials import ALUMINIUM, ORGANIC, PLASTIC, RUBBER, Material

Kind = Literal["parcel", "bag"]
Bounds = tuple[Triple, Triple]  # lower and upper corner
_MARGIN_MM = 10.0
_TRIALS = 120
_WALL_MM = 8.0  # of a shell, and what stands away from it
_LONGEST_MM = 320.0  # half of it
_LARGER_SHELLS, _GROWTH = 9, 1.15  # whoever packs takes a larger carton when it does not fit
_SOFT_SHARE = 0.5  # of bags that are of cloth
_WITHIN_ROUND = 0.86
_GIVES_MM = 7.0  # by which clothes press into a wall
NYLON: Material = (("protein", 0.7), ("polyester", 0.3))
_PADDING: Material = (("cellulose", 0.94), ("water", 0.06))


@dataclass(frozen=True, slots=True)
class Scene:
    """Things in the order in which they are painted, and the half lengths of the space that holds all of them."""

    things: tuple[Thing, ...]
    half_mm: Triple


def sample_scene(
    kind: Kind, rng: np.random.Generator, *, widest_mm: float, contraband: float = 0.5, hidden: str | None = None
) -> Scene:
    """A scene drawn from a stream, its contents as well.

    Args:
        kind: `parcel` or `bag`.
        rng: The stream.
        widest_mm: Room across the belt; shells stay within.
        contraband: Probability of one or two hidden things.
        hidden: Key of `FORBIDDEN` that is hidden for certain; None to draw.

    Raises:
        ValueError: see `pack`.
    """
    secret = [hidden] if hidden else _drawn(rng, sorted(FORBIDDEN), 2) if rng.random() < contraband else []
    contents = _drawn(rng, sorted(BENIGN), 6 if kind == "bag" else 5)
    return pack(kind, contents, secret, rng, widest_mm=widest_mm)


def pack(
    kind: Kind,
    contents: Sequence[str],
    hidden: Sequence[str],
    rng: np.random.Generator,
    *,
    widest_mm: float,
    bare: bool = False,
) -> Scene:
    """A parcel or bag with certain things in it; what finds no room in the largest shell is left out.

    Args:
        kind: `parcel` (carton, paper padding) or `bag` (shell, telescopic handle, clothes).
        contents: Keys of `BENIGN`, one for each thing.
        hidden: Keys of `FORBIDDEN`, likewise.
        rng: The stream that sizes and places come from.
        widest_mm: Room across the belt; shells stay within.
        bare: No padding in a parcel, next to no clothes in a bag.

    Raises:
        ValueError: for an unknown kind or key, or a room below 250 mm, into which nothing fits.
    """
    _check(kind, widest_mm, contents, hidden)
    half = _half_of_shell(kind, rng, widest_mm / 2 - _MARGIN_MM)
    soft = kind == "bag" and bool(rng.random() < _SOFT_SHARE)
    things = [*(BENIGN[key](rng) for key in contents), *(FORBIDDEN[key](rng) for key in hidden)]
    order = rng.permutation(len(things)).tolist()  # what is hidden lies neither under nor over the rest
    for _ in range(_LARGER_SHELLS):
        laid = _laid([things[number] for number in order], _room(half, soft), rng, settled=kind == "parcel")
        if len(laid) == len(things):
            break
        half = _larger(half, widest_mm / 2 - _MARGIN_MM)
    packed = [*_shell(kind, half, soft, rng), *_filling(kind, _room(half, soft), rng, bare)]
    # What is hidden is painted last, so that it is whole.
    packed += sorted(laid, key=lambda thing: thing.contraband)
    turn = rotation(float(np.clip(rng.normal(0, 4.0), *_yaws(half, widest_mm / 2 - _MARGIN_MM))))
    turned = tuple(thing.turned(turn) for thing in packed)
    return Scene(turned, _around(turned))


def _check(kind: str, widest_mm: float, contents: Sequence[str], hidden: Sequence[str]) -> None:
    if kind not in get_args(Kind):
        raise ValueError(f"a scene is one of {', '.join(get_args(Kind))}; found {kind!r}; choose one")
    for what, keys, known in (("packed", contents, BENIGN), ("hidden", hidden, FORBIDDEN)):
        if unknown := sorted(set(keys) - set(known)):
            raise ValueError(f"what is {what} is one of {', '.join(sorted(known))}; found {unknown}; choose one")
    if widest_mm < 250:
        raise ValueError(f"a scene needs 250 mm across the belt; found {widest_mm:g}; take more or larger pixels")


def _half_of_shell(kind: Kind, rng: np.random.Generator, most_mm: float) -> Triple:
    spans = ((110, 200), (60, 130), (110, 170)) if kind == "parcel" else ((150, 220), (85, 120), (150, 190))
    d, h, w = (float(rng.uniform(*span)) for span in spans)
    return _fitting((d, h, w), most_mm)


def _fitting(half: Triple, most_mm: float) -> Triple:
    d, h, w = half
    across = min(1.0, 0.96 * most_mm / float(np.hypot(h, w)))  # turned a little, it stays within the circle
    return (d, h * across, w * across)


def _larger(half: Triple, most_mm: float) -> Triple:
    d, h, w = half
    return _fitting((min(d * _GROWTH, _LONGEST_MM), h * _GROWTH, w * _GROWTH), most_mm)


def _yaws(half: Triple, most_mm: float) -> tuple[float, float]:
    """Turns on the belt, in degrees either way, at which a shell stays within the circle."""
    d, h, w = half
    free = max(float(np.sqrt(most_mm**2 - h**2)) - w, 0.0)
    most = float(np.degrees(np.arcsin(min(free / d, 1.0))))
    return -most, most


def _room(half: Triple, soft: bool) -> Triple:
    """Half lengths of the room within; corners of a soft bag are round."""
    d, h, w = (edge * _WITHIN_ROUND if soft else edge - _WALL_MM for edge in half)
    return (d, h, w)


def _shell(kind: Kind, half: Triple, soft: bool, rng: np.random.Generator) -> list[Thing]:
    if kind == "parcel":
        return [Thing("carton", None, (_hollow("box", half, 4.0, ORGANIC, float(rng.uniform(0.14, 0.22))),))]
    d, h, w = half
    if soft:
        cloth = _hollow("rounded", half, 2.5, NYLON, 0.45)
        return [Thing("holdall", None, (cloth, *fittings((d * 0.92, h, w * 0.92), rng)))]
    rods = tuple(
        Solid("cylinder", (0.0, h - 6.0, side), (d - 10, 6.0, 6.0), ALUMINIUM, 2.7, cavity_mm=(d, 4.8, 4.8))
        for side in (-w * 0.35, w * 0.35)
    )
    wheels = tuple(
        Solid("ellipsoid", (d - 15.0, h - 12.0, side), (12.0, 10.0, 8.0), RUBBER, 1.1) for side in (-w + 20, w - 20)
    )
    return [Thing("suitcase", None, (_hollow("box", half, 2.0, PLASTIC, 0.95), *rods, *wheels, *fittings(half, rng)))]


def _hollow(shape: Shape, half: Triple, wall: float, material: Material, density: float) -> Solid:
    d, h, w = half
    return Solid(shape, (0.0, 0.0, 0.0), half, material, density, cavity_mm=(d - wall, h - wall, w - wall))


def _filling(kind: Kind, room: Triple, rng: np.random.Generator, bare: bool) -> list[Thing]:
    """Loose paper all over a parcel; clothes and odds and ends in a bag."""
    if kind == "parcel" and bare:
        return []
    if kind == "parcel":
        d, h, w = room
        padding = Solid(
            "box", (0.0, 0.0, 0.0), (d, h, w), _PADDING, float(rng.uniform(0.012, 0.05)), folds=folds(rng, 0.6)
        )
        return [Thing("padding", None, (padding,))]
    level = float(rng.uniform(0.1, 0.3) if bare else rng.uniform(0.6, 1.0))
    odds = (_dropped(thing.turned(_tilt(rng, 40.0)), room, rng) for thing in odds_and_ends(rng))
    return [*_layers(room, level, rng), *(thing for thing in odds if _within(thing.bounds_mm(), room))]


def _layers(room: Triple, level: float, rng: np.random.Generator) -> list[Thing]:
    """Clothes from the floor up to a share of the height, two garments or so a layer, packed against the walls."""
    d, h, w = room
    found, height = [], 0.0
    while height < 2 * (h - 12) * level:
        thick, cut = float(rng.uniform(10, 24)), float(rng.uniform(-0.4, 0.4)) * d
        for start, stop in ((-d, cut), (cut, d)):
            half = ((stop - start) / 2 * float(rng.uniform(0.8, 1.0)), thick, w * float(rng.uniform(0.7, 0.97)))
            middle = ((start + stop) / 2, max(h - height, thick - h) - thick, float(rng.uniform(-1, 1)) * (w - half[2]))
            turned = heap_of_clothes(half, rng).turned(rotation(*rng.normal(0, (3.0, 2.0, 2.0)).tolist()))
            found.append(turned.moved(middle))
        height += 1.6 * thick  # cloth gives way to cloth
    return [heap for heap in found if _within(heap.bounds_mm(), (d + _GIVES_MM, h + _GIVES_MM, w + _GIVES_MM))]


def _drawn(rng: np.random.Generator, names: list[str], most: int) -> list[str]:
    return [str(name) for name in rng.choice(names, size=int(rng.integers(1, most + 1)))]


def _tilt(rng: np.random.Generator, spread_deg: float) -> Turn:
    return rotation(float(rng.uniform(0, 360)), *rng.normal(0, spread_deg, 2).tolist())


def _set_down(rng: np.random.Generator) -> Turn:
    """Along the walls more or less, as one packs; a third of the things on edge or on end, a few at any angle."""
    if rng.random() < 0.1:
        return _tilt(rng, 60.0)
    yaw, pitch, roll = rng.normal(0, (8.0, 4.0, 4.0)).tolist()
    on_edge, on_end = (90.0 * float(rng.random() < 0.2) for _ in range(2))
    return rotation(90.0 * float(rng.integers(4)) + yaw, on_edge + pitch, on_end + roll)


def _laid(things: Sequence[Thing], room: Triple, rng: np.random.Generator, *, settled: bool) -> tuple[Thing, ...]:
    """Things at free places and any angle; what finds no place after many trials is left out.

    `settled` things lie on the floor or on one another; others are held at any height by the clothes around them.
    """
    boxes: list[Bounds] = []
    laid = []
    for thing in things:
        for _ in range(_TRIALS):
            tried = _dropped(thing.turned(_set_down(rng)), room, rng)
            if settled:
                tried = _let_down(tried, room, boxes)
            box = tried.bounds_mm()
            if _within(box, room) and not any(_meet(box, other) for other in boxes):
                boxes.append(box)
                laid.append(tried)
                break
    return tuple(laid)


def _let_down(thing: Thing, room: Triple, boxes: Sequence[Bounds]) -> Thing:
    """The thing on top of whatever lies under or over it; rows run down."""
    low, high = thing.bounds_mm()
    flat = [(low[axis], high[axis]) for axis in (0, 2)]
    under = [
        a[1] for a, b in boxes if all(a[k] < end and start < b[k] for k, (start, end) in zip((0, 2), flat, strict=True))
    ]
    return thing.moved((0.0, min([room[1], *under]) - high[1], 0.0))


def _dropped(thing: Thing, room: Triple, rng: np.random.Generator) -> Thing:
    """The thing somewhere within the room, as far as it fits."""
    low, high = thing.bounds_mm()
    steps = [
        float(rng.uniform(min(-edge - a, edge - b), max(-edge - a, edge - b)) if b - a <= 2 * edge else -(a + b) / 2)
        for a, b, edge in zip(low, high, room, strict=True)
    ]
    return thing.moved((steps[0], steps[1], steps[2]))


def _within(box: Bounds, room: Triple) -> bool:
    return all(-edge <= low and high <= edge for low, high, edge in zip(*box, room, strict=True))


def _meet(one: Bounds, other: Bounds) -> bool:
    return all(a < d and c < b for a, b, c, d in zip(*one, *other, strict=True))


def _around(things: Sequence[Thing]) -> Triple:
    corners = np.abs(np.array([thing.bounds_mm() for thing in things]))
    d, h, w = (corners.max(axis=(0, 1)) + _MARGIN_MM).tolist()
    return (d, h, w)
