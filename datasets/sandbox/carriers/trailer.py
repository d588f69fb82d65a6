"""Skeletal chassis and trailers that carry containers on the road. Sections are estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from datasets.sandbox.carriers.container import WIDTH
from datasets.sandbox.carriers.sections import Part, beam, block, on_both_sides, weighing
from datasets.sandbox.carriers.wheels import TRAILER, road_wheel
from datasets.sandbox.physics.materials import ALUMINIUM, PLASTIC, RUBBER, STEEL
from datasets.sandbox.shapes import Box, lying_cylinder

ROAD_MM = -1250.0
KINGPIN_MM = 1100.0
AXLE_PITCH_MM = 1310.0
_LENGTH, _NECK, _MIDDLE, _BEAM_Y = 12192.0, 3350.0, WIDTH / 2, 770.0
_LAST_AXLE = (10_700.0, 11_000.0)


def chassis(length: float, rng: np.random.Generator) -> tuple[Box, ...]:
    """Two main beams, bolsters and axles, the axles placed by the seed."""
    boxes = [Box(-180.0, length + 180.0, y, y + 160.0, -470.0, -150.0, STEEL, 0.9) for y in (700.0, 1580.0)]
    for x in (100.0, length - 260.0):
        boxes.append(Box(x, x + 160.0, 60.0, WIDTH - 60.0, -150.0, -10.0, STEEL, 0.8))
    axle = length - rng.uniform(2158.0, 2658.0)
    for wheel in range(2):
        for y in (60.0, WIDTH - 660.0):
            x = axle + wheel * 1310.0
            boxes += lying_cylinder(x, -760.0, y, y + 600.0, 1020.0, RUBBER, 0.45, bore=570.0, strips=24)
    return tuple(boxes)


def coupling_mm(*, gooseneck: bool) -> float:
    """Height of the plate that rests on a tractor: a gooseneck reaches up into the tunnel under a 40 ft container."""
    return -98.0 if gooseneck else -168.0


def trailer(locks: Sequence[float], rng: np.random.Generator, *, gooseneck: bool) -> Part:
    """A skeletal trailer of 40 ft with three axles and about 4.6 t, the axles placed by the seed.

    Args:
        locks: Where twist locks stand along it, each on a bolster.
        rng: Draws the place of the axles and of the landing gear.
        gooseneck: Whether the front of its beams lies within the tunnel under a container, or all of it below.
    """
    last = float(rng.uniform(*_LAST_AXLE))
    boxes = [*_beams(gooseneck=gooseneck), *_bolsters(locks), *_legs(2650.0 + float(rng.uniform(-150, 150))), *_rear()]
    boxes += on_both_sides(_side_guard(last - 2 * AXLE_PITCH_MM), WIDTH)
    part = Part(tuple(boxes))
    for number in range(3):
        part += _axle(last - number * AXLE_PITCH_MM)
    return part


def _beams(*, gooseneck: bool) -> list[Box]:
    """Main beams with cross members, the neck over the tractor, its coupling plate and the kingpin."""
    low = coupling_mm(gooseneck=gooseneck) + 8
    neck = (low, 108.0 if gooseneck else -12.0)
    near = [
        *beam((_NECK - 150, _LENGTH + 60), _BEAM_Y, (-500.0, -130.0), flange=(160.0, 16.0), web=8.0),
        *beam((-60.0, _NECK), _BEAM_Y, neck, flange=(160.0, 18.0), web=12.0),
        block((_NECK - 420, _NECK), (_BEAM_Y - 80, _BEAM_Y + 80), (-500, low), density=2.4),  # the crank
    ]
    between = (_BEAM_Y + 80, WIDTH - _BEAM_Y - 80)
    ties = [block((x, x + 60), between, (-420, -220), density=1.1) for x in np.arange(3700.0, _LENGTH - 300, 1050.0)]
    ties += [block((x, x + 60), between, (low, low + 120), density=1.1) for x in (100.0, 900.0, 1900.0, 2800.0)]
    return [
        *on_both_sides(near, WIDTH),
        *ties,
        block((KINGPIN_MM - 550, KINGPIN_MM + 550), (700, WIDTH - 700), (low - 8, low)),
        block((KINGPIN_MM - 25, KINGPIN_MM + 25), (_MIDDLE - 22, _MIDDLE + 22), (low - 90, low - 8)),
    ]


def _bolsters(locks: Sequence[float]) -> list[Box]:
    """Arms from the beams out to the twist locks, made of tube."""
    near = []
    for x in locks:
        near += [
            block((x - 75, x + 75), (60, _BEAM_Y - 80), (-140, -12), density=1.3),
            block((x - 55, x + 55), (30, 140), (-115, -12), density=3.2),
            block((x - 28, x + 28), (55, 115), (-12, 30), density=6.0),
        ]
    return on_both_sides(near, WIDTH)


def _legs(x: float) -> list[Box]:
    """Landing gear, wound up: legs, feet, gearbox and shaft."""
    near = [
        block((x - 70, x + 70), (430, 570), (-900, -230), density=2.6),
        block((x - 130, x + 130), (400, 600), (-935, -915)),
        block((x - 25, x + 25), (470, 530), (-915, -900)),
        block((x - 90, x + 90), (570, _BEAM_Y - 80), (-480, -230), density=0.9),
    ]
    shaft = block((x - 20, x + 20), (570, WIDTH - 570), (-420, -380), density=3.0)
    return [*on_both_sides(near, WIDTH), shaft]


def _axle(x: float) -> Part:
    """One axle: beam, hangers, arms, air springs, brake cylinders, mudguards and its two wheels."""
    z = ROAD_MM + TRAILER.diameter / 2
    near = [
        block((x - 560, x - 440), (_BEAM_Y - 40, _BEAM_Y + 40), (-700, -500), density=3.6),  # hanger
        block((x - 540, x + 80), (_BEAM_Y - 40, _BEAM_Y + 40), (z - 30, z + 70), density=4.0),  # arm
        block((x + 80, x + 380), (_BEAM_Y - 40, _BEAM_Y + 40), (z - 50, z), density=4.6),
        block((x + 230, x + 470), (_BEAM_Y - 120, _BEAM_Y + 120), (z, -500), RUBBER, 0.16),  # air spring
        block((x + 220, x + 480), (_BEAM_Y - 130, _BEAM_Y + 130), (z, z + 15)),
        weighing((x - 330, x - 130), (560, 720), (z - 90, z + 70), STEEL, 7),  # brake cylinder
        block((x - 420, x + 420), (20, 420), (z + 590, z + 594), PLASTIC, 0.95),  # mudguard
        block((x - 600, x - 420), (20, 420), (z + 440, z + 446), PLASTIC, 0.95),
        block((x + 420, x + 600), (20, 420), (z + 440, z + 446), PLASTIC, 0.95),
    ]
    boxes = [*on_both_sides(near, WIDTH), block((x - 65, x + 65), (390, WIDTH - 390), (z - 65, z + 65), density=3.6)]
    wheels = (road_wheel(TRAILER, x, z, y0) for y0 in (15.0, WIDTH - 15.0 - TRAILER.breadth))
    return sum(wheels, Part(tuple(boxes)))


def _side_guard(first_axle: float) -> list[Box]:
    """Two rails at one side that keep cyclists out, on posts."""
    x = (_NECK + 300, first_axle - 750)
    rails = [block(x, (25, 50), (z, z + 100), ALUMINIUM, 0.7) for z in (-640.0, -920.0)]
    posts = [block((p, p + 50), (50, 100), (-920, -500), density=1.2) for p in (x[0] + 200, sum(x) / 2, x[1] - 250)]
    return [*rails, *posts]


def _rear() -> list[Box]:
    """Underrun bar on brackets, lamps, and the air tanks ahead of the axles."""
    end = _LENGTH + 60
    near = [
        block((end - 110, end - 30), (_BEAM_Y - 40, _BEAM_Y + 40), (-750, -500), density=1.2),
        block((end, end + 70), (250, 650), (-620, -480), PLASTIC, 0.25),
        block((end - 20, end), (230, 670), (-650, -450), density=1.6),
    ]
    return [
        *on_both_sides(near, WIDTH),
        block((end - 120, end - 10), (100, WIDTH - 100), (-860, -750), density=1.4),
        *(weighing((6900, 7700), (y0, y0 + 240), (-740, -500), STEEL, 34) for y0 in (960.0, 1240.0)),
    ]
