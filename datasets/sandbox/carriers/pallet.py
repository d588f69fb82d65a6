"""Loose pallets on a roller conveyor, one or two. Dimensions of a pallet of 1200 x 1000 mm, its mass an estimate."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from datasets.sandbox.carriers.carrier import Carrier, Unit
from datasets.sandbox.carriers.sections import Pair, block, on_both_sides, round_part, shifted
from datasets.sandbox.physics.materials import STEEL, WOOD
from datasets.sandbox.shapes import Box, Space

LENGTH, WIDTH, DECK, ROOM = 1200.0, 1000.0, 144.0, 1600.0
PAYLOAD_KG = 800.0
INSIDE = Space(0.0, LENGTH, 0.0, WIDTH, DECK, DECK + ROOM)
_WOOD_G_CM3 = 0.53
_BLOCKS_X: tuple[Pair, ...] = ((0.0, 145.0), (527.5, 672.5), (1055.0, 1200.0))
_BLOCKS_Y: tuple[Pair, ...] = ((0.0, 100.0), (427.5, 572.5), (900.0, 1000.0))
_ROLLER_MM, _ROLLER_PITCH_MM = 80.0, 160.0
_MARGIN_MM = 150.0


def pallet(rng: np.random.Generator) -> Carrier:
    """One pallet."""
    return _on_rollers((_unit(0.0),), rng)


def pallets_two(rng: np.random.Generator) -> Carrier:
    """Two pallets, one behind the other."""
    return _on_rollers((_unit(0.0), _unit(LENGTH + float(rng.uniform(80.0, 450.0)))), rng)


def _on_rollers(units: tuple[Unit, ...], rng: np.random.Generator) -> Carrier:
    seen = Space(-_MARGIN_MM, units[-1].outside.x1 + _MARGIN_MM, 0.0, WIDTH, -170.0, units[0].outside.z1 + 60.0)
    return Carrier(boxes=_conveyor(seen, float(rng.uniform(0.0, _ROLLER_PITCH_MM))), units=units, seen=seen)


def _unit(x0: float) -> Unit:
    """An empty pallet of about 25 kg whose front is at `x0`, with the room above it."""
    return Unit(
        kind="pallet",
        iso_type=None,
        shell=tuple(box.moved(x0) for box in _wood()),
        outside=Space(x0, x0 + LENGTH, 0.0, WIDTH, 0.0, DECK + ROOM),
        inside=shifted(INSIDE, x0),
        payload_kg=PAYLOAD_KG,
        hollows={"deck": tuple(shifted(room, x0) for room in _between_blocks())},
    )


def _wood() -> list[Box]:
    """Seven deck boards along the pallet, three boards across under them, nine blocks, three runners."""
    wide = 110.0
    starts = np.linspace(0.0, WIDTH - wide, 7).tolist()
    deck = [block((0, LENGTH), (y, y + wide), (122, DECK), WOOD, _WOOD_G_CM3) for y in starts]
    across = [block(x, (0, WIDTH), (100, 122), WOOD, _WOOD_G_CM3) for x in _BLOCKS_X]
    blocks = [block(x, y, (22, 100), WOOD, _WOOD_G_CM3) for x in _BLOCKS_X for y in _BLOCKS_Y]
    runners = [block((0, LENGTH), y, (0, 22), WOOD, _WOOD_G_CM3) for y in _BLOCKS_Y]
    return [*deck, *across, *blocks, *runners]


def _between_blocks() -> list[Space]:
    """Where the forks of a truck go, between deck and runners."""
    return [
        Space(x[1] + 4, after_x[0] - 4, y[1] + 4, after_y[0] - 4, 24.0, 120.0)
        for x, after_x in pairwise(_BLOCKS_X)
        for y, after_y in pairwise(_BLOCKS_Y)
    ]


def _conveyor(seen: Space, shift: float) -> tuple[Box, ...]:
    """Rollers of 3 mm tube with their axles between two rails, over all that is seen."""
    middle = -_ROLLER_MM / 2
    boxes = on_both_sides(
        [
            block((seen.x0 - 100, seen.x1 + 100), (-64, -60), (-130, -10)),
            *(block((seen.x0 - 100, seen.x1 + 100), (-100, -64), z) for z in ((-130, -126), (-14, -10))),
        ],
        WIDTH,
    )
    for x in np.arange(seen.x0 - 100 + shift, seen.x1 + 100, _ROLLER_PITCH_MM).tolist():
        boxes += round_part(x, middle, (-50, WIDTH + 50), (_ROLLER_MM - 6, _ROLLER_MM), STEEL, 7.85, strips=12)
        boxes += round_part(x, middle, (-60, WIDTH + 60), (0, 14), STEEL, 7.85, strips=4)
    return tuple(boxes)
