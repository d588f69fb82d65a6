"""Panel vans of 5.5 m: the whole van is the unit, its underside the road. Dimensions typical, masses estimates."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from datasets.sandbox.carriers.carrier import Carrier, Unit
from datasets.sandbox.carriers.person import seated
from datasets.sandbox.carriers.sections import Pair, Part, block, on_both_sides, weighing
from datasets.sandbox.carriers.tractor import ACCUMULATOR, DIESEL
from datasets.sandbox.carriers.wheels import VAN, road_wheel, room_half
from datasets.sandbox.physics.materials import ALUMINIUM, GLASS, PLASTIC, RUBBER, STEEL, WOOD
from datasets.sandbox.shapes import Box, Space, leaning, upright_cylinder

LENGTH, WIDTH, HEIGHT = 5480.0, 2020.0, 2660.0
PAYLOAD_KG = 1200.0
_BULKHEAD, _FLOOR, _SKIN = 2130.0, 690.0, 22.0
_FRONT_AXLE, _REAR_AXLE = 930.0, 4330.0
_SPARE = (5020.0, 1010.0, 250.0)  # middle of the spare wheel, and its underside
INSIDE = Space(_BULKHEAD + 40.0, LENGTH - 100.0, 135.0, WIDTH - 135.0, _FLOOR + 16.0, HEIGHT - 64.0)
_DRIVEN = 0.35  # share of scans; an estimate


def van(rng: np.random.Generator) -> Carrier:
    """A panel van, scanned whole; in some scans somebody sits in it."""
    boxes: list[Box] = []
    if rng.random() < _DRIVEN:
        boxes = seated(1640.0, 560.0, 960.0, float(np.clip(rng.normal(82.0, 12.0), 55.0, 120.0)))
    unit, wheels = _unit(float(rng.uniform(0.2, 0.95)))
    return Carrier(
        boxes=tuple(boxes),
        units=(unit,),
        seen=Space(-200.0, LENGTH + 200.0, 0.0, WIDTH, -20.0, HEIGHT + 60.0),
        hollows={"tyre": wheels.hollows["tyre"]},
    )


def _unit(filled: float) -> tuple[Unit, Part]:
    wheels = _wheels()
    boxes = (*_body(), *_chassis(filled), *_engine(), *_cab(), *_spare(), *wheels.boxes)
    rooms = [
        Space(start + 35, stop, y, y + 84.0, 900.0, HEIGHT - 330.0)
        for start, stop in pairwise(_posts())
        for y in (_SKIN + 14.0, WIDTH - _SKIN - 98.0)
    ]
    unit = Unit(
        kind="van",
        iso_type=None,
        shell=boxes,
        outside=Space(0.0, LENGTH, 0.0, WIDTH, 0.0, HEIGHT),
        inside=INSIDE,
        payload_kg=PAYLOAD_KG,
        hollows={
            "panel": tuple(rooms),
            "floor": tuple(
                Space(x + 70, x + 440, 500.0, WIDTH - 500.0, _FLOOR - 88.0, _FLOOR - 6.0) for x in _ties()[:-1]
            ),
            "spare": _spare_rooms(),
        },
    )
    return unit, wheels


def _posts() -> list[float]:
    """Pillars of the side walls of the cargo space."""
    return np.linspace(_BULKHEAD + 20.0, LENGTH - 120.0, 6).tolist()


def _ties() -> list[float]:
    """Cross members under the cargo floor, ahead of the spare wheel."""
    return np.arange(2150.0, 4700.0, 500.0).tolist()


def _body() -> list[Box]:
    """Skins, pillars, lining of plywood, floor, roof with its bows, rear doors, bulkhead behind the cab."""
    x, z = (_BULKHEAD, LENGTH - 60.0), (430.0, HEIGHT - 60.0)
    near = [
        block(x, (_SKIN, _SKIN + 1.3), z),
        block((1080.0, _BULKHEAD), (_SKIN, _SKIN + 2.0), (380.0, 1320.0)),  # cab door, both skins
        *(block(span, (_SKIN + 20, _SKIN + 21.4), (720.0, top)) for span, top in _bonnet()),  # wing
        *(
            block((1480.0 + 90 * k, _BULKHEAD), (_SKIN + 30, _SKIN + 31.5), (1950.0 + 130 * k, 2080.0 + 130 * k))
            for k in range(4)
        ),  # over the cab door
        *(block((p, p + 32), (_SKIN + 2, 120), z, density=0.75) for p in _posts()),
        block(x, (_SKIN, 125), (420.0, 520.0), density=0.95),  # sill
        block(x, (_SKIN + 20, 130), (HEIGHT - 110, HEIGHT - 40), density=0.7),  # cant rail
        block((_BULKHEAD + 60, LENGTH - 120), (123, 127), (_FLOOR + 300, HEIGHT - 320), WOOD, 0.7),
        block((3200, 3218), (_SKIN, _SKIN + 12), (480, HEIGHT - 200), density=5.0),  # edges of the sliding door
        block((2160, 3200), (8, 18), (1330, 1370), density=1.5),  # its rail
    ]
    bows = [block((p, p + 60), (100, WIDTH - 100), (HEIGHT - 60, HEIGHT - 34), density=0.35) for p in _posts()]
    boards = block((_BULKHEAD + 30, LENGTH - 110), (120, WIDTH - 120), (_FLOOR + 4, _FLOOR + 14), WOOD, 0.7)
    return [
        *on_both_sides(near, WIDTH),
        *bows,
        boards,
        block((1800, LENGTH - 60), (60, WIDTH - 60), (HEIGHT - 31, HEIGHT - 30)),
        *leaning(block((1420, 1500), (80, WIDTH - 80), (2050, HEIGHT - 31), STEEL, 0.07), 340.0, slices=12),
        block((_BULKHEAD - 60, LENGTH - 80), (60, WIDTH - 60), (_FLOOR, _FLOOR + 2.2)),
        weighing((_BULKHEAD, _BULKHEAD + 30), (100, WIDTH - 100), (_FLOOR, HEIGHT - 80), STEEL, 28),
        weighing((LENGTH - 95, LENGTH - 25), (60, WIDTH - 60), (480, 1500), STEEL, 58),  # rear doors
        weighing((LENGTH - 95, LENGTH - 25), (60, WIDTH - 60), (1500, HEIGHT - 60), STEEL, 30),
        weighing((LENGTH - 60, LENGTH - 20), (980, 1040), (560, HEIGHT - 150), STEEL, 7),  # lock
        weighing((LENGTH - 80, LENGTH), (40, WIDTH - 40), (360, 480), PLASTIC, 9),
        *(
            weighing((LENGTH - 80, LENGTH - 10), y, (900, 1300), PLASTIC, 1.5)
            for y in ((10, 90), (WIDTH - 90, WIDTH - 10))
        ),
    ]


def _bonnet() -> list[tuple[Pair, float]]:
    """Where the bonnet rises towards the screen: pieces of length, and their height."""
    return [((250.0 + 76 * k, 326.0 + 76 * k), 930.0 + 26 * k) for k in range(10)]


def _chassis(filled: float) -> list[Box]:
    """Side members, cross members, rear axle on leaf springs, tank, exhaust, battery under the cab."""
    near = [
        block((450, LENGTH - 120), (420, 490), (_FLOOR - 115, _FLOOR - 5), density=0.85),
        block((_REAR_AXLE - 620, _REAR_AXLE + 700), (330, 390), (400, 424), density=6.5),
    ]
    ties = [block((x, x + 60), (130, WIDTH - 130), (_FLOOR - 90, _FLOOR - 5), density=0.5) for x in _ties()]
    tank, level = (230.0, 520.0), 232.0 + filled * 280.0
    return [
        *on_both_sides(near, WIDTH),
        *ties,
        weighing((_REAR_AXLE - 45, _REAR_AXLE + 45), (300, WIDTH - 300), (305, 395), STEEL, 70),
        block((1700, 2350), (520, 1000), (232, level), DIESEL, 0.84),
        *(
            block((1694, 2356), (514, 1006), wall, PLASTIC, 0.95)
            for wall in ((tank[0] - 6, tank[0]), (tank[1], tank[1] + 6))
        ),
        weighing((1500, 2200), (1250, 1450), (260, 400), STEEL, 22),  # particle filter
        weighing((2200, 3100), (1330, 1380), (300, 350), STEEL, 6),
        weighing((3100, 3800), (1240, 1480), (270, 410), STEEL, 16),
        weighing((3800, LENGTH - 150), (1330, 1380), (330, 380), STEEL, 8),
        weighing((1450, 1700), (300, 480), (500, 690), ACCUMULATOR, 24),
    ]


def _engine() -> list[Box]:
    """Four cylinders across, gearbox beside them, coolers, front axle, bumper: the block stands before the screen."""
    ring = [block((560 + 90 * k, 580 + 90 * k), (560, 1060), (560, 860), density=2.3) for k in range(4)]
    return [
        weighing((520, 900), (540, 1080), (420, 560), STEEL, 62),
        weighing((550, 880), (560, 1060), (560, 860), STEEL, 60),
        *ring,
        weighing((540, 890), (550, 1070), (860, 980), ALUMINIUM, 30),
        weighing((560, 860), (560, 1060), (330, 420), STEEL, 14),
        weighing((580, 900), (1080, 1480), (400, 680), ALUMINIUM, 48),
        weighing((640, 840), (1120, 1420), (440, 620), STEEL, 30),
        weighing((430, 520), (620, 900), (640, 800), STEEL, 22),
        weighing((900, 1010), (600, 900), (560, 780), STEEL, 20),
        weighing((230, 330), (330, WIDTH - 330), (380, 920), ALUMINIUM, 26),
        weighing((330, 400), (500, WIDTH - 500), (430, 880), PLASTIC, 7),
        weighing((60, 150), (100, WIDTH - 100), (420, 560), STEEL, 26),
        weighing((0, 110), (60, WIDTH - 60), (300, 760), PLASTIC, 16),
        weighing((700, 1150), (350, WIDTH - 350), (300, 370), STEEL, 48),  # subframe with steering rack
        weighing((_FRONT_AXLE - 30, _FRONT_AXLE + 30), (260, WIDTH - 260), (320, 380), STEEL, 26),
        *(
            weighing((_FRONT_AXLE - 60, _FRONT_AXLE + 80), y, (380, 900), STEEL, 16)
            for y in ((300, 420), (WIDTH - 420, WIDTH - 300))
        ),
        weighing((840, 980), (200, 480), (900, 1050), PLASTIC, 5),
        weighing((420, 520), (1300, 1650), (780, 900), PLASTIC, 4),
        *(block(span, (90, WIDTH - 90), (top - 6, top), STEEL, 2.2) for span, top in _bonnet()),
        weighing((1015, 1055), (80, WIDTH - 80), (480, 1180), STEEL, 34),  # wall to the cab
        *(weighing((110, 330), y, (740, 900), PLASTIC, 4) for y in ((80, 380), (WIDTH - 380, WIDTH - 80))),
    ]


def _cab() -> list[Box]:
    """Screen, pillars, door glass, dashboard, steering wheel, a seat and a bench for two, floor, lining of the roof."""
    screen = block((960, 1070), (130, WIDTH - 130), (1180, 2050), GLASS, 0.13)
    pillar = block((985, 1065), (_SKIN + 20, 130), (1180, 2050), density=0.5)
    side = [
        block((1280, 2040), (_SKIN + 15, _SKIN + 19), (1320, 1900), GLASS, 2.5),
        block((1150, 2080), (_SKIN + 10, 110), (500, 1250), PLASTIC, 0.06),
        *leaning(pillar, 480.0, slices=12),
        *(
            block((x, x + 60), (_SKIN + 5, 110), (500, top), density=0.6)
            for x, top in ((1085.0, 1250.0), (2065.0, 2100.0))
        ),
        block((1180, 1290), (-15, 60), (1250, 1550), PLASTIC, 0.25),  # mirror
    ]
    return [
        *on_both_sides(side, WIDTH),
        *leaning(screen, 480.0, slices=20),
        *_seat((300, 790)),
        *_seat((900, 1720)),
        weighing((1000, 1290), (100, WIDTH - 100), (960, 1200), PLASTIC, 26),
        weighing((1060, 1140), (120, WIDTH - 120), (1020, 1150), STEEL, 20),
        *leaning(block((1180, 1220), (540, 580), (780, 1120), STEEL, 2.0), 90.0, slices=5),
        *leaning(block((1240, 1265), (370, 750), (1060, 1230), PLASTIC, 0.35), 130.0, slices=5),
        weighing((1055, _BULKHEAD), (60, WIDTH - 60), (470, 490), STEEL, 46),
        weighing((1800, _BULKHEAD), (60, WIDTH - 60), (HEIGHT - 60, HEIGHT - 40), PLASTIC, 8),
    ]


def _seat(y: Pair) -> list[Box]:
    """A seat, or a bench for two: cushion on its frame, back, head rest."""
    back = block((1760, 1870), y, (990, 1560), PLASTIC, 0.09)
    frame = block((1850, 1870), y, (900, 1560), STEEL, 0.22)
    return [
        block((1340, 1800), y, (850, 960), PLASTIC, 0.08),
        block((1380, 1780), y, (500, 850), STEEL, 0.035),
        *leaning(back, 110.0, slices=8),
        *leaning(frame, 120.0, slices=8),
        block((1890, 1970), (y[0] + 120, y[0] + 370), (1580, 1750), PLASTIC, 0.08),
    ]


def _wheels() -> Part:
    parts = [
        road_wheel(VAN, x, VAN.diameter / 2, y0)
        for x in (_FRONT_AXLE, _REAR_AXLE)
        for y0 in (30.0, WIDTH - 30.0 - VAN.breadth)
    ]
    return sum(parts, Part(()))


def _spare() -> list[Box]:
    """A fifth wheel that lies under the floor behind the axle: tread, lower side, rim."""
    x, y, z = _SPARE
    top, inner = z + VAN.breadth, VAN.diameter - 2 * VAN.tread
    return [
        *upright_cylinder(x, y, z, top, VAN.diameter, RUBBER, 1.35, bore=inner, strips=16),
        *upright_cylinder(x, y, z, z + 2 * VAN.side, inner, RUBBER, 1.15, bore=VAN.rim, strips=12),
        *upright_cylinder(x, y, z, top - 25, VAN.rim, STEEL, 1.25, bore=VAN.rim - 30, strips=12),
    ]


def _spare_rooms() -> tuple[Space, ...]:
    """Rooms in the tyre of the spare wheel, to its four corners."""
    x, y, z = _SPARE
    diameters: Pair = (VAN.rim, VAN.diameter - 2 * VAN.tread)
    off, half = sum(diameters) / 4 / 2**0.5, room_half(diameters)
    low, high = z + 2 * VAN.side + 4, z + VAN.breadth - 4
    return tuple(
        Space(x + dx * off - half, x + dx * off + half, y + dy * off - half, y + dy * off + half, low, high)
        for dx in (-1, 1)
        for dy in (-1, 1)
    )
