"""Tractors that pull trailers, with the person who drives them, or without. Dimensions typical, masses estimates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.sandbox.carriers import cab
from datasets.sandbox.carriers.container import WIDTH
from datasets.sandbox.carriers.person import seated
from datasets.sandbox.carriers.sections import Pair, Part, beam, block, on_both_sides, weighing
from datasets.sandbox.carriers.trailer import KINGPIN_MM, ROAD_MM
from datasets.sandbox.carriers.wheels import TRUCK, TWIN, road_wheel
from datasets.sandbox.physics.materials import ALUMINIUM, PLASTIC, RUBBER, STEEL, Material
from datasets.sandbox.shapes import Box, Space

DIESEL: Material = (("polyethylene", 1.0),)
ACCUMULATOR: Material = (("lead", 0.65), ("water", 0.27), ("polyethylene", 0.08))
_FRONT_OVERHANG = 1380.0
_MIDDLE = WIDTH / 2


@dataclass(frozen=True, eq=False)
class Tractor:
    """A tractor in front of a trailer that begins at 0.

    Attributes:
        part: Boxes and rooms, the person who drives included.
        front: Where it begins.
        cab_back: Where its cab ends.
    """

    part: Part
    front: float
    cab_back: float


def tractor(coupling: float, rng: np.random.Generator, *, driven: bool) -> Tractor:
    """A tractor of about 6.7 t, or 7.6 t on three axles, whose fifth wheel carries a plate at height `coupling`.

    One in four has three axles. Wheelbase, fuel and the person who drives are drawn.
    """
    third = bool(rng.random() < 0.25)
    rear = KINGPIN_MM + 600.0
    fore = rear - float(rng.uniform(3650.0, 3800.0)) - (250.0 if third else 0.0)
    front = fore - _FRONT_OVERHANG
    boxes = [
        *_frame(front, rear, coupling, third=third),
        *_engine(front + 700.0),
        *_drive(front + 2950.0, rear),
        *cab.cab(front),
        *_beside(fore),
    ]
    if driven:
        boxes += seated(front + 1110.0, 700.0, 580.0, float(np.clip(rng.normal(82.0, 12.0), 55.0, 120.0)))
    bunk = Space(front + 1680.0, front + 2230.0, 120.0, WIDTH - 120.0, cab.FLOOR + 20.0, 570.0)
    part = Part(tuple(boxes), {"cab": (bunk,)})
    part += _tanks(fore + 800.0, 860.0 if third else 1300.0, float(rng.uniform(0.25, 0.65)))
    part += _axle(fore, twin=False) + _axle(rear, twin=True)
    if third:
        part += _axle(rear - 1350.0, twin=False)
    return Tractor(part, front, front + cab.LENGTH)


def _frame(front: float, rear: float, coupling: float, *, third: bool) -> list[Box]:
    """Side members, cross members, bumper, and the fifth wheel on its plate."""
    end = rear + 950.0
    near = [
        *beam((front + 250, end), 810.0, (-580.0, -310.0), flange=(90.0, 10.0), web=10.0),
        block((KINGPIN_MM - 420, KINGPIN_MM + 420), (780, 860), (-420, coupling - 75), density=1.2),
    ]
    ties = [
        block((x, x + 90), (850, WIDTH - 850), (-560, -330), density=1.3)
        for x in (front + 1150, front + 2700, rear - 500, end - 90)
    ]
    if third:
        ties.append(block((rear - 1500, rear - 1410), (850, WIDTH - 850), (-560, -330), density=1.3))
    return [
        *on_both_sides(near, WIDTH),
        *ties,
        weighing((KINGPIN_MM - 450, KINGPIN_MM + 450), (780, WIDTH - 780), (coupling - 75, coupling), STEEL, 140),
        weighing((KINGPIN_MM - 130, KINGPIN_MM + 130), (780, WIDTH - 780), (coupling - 150, coupling - 75), STEEL, 45),
        *(
            weighing((front + 20, front + 240), y, (-560, -330), PLASTIC, 6)
            for y in ((90, 480), (WIDTH - 480, WIDTH - 90))
        ),
        weighing((front + 260, front + 360), (760, WIDTH - 760), (-660, -300), STEEL, 110),
        weighing((front, front + 130), (80, WIDTH - 80), (-900, -480), STEEL, 95),
        weighing((end - 60, end), (300, WIDTH - 300), (-640, -500), PLASTIC, 8),
    ]


def _engine(x: float) -> list[Box]:
    """Six cylinders in line under the floor of the cab, of about 1.2 t with the coolers before them."""
    length = 1200.0
    boxes = [
        block((x, x + length), (960, 1480), (-640, -330), density=1.8),  # crankcase
        block((x + 40, x + length - 80), (1020, 1420), (-760, -640), STEEL, 0.45),  # sump
        block((x + 30, x + length - 20), (1010, 1430), (-20, 90), density=2.3),  # cylinder head
        block((x + 40, x + length - 30), (1060, 1380), (90, 190), ALUMINIUM, 0.6),  # valve cover
        block((x + length, x + length + 130), (900, 1540), (-680, -160), density=1.35),  # flywheel
        block((x - 110, x), (1020, 1420), (-600, 0), density=0.8),  # pulleys and belts
        weighing((x + 500, x + 860), (700, 930), (-150, 130), STEEL, 55),  # turbocharger and manifold
        weighing((x + 150, x + 700), (1490, 1720), (-420, -100), STEEL, 70),  # alternator, starter, compressor
        weighing((x - 470, x - 330), (500, WIDTH - 500), (-640, 260), ALUMINIUM, 110),  # coolers with their water
        weighing((x - 320, x - 210), (850, WIDTH - 850), (-450, 130), PLASTIC, 12),  # fan
    ]
    wall, bore = 38.0, (length - 38.0) / 6 - 38.0
    for k in range(7):
        start = x + k * (wall + bore)
        boxes.append(block((start, start + wall), (1000, 1440), (-330, -20), density=4.2))
        if k < 6:
            boxes.append(block((start + wall, start + wall + bore), (1000, 1440), (-330, -20), density=1.25))
            piston = -310.0 + 170.0 * (k in (0, 5)) + 60.0 * (k in (2, 3))
            boxes.append(block((start + wall, start + wall + bore), (1150, 1290), (piston, piston + 90), density=3.0))
    return [box.moved(dz=-100.0) for box in boxes]


def _drive(x: float, rear: float) -> list[Box]:
    """Gearbox behind the flywheel, propeller shaft, differential, exhaust pipe."""
    start = x - 920.0
    return [
        block((start, start + 380), (930, 1510), (-640, -250), ALUMINIUM, 1.0),
        block((start + 380, start + 850), (1020, 1420), (-610, -280), ALUMINIUM, 1.2),
        block((start + 90, start + 820), (1130, 1310), (-560, -340), density=3.6),  # shafts and gears
        block((start + 850, rear - 330), (_MIDDLE - 60, _MIDDLE + 60), (-620, -500), density=2.0),
        block((rear - 330, rear + 230), (_MIDDLE - 210, _MIDDLE + 210), (-950, -560), density=2.2),
        block((rear - 200, rear + 200), (_MIDDLE - 190, _MIDDLE + 190), (-920, -590), density=2.0),
    ]


def _axle(x: float, *, twin: bool) -> Part:
    """An axle on its springs with its wheels: steered or trailing on single tyres, or driven on twin ones."""
    wheel = TWIN if twin else TRUCK
    z = ROAD_MM + wheel.diameter / 2
    inner = 20.0 + wheel.breadth
    near = [
        block((x - 780, x + 780), (390, 470) if not twin else (760, 850), (z + 90, z + 130), density=7.0),
        block((x - 60, x + 60), (500, 580), (z + 130, -480), density=1.2),  # damper
        *(weighing((x + dx, x + dx + 100), (740, 860), (-640, -320), STEEL, 24) for dx in (-840, 740)),  # brackets
        block((x - 400, x + 400), (30, inner), (z + 570, z + 575), PLASTIC, 0.95),  # mudguard
        block((x - 580, x - 400), (30, inner), (z + 400, z + 408), PLASTIC, 0.95),
        block((x + 400, x + 580), (30, inner), (z + 400, z + 408), PLASTIC, 0.95),
    ]
    if twin:
        near.append(block((x + 250, x + 490), (690, 930), (z + 120, -330), RUBBER, 0.16))
        near.append(weighing((x - 700, x - 60), (870, 930), (z + 20, z + 90), STEEL, 20))  # torque rod
    tube = block((x - 70, x + 70), (inner - 60, WIDTH - inner + 60), (z - 70, z + 70), density=6.5 if twin else 5.0)
    wheels = (road_wheel(wheel, x, z, y0) for y0 in (20.0, WIDTH - 20.0 - wheel.breadth))
    return sum(wheels, Part((*on_both_sides(near, WIDTH), tube)))


def _tanks(x: float, length: float, filled: float) -> Part:
    """Fuel tanks at both sides, the near one short; above the fuel there is room."""
    near = _tank((x, x + 660.0), filled, 50.0)
    far = _tank((x, x + length), filled, WIDTH - 50.0 - 640.0)
    return near + far


def _tank(x: Pair, filled: float, y0: float) -> Part:
    """A tank of aluminium, 4 mm thick, and the fuel in it."""
    y, z, wall = (y0, y0 + 640.0), (-1030.0, -400.0), 4.0
    level = z[0] + wall + filled * (z[1] - z[0] - 2 * wall)
    inner = ((x[0] + wall, x[1] - wall), (y[0] + wall, y[1] - wall))
    boxes = [
        block((x[0], x[0] + wall), y, z, ALUMINIUM, 2.7),
        block((x[1] - wall, x[1]), y, z, ALUMINIUM, 2.7),
        block(inner[0], (y[0], y[0] + wall), z, ALUMINIUM, 2.7),
        block(inner[0], (y[1] - wall, y[1]), z, ALUMINIUM, 2.7),
        block(*inner, (z[0], z[0] + wall), ALUMINIUM, 2.7),
        block(*inner, (z[1] - wall, z[1]), ALUMINIUM, 2.7),
        block(*inner, (z[0] + wall, level), DIESEL, 0.84),
    ]
    room = Space(*inner[0], *inner[1], level, z[1] - wall)
    return Part(tuple(boxes), {"tank": (room,)})


def _beside(fore: float) -> list[Box]:
    """Exhaust cleaning at the near side; batteries and air tanks between the side members, beside the drive shaft."""
    x = fore + 1490.0
    return [
        weighing((x, x + 560), (50, 690), (-1010, -420), STEEL, 190),
        weighing((x + 90, x + 470), (200, 540), (-900, -520), STEEL, 60),
        *(weighing((p, p + 560), (1310, 1560), (-840, -600), ACCUMULATOR, 62) for p in (x + 60, x + 640)),
        *(weighing((p, p + 380), (880, 1100), (-840, -620), STEEL, 14) for p in (x + 100, x + 520)),
    ]
