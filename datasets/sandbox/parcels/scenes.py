"""A parcel or a bag: its shell, what fills it, what lies in it, and what is hidden in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from datasets.sandbox.ct.benign import BENIGN, clothes, folds
from datasets.sandbox.ct.forbidden import FORBIDDEN
from datasets.sandbox.ct.solids import Solid, Triple, Turn, rotation
from datasets.sandbox.ct.voxels import Thing
from datasets.sandbox.physics.materials import ALUMINIUM, ORGANIC, PLASTIC, RUBBER, Material

Kind = Literal["parcel", "bag"]
_MARGIN_MM = 10.0
_TRIALS = 250
_PADDING: Material = (("cellulose", 0.94), ("water", 0.06))


@dataclass(frozen=True, slots=True)
class Scene:
    """Things in the order in which they are painted, and the half lengths of the space that holds all of them."""

    things: tuple[Thing, ...]
    half_mm: Triple


def sample_scene(
    kind: Kind, rng: np.random.Generator, *, widest_mm: float, contraband: float = 0.5, hidden: str | None = None
) -> Scene:
    """A scene drawn from a stream.

    Args:
        kind: `parcel` (carton, paper padding) or `bag` (shell, telescopic handle, clothes).
        rng: The stream.
        widest_mm: Room across the belt; shells stay within.
        contraband: Probability of one or two hidden things.
        hidden: Category that is hidden for certain, of `FORBIDDEN`; None to draw.

    Raises:
        ValueError: for an unknown kind or category, or a room below 250 mm, into which nothing fits.
    """
    _check(kind, widest_mm, hidden)
    half = _half_of_shell(kind, rng, widest_mm / 2 - _MARGIN_MM)
    turn = rotation(*rng.normal(0, (4.0, 1.5, 1.5)).tolist())
    room = tuple(edge - 8.0 for edge in half)
    names = [hidden] if hidden else _drawn(rng, sorted(FORBIDDEN), 2) if rng.random() < contraband else []
    # What is hidden is placed first, so that it finds room, and painted last, so that it is whole.
    secret = _placed([FORBIDDEN[name](rng) for name in names], room, rng, ())
    loads = [BENIGN[name](rng) for name in _drawn(rng, sorted(BENIGN), 6 if kind == "bag" else 5)]
    things = [*_shell(kind, half, rng), *_filling(kind, room, rng), *_placed(loads, room, rng, secret), *secret]
    turned = tuple(thing.turned(turn) for thing in things)
    return Scene(turned, _around(turned))


def _check(kind: str, widest_mm: float, hidden: str | None) -> None:
    if kind not in get_args(Kind):
        raise ValueError(f"a scene is one of {', '.join(get_args(Kind))}; found {kind!r}; choose one")
    if hidden is not None and hidden not in FORBIDDEN:
        raise ValueError(f"what is hidden is one of {', '.join(sorted(FORBIDDEN))}; found {hidden!r}; choose one")
    if widest_mm < 250:
        raise ValueError(f"a scene needs 250 mm across the belt; found {widest_mm:g}; take more or larger pixels")


def _half_of_shell(kind: Kind, rng: np.random.Generator, most_mm: float) -> Triple:
    spans = ((110, 200), (60, 130), (110, 170)) if kind == "parcel" else ((150, 220), (85, 120), (150, 190))
    d, h, w = (float(rng.uniform(*span)) for span in spans)
    across = min(1.0, 0.96 * most_mm / float(np.hypot(h, w)))  # turned a little, it stays within the circle
    return (d, h * across, w * across)


def _shell(kind: Kind, half: Triple, rng: np.random.Generator) -> list[Thing]:
    if kind == "parcel":
        return [Thing("carton", None, (_hollow(half, 4.0, ORGANIC, float(rng.uniform(0.14, 0.22))),))]
    d, h, w = half
    rods = tuple(
        Solid("cylinder", (0.0, h - 6.0, side), (d - 10, 6.0, 6.0), ALUMINIUM, 2.7, cavity_mm=(d, 4.8, 4.8))
        for side in (-w * 0.35, w * 0.35)
    )
    wheels = tuple(
        Solid("ellipsoid", (d - 15.0, h - 12.0, side), (12.0, 10.0, 8.0), RUBBER, 1.1) for side in (-w + 20, w - 20)
    )
    return [Thing("suitcase", None, (_hollow(half, 2.5, PLASTIC, 0.95), *rods, *wheels))]


def _hollow(half: Triple, wall: float, material: Material, density: float) -> Solid:
    d, h, w = half
    return Solid("box", (0.0, 0.0, 0.0), half, material, density, cavity_mm=(d - wall, h - wall, w - wall))


def _filling(kind: Kind, room: Sequence[float], rng: np.random.Generator) -> list[Thing]:
    """Loose paper all over a parcel, or heaps of clothes in a bag; heaps may run into each other, as cloth does."""
    if kind == "parcel":
        d, h, w = room
        padding = Solid(
            "box", (0.0, 0.0, 0.0), (d, h, w), _PADDING, float(rng.uniform(0.02, 0.08)), folds=folds(rng, 0.6)
        )
        return [Thing("padding", None, (padding,))]
    heaps = (clothes(rng) for _ in range(int(rng.integers(20, 40))))
    dropped = (_dropped(heap.turned(_tilt(rng, 8.0)), room, rng) for heap in heaps)
    return [heap for heap in dropped if _within(heap.bounds_mm(), room)]  # what is too large stays at home


def _drawn(rng: np.random.Generator, names: list[str], most: int) -> list[str]:
    return [str(name) for name in rng.choice(names, size=int(rng.integers(1, most + 1)))]


def _tilt(rng: np.random.Generator, spread_deg: float) -> Turn:
    return rotation(float(rng.uniform(0, 360)), *rng.normal(0, spread_deg, 2).tolist())


def _laid(rng: np.random.Generator) -> Turn:
    """Along the walls more or less, as one packs; a third of the things on edge or on end, a few at any angle."""
    if rng.random() < 0.1:
        return _tilt(rng, 60.0)
    yaw, pitch, roll = rng.normal(0, (8.0, 4.0, 4.0)).tolist()
    on_edge, on_end = (90.0 * float(rng.random() < 0.2) for _ in range(2))
    return rotation(90.0 * float(rng.integers(4)) + yaw, on_edge + pitch, on_end + roll)


def _placed(
    things: Sequence[Thing], room: Sequence[float], rng: np.random.Generator, taken: Sequence[Thing]
) -> tuple[Thing, ...]:
    """Things at free places and any angle; what finds no place after many trials is left out."""
    boxes = [thing.bounds_mm() for thing in taken]
    placed = []
    for thing in things:
        for _ in range(_TRIALS):
            tried = _dropped(thing.turned(_laid(rng)), room, rng)
            box = tried.bounds_mm()
            if _within(box, room) and not any(_meet(box, other) for other in boxes):
                boxes.append(box)
                placed.append(tried)
                break
    return tuple(placed)


def _dropped(thing: Thing, room: Sequence[float], rng: np.random.Generator) -> Thing:
    """The thing somewhere within the room, as far as it fits."""
    low, high = thing.bounds_mm()
    steps = [
        float(rng.uniform(min(-edge - a, edge - b), max(-edge - a, edge - b)) if b - a <= 2 * edge else -(a + b) / 2)
        for a, b, edge in zip(low, high, room, strict=True)
    ]
    return thing.moved((steps[0], steps[1], steps[2]))


def _within(box: tuple[Triple, Triple], room: Sequence[float]) -> bool:
    return all(-edge <= low and high <= edge for low, high, edge in zip(*box, room, strict=True))


def _meet(one: tuple[Triple, Triple], other: tuple[Triple, Triple]) -> bool:
    return all(a < d and c < b for a, b, c, d in zip(*one, *other, strict=True))


def _around(things: Sequence[Thing]) -> Triple:
    corners = np.abs(np.array([thing.bounds_mm() for thing in things]))
    d, h, w = (corners.max(axis=(0, 1)) + _MARGIN_MM).tolist()
    return (d, h, w)
