"""Flat wagons that carry containers on rails. Dimensions typical of a 60 ft wagon on two bogies, masses estimates."""

from __future__ import annotations

import numpy as np

from datasets.sandbox.carriers.carrier import Carrier, Unit
from datasets.sandbox.carriers.container import SIZES, WIDTH, container
from datasets.sandbox.carriers.road import GAP_MM
from datasets.sandbox.carriers.sections import Part, beam, block, on_both_sides, weighing
from datasets.sandbox.carriers.wheels import wheelset
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.shapes import Box, Space

RAIL_MM = -1180.0  # top of the rails
_RAIL_HEIGHT, _WHEEL = 172.0, 920.0
_HALF_FRAME, _HALF_LENGTH, _HALF_PIVOTS, _HALF_BOGIE = 9250.0, 9870.0, 7100.0, 900.0
_MIDDLE = WIDTH / 2


def wagon_40(rng: np.random.Generator) -> Carrier:
    """A wagon with one container of 40 ft, of either height, in the middle or towards an end."""
    size = SIZES["40_high" if rng.random() < 0.45 else "40"]
    return _on_wagon((container(size),), float(rng.choice([-2900.0, 0.0, 2900.0])))


def wagon_two_20(rng: np.random.Generator) -> Carrier:
    """A wagon with two containers of 20 ft, close together or apart."""
    size = SIZES["20"]
    gap = GAP_MM if rng.random() < 0.6 else 6058.0 + 2 * GAP_MM
    return _on_wagon((container(size), container(size, size.length + gap)), 0.0)


def _on_wagon(units: tuple[Unit, ...], shift: float) -> Carrier:
    """Units, the first of which begins at 0, on a wagon whose middle is `shift` behind theirs; all of it is scanned."""
    middle = units[-1].outside.x1 / 2 + shift
    ends = [x for unit in units for x in (unit.outside.x0 + 89.0, unit.outside.x1 - 89.0)]
    part = wagon().moved(middle)
    start, stop = middle - _HALF_LENGTH - 300.0, middle + _HALF_LENGTH + 300.0
    return Carrier(
        boxes=(*part.boxes, *_spigots(ends), *_rails(start - 50, stop + 50)),
        units=units,
        seen=Space(start, stop, 0.0, WIDTH, RAIL_MM - _RAIL_HEIGHT, max(unit.outside.z1 for unit in units) + 60.0),
    )


def wagon() -> Part:
    """An empty wagon of about 20 t, its middle at 0."""
    boxes = [*_frame(), *_brake()]
    for end in (-1, 1):
        boxes += [*_buffers(end), *_bogie(end * _HALF_PIVOTS)]
    return Part(tuple(boxes))


def _frame() -> list[Box]:
    """Side sills, deep between the bogies, a middle sill, cross members, head stocks and bolsters over the bogies."""
    x = (-_HALF_FRAME, _HALF_FRAME)
    near = [
        *beam(x, _MIDDLE - 950.0, (-330.0, -25.0), flange=(210.0, 22.0), web=13.0),
        *beam((-5300.0, 5300.0), _MIDDLE - 950.0, (-620.0, -330.0), flange=(210.0, 22.0), web=12.0),
        *(
            block((end - 250, end + 250), (_MIDDLE - 1050, _MIDDLE - 850), (-470, -330), density=2.0)
            for end in (-5500, 5500)
        ),
    ]
    ties = [
        block((p - 60, p + 60), (_MIDDLE - 940, _MIDDLE + 940), (-300, -60), density=1.0)
        for p in np.linspace(-8400.0, 8400.0, 15)
        if abs(abs(p) - _HALF_PIVOTS) > 400
    ]
    heads = [
        weighing(span, (60, WIDTH - 60), (-340, -25), STEEL, 400) for span in ((x[0], x[0] + 130), (x[1] - 130, x[1]))
    ]
    bolsters = [
        weighing((p - 260, p + 260), (_MIDDLE - 940, _MIDDLE + 940), (-330, -60), STEEL, 480)
        for p in (-_HALF_PIVOTS, _HALF_PIVOTS)
    ]
    return [
        *on_both_sides(near, WIDTH),
        *ties,
        *heads,
        *bolsters,
        *beam(x, _MIDDLE, (-300.0, -90.0), flange=(180.0, 14.0), web=10.0),
    ]


