"""Wheels of the road with air in their tyres, and wheelsets of the rails. Dimensions are typical, masses estimates."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

from datasets.sandbox.carriers.sections import Pair, Part, block, round_part, round_weighing, weighing
from datasets.sandbox.physics.materials import RUBBER, STEEL
from datasets.sandbox.shapes import Box, Space

_TREAD_G_CM3, _SIDE_G_CM3 = 1.35, 1.15  # steel belts lie under the tread
_ROOM_DEG = (-60.0, -30.0, 0.0, 30.0, 60.0)  # from straight down
_RIM_MM = 34.0  # the rim's well, as deep as it is
_CLEAR_MM = 30.0  # strips are not quite round


@dataclass(frozen=True, slots=True)
class Wheel:
    """A tyre on its rim, or `tyres` of them side by side, with hub and brake.

    Diameters of the tyre and of the rim, breadth, thickness of tread and of a side, all in millimetres.
    """

    diameter: float
    rim: float
    breadth: float
    tread: float
    side: float
    rim_kg: float
    hub_diameter: float
    hub_kg: float
    tyres: int = 1


TRUCK = Wheel(1010, 571, 300, 42, 14, 42, 400, 110)  # 315/70 R 22.5
TWIN = Wheel(1010, 571, 640, 42, 14, 84, 420, 150, tyres=2)
TRAILER = Wheel(1065, 571, 370, 44, 14, 48, 420, 115)  # 385/65 R 22.5
VAN = Wheel(700, 406, 225, 26, 9, 13, 280, 18)  # 225/75 R 16


def road_wheel(wheel: Wheel, x: float, z: float, y0: float) -> Part:
    """A wheel whose near face is at `y0`: tread, sides, rim, and hub with brake; air between tread and rim.

    The sides of its tyres stand together at the near face, so that the air beyond them is one room. `tyre` is what
    fits into the lower half of that room.
    """
    y, sides = (y0, y0 + wheel.breadth), 2 * wheel.tyres * wheel.side
    inner = wheel.diameter - 2 * wheel.tread
    tread = _TREAD_G_CM3 * (1.0 if wheel.tyres == 1 else 0.94)  # a gap between two
    middle = (y0 + 0.3 * wheel.breadth, y0 + 0.3 * wheel.breadth + min(0.6 * wheel.breadth, 240))
    well, disc = wheel.rim - 2 * _RIM_MM, (y[1] - 60, y[1] - 60 + 12 * wheel.tyres)
    boxes = (
        *round_part(x, z, y, (inner, wheel.diameter), RUBBER, tread, strips=24),
        *round_part(x, z, (y0, y0 + sides), (wheel.rim, inner), RUBBER, _SIDE_G_CM3, strips=10),
        *round_weighing(x, z, y, (well, wheel.rim), STEEL, 0.65 * wheel.rim_kg, strips=12),
        *round_weighing(x, z, disc, (0, well), STEEL, 0.35 * wheel.rim_kg, strips=6),
        *round_weighing(x, z, middle, (0, wheel.hub_diameter), STEEL, wheel.hub_kg, strips=10),
    )
    deep = (y0 + sides + 5, y0 + min(wheel.breadth, 300) - 5)
    return Part(boxes, {"tyre": tyre_rooms(x, z, deep, (wheel.rim, inner))})


def tyre_rooms(x: float, z: float, y: Pair, diameters: Pair) -> tuple[Space, ...]:
    """Square rooms along the lower half of a ring, between rim and tread."""
    radius, half = sum(diameters) / 4, room_half(diameters)
    return tuple(
        Space(
            x + radius * sin(angle) - half,
            x + radius * sin(angle) + half,
            *y,
            z - radius * cos(angle) - half,
            z - radius * cos(angle) + half,
        )
        for angle in map(radians, _ROOM_DEG)
    )


def room_half(diameters: Pair) -> float:
    """Half the edge of the largest square that fits between rim and tread however it is turned."""
    return ((diameters[1] - diameters[0]) / 4 - _CLEAR_MM) / 2**0.5


def wheelset(x: float, z: float, middle: float) -> list[Box]:
    """Two wheels of 920 mm on their axle, of about 1.1 t, with an axle box of 80 kg at each end."""
    boxes = [weighing((x - 80, x + 80), (middle - 1120, middle + 1120), (z - 80, z + 80), STEEL, 390)]
    for side in (-1, 1):
        rim, web = middle + side * 755, middle + side * 750
        boxes += round_part(x, z, (rim - 67, rim + 67), (790, 920), STEEL, 7.85, strips=24)
        boxes += round_part(x, z, (web - 14, web + 14), (250, 790), STEEL, 7.85, strips=14)
        boxes += round_weighing(x, z, (web - 85, web + 85), (0, 250), STEEL, 65, strips=8)
        journal = middle + side * 1000
        boxes.append(weighing((x - 140, x + 140), (journal - 110, journal + 110), (z - 130, z + 130), STEEL, 80))
        for shoe in (-510, 480):
            boxes.append(block((x + shoe, x + shoe + 30), (rim - 40, rim + 40), (z - 150, z + 150), STEEL, 7.2))
    return boxes