def _buffers(end: int) -> list[Box]:
    """Buffers and the coupling at one end."""

    def along(start: float, stop: float) -> tuple[float, float]:
        low, high = sorted((end * (_HALF_FRAME + start), end * (_HALF_FRAME + stop)))
        return low, high

    near = [
        weighing(along(0, 330), (_MIDDLE - 980, _MIDDLE - 770), (-225, -15), STEEL, 62),
        weighing(along(330, 580), (_MIDDLE - 950, _MIDDLE - 800), (-195, -45), STEEL, 34),
        weighing(along(580, 620), (_MIDDLE - 1100, _MIDDLE - 650), (-290, 50), STEEL, 40),
    ]
    return [
        *on_both_sides(near, WIDTH),
        weighing(along(0, 330), (_MIDDLE - 60, _MIDDLE + 60), (-190, -60), STEEL, 39),  # hook
        weighing(along(180, 260), (_MIDDLE - 110, _MIDDLE + 110), (-560, -150), STEEL, 35),  # screw coupling, hung up
        weighing(along(120, 160), (_MIDDLE - 420, _MIDDLE - 360), (-520, -200), STEEL, 6),  # brake hose
    ]


def _bogie(x: float) -> list[Box]:
    """A bogie of two wheelsets, 1.8 m apart, of about 4.6 t."""
    axle = RAIL_MM + _WHEEL / 2
    near = [
        weighing((x - 1250, x + 1250), (_MIDDLE - 1090, _MIDDLE - 930), (axle + 150, axle + 300), STEEL, 310),
        weighing((x - 500, x + 500), (_MIDDLE - 1090, _MIDDLE - 930), (axle - 60, axle + 150), STEEL, 150),
    ]
    for wheel in (-_HALF_BOGIE, _HALF_BOGIE):
        near += [
            weighing(
                (x + wheel + side - 70, x + wheel + side + 70),
                (_MIDDLE - 1080, _MIDDLE - 940),
                (axle - 90, axle + 150),
                STEEL,
                21,
            )
            for side in (-220.0, 220.0)
        ]
    across = (_MIDDLE - 930, _MIDDLE + 930)
    return [
        *on_both_sides(near, WIDTH),
        *(box for wheel in (-_HALF_BOGIE, _HALF_BOGIE) for box in wheelset(x + wheel, axle, _MIDDLE)),
        weighing((x - 230, x + 230), across, (axle + 20, axle + 260), STEEL, 520),
        *(weighing((x + p - 60, x + p + 60), across, (axle + 160, axle + 280), STEEL, 75) for p in (-1300, 1300)),
        weighing((x - 150, x + 150), (_MIDDLE - 150, _MIDDLE + 150), (axle + 260, -330), STEEL, 60),
        *(weighing((x + p - 40, x + p + 40), across, (axle - 180, axle - 100), STEEL, 45) for p in (-330, 330)),
    ]


def _brake() -> list[Box]:
    """Brake cylinder, air tank, rods."""
    return [
        weighing((600, 1250), (_MIDDLE + 150, _MIDDLE + 500), (-560, -210), STEEL, 95),
        weighing((-1900, -800), (_MIDDLE - 500, _MIDDLE - 130), (-570, -200), STEEL, 80),
        weighing((-6000, 6000), (_MIDDLE - 40, _MIDDLE), (-470, -430), STEEL, 90),
        weighing((2300, 2500), (_MIDDLE - 60, _MIDDLE + 60), (-620, -320), STEEL, 35),
    ]


def _spigots(ends: list[float]) -> list[Box]:
    """What holds containers by their corners, folded up under each."""
    near = [
        box
        for x in ends
        for box in (
            weighing((x - 90, x + 90), (10, 190), (-25, -2), STEEL, 4),
            weighing((x - 40, x + 40), (50, 120), (-2, 60), STEEL, 2),
        )
    ]
    return on_both_sides(near, WIDTH)


def _rails(start: float, stop: float) -> list[Box]:
    """Two rails of 60 kg/m: head, web, foot."""
    x, low = (start, stop), RAIL_MM - _RAIL_HEIGHT
    boxes = []
    for middle in (_MIDDLE - 755, _MIDDLE + 755):
        boxes += [
            block(x, (middle - 36, middle + 36), (RAIL_MM - 45, RAIL_MM), density=7.4),
            block(x, (middle - 8, middle + 8), (low + 25, RAIL_MM - 45)),
            block(x, (middle - 75, middle + 75), (low, low + 25), density=6.2),
        ]
    return boxes
