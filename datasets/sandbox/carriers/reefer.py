"""Insulated 40 ft containers with a cooling machine in their front. Dimensions typical, masses estimates (4.6 t)."""

from __future__ import annotations

from datasets.sandbox.carriers.carrier import Unit
from datasets.sandbox.carriers.container import WIDTH, Size, between_members, floor, frame
from datasets.sandbox.carriers.sections import Pair, block, on_both_sides, round_weighing, shifted, weighing
from datasets.sandbox.physics.materials import ALUMINIUM, PLASTIC, STEEL, Material
from datasets.sandbox.shapes import Box, Space

SIZE = Size("45R1", 12192.0, 2896.0, 27_000.0, tunnel=3400.0)
FOAM: Material = (("polyester", 1.0),)  # stands in for polyurethane
COIL: Material = (("aluminium", 0.45), ("copper", 0.55))
_FOAM_G_CM3, _MACHINE, _BULKHEAD = 0.045, 420.0, 80.0
_WALL, _ROOF, _DOOR = 75.0, 100.0, 85.0
_DECK, _T_BAR = 240.0, 64.0  # top of the insulated floor, height of the profiles on it


def reefer(x0: float = 0.0) -> Unit:
    """An empty one whose front is at `x0`: frame, sandwich walls, floor of T-bars, machine, bulkhead, doors."""
    inside = Space(
        x0 + _MACHINE + _BULKHEAD + 90.0,
        x0 + SIZE.length - _DOOR - 35.0,
        _WALL + 10.0,
        WIDTH - _WALL - 10.0,
        _DECK + _T_BAR + 2.0,
        SIZE.height - _ROOF - 30.0,
    )
    shell = (*frame(SIZE), *floor(SIZE)[:-1], *_walls(), *_deck(), *_doors(), *_machine(), *_behind_bulkhead())
    return Unit(
        kind="container",
        iso_type=SIZE.iso_type,
        shell=tuple(box.moved(x0) for box in shell),
        outside=Space(x0, x0 + SIZE.length, 0.0, WIDTH, 0.0, SIZE.height),
        inside=inside,
        payload_kg=SIZE.payload_kg,
        hollows={
            "floor": between_members(SIZE, x0),
            "wall": tuple(
                Space(x0 + _MACHINE + 100.0, x0 + SIZE.length - 180.0, *y, 320.0, SIZE.height - 160.0)
                for y in ((18.0, 80.0), (WIDTH - 80.0, WIDTH - 18.0))
            ),
            "reefer": tuple(shifted(room, x0) for room in _ROOMS),
        },
    )


_ROOMS = (
    Space(50.0, 400.0, 1240.0, 1660.0, 340.0, 760.0),  # beside the compressor
    Space(60.0, 400.0, 1700.0, 2150.0, 900.0, 1250.0),  # behind the control box
    Space(_MACHINE + _BULKHEAD + 12.0, _MACHINE + _BULKHEAD + 78.0, 160.0, 2270.0, 420.0, 1500.0),  # air duct
)


def _walls() -> list[Box]:
    """Skins of side walls and roof with foam between them, the outer skin of the front, stiffeners in the foam."""
    x, z = (_MACHINE, SIZE.length - 160.0), (160.0, SIZE.height - 60.0)
    near = [
        block(x, (10, 11), z),
        block(x, (_WALL + 6.2, _WALL + 7), z),
        block(x, (11, _WALL + 6.2), z, FOAM, _FOAM_G_CM3),
        *(block((p, p + 30), (8, 16), z, density=1.6) for p in _posts()),
    ]
    y, top = (60.0, WIDTH - 60.0), SIZE.height - 8.0
    return [
        *on_both_sides(near, WIDTH),
        block(x, y, (top, top + 1.2), ALUMINIUM, 2.7),
        block(x, y, (top - _ROOF, top - _ROOF + 1), ALUMINIUM, 2.7),
        block(x, (85, WIDTH - 85), (top - _ROOF + 1, top), FOAM, _FOAM_G_CM3),
        block((_MACHINE, _MACHINE + 2), y, z),
        block((_MACHINE + _BULKHEAD - 2, _MACHINE + _BULKHEAD), y, z, ALUMINIUM, 2.7),
        block((_MACHINE + 2, _MACHINE + _BULKHEAD - 2), y, z, FOAM, _FOAM_G_CM3),
    ]


def _posts() -> list[float]:
    return [_MACHINE + 600.0 * k for k in range(1, 20)]


def _deck() -> list[Box]:
    """Under-skin, foam, upper skin, and the T-bars along the container through which cold air runs."""
    x, y = (_MACHINE, SIZE.length - 110.0), (_WALL + 8, WIDTH - _WALL - 8)
    bars = [
        (_DECK, _DECK + 3.0, 2.7),
        (_DECK + 3, _DECK + _T_BAR - 5, 0.11),
        (_DECK + _T_BAR - 5, _DECK + _T_BAR, 1.3),
    ]
    return [
        block(x, y, (124, 125)),
        block(x, y, (125, _DECK), FOAM, _FOAM_G_CM3 * 1.3),
        *(block(x, y, (low, high), ALUMINIUM, density) for low, high, density in bars),
    ]


def _doors() -> list[Box]:
    """Foamed doors with gaskets, sills, hinges and locking bars."""
    end, y, z = SIZE.length, (100.0, WIDTH - 100.0), (140.0, SIZE.height - 110.0)
    bars = [
        block((end - 22, end + 12), (y0, y0 + 34), (60, SIZE.height - 60), density=2.2)
        for y0 in (420.0, 900.0, 1500.0, 1980.0)
    ]
    return [
        block((end - 24, end - 22.5), y, z),
        block((end - _DOOR - 24, end - _DOOR - 22.5), y, z, ALUMINIUM, 2.7),
        block((end - _DOOR - 22.5, end - 24), y, z, FOAM, _FOAM_G_CM3),
        block((end - 100, end - 60), (1190, 1250), z, PLASTIC, 0.5),
        *(
            block((end - 110, end - 30), (150, WIDTH - 150), low, density=0.9)
            for low in ((0.0, 130.0), (SIZE.height - 110, SIZE.height - 10))
        ),
        *bars,
        *(
            block((end - 40, end - 5), (150, WIDTH - 150), (h, h + 60), density=0.5)
            for h in (500.0, 1200.0, 1900.0, 2500.0)
        ),
    ]


def _machine() -> list[Box]:
    """Compressor, condenser with its fan, controls, receiver and pipes on a frame that is open to the front."""
    depth: Pair = (60.0, 400.0)
    return [
        block((0, 60), (150, WIDTH - 150), (130, 330), density=0.55),
        block((0, 60), (150, WIDTH - 150), (2700, 2790), density=0.9),
        *(block((10, 60), (y0, y0 + 60), (330, 2700), density=1.5) for y0 in (420.0, 1180.0, 1960.0)),
        weighing((110, 390), (560, 1150), (370, 760), STEEL, 125),
        weighing((150, 350), (300, 560), (420, 700), STEEL, 55),
        block((40, 420), (200, WIDTH - 200), (328, 340), density=3.0),
        *on_both_sides([block((60, _MACHINE), (160, 162), (140, 2760))], WIDTH),  # casing
        weighing(depth, (250, 1150), (1500, 1900), COIL, 34),
        weighing((90, 130), (250, 1150), (950, 1500), COIL, 16),
        *round_weighing(250, 1240, (600, 800), (0, 230), STEEL, 22, strips=10),  # motor of the condenser's fan
        weighing((60, 300), (1750, 2150), (1300, 1750), ALUMINIUM, 24),  # controls
        weighing((70, 110), (1800, 2100), (1350, 1700), COIL, 8),
        weighing((120, 260), (1800, 1940), (380, 820), STEEL, 22),  # receiver
        weighing((300, 330), (1180, 1220), (760, 2300), COIL, 6),
        weighing((350, 370), (300, 330), (700, 1500), COIL, 3),
        weighing((100, 380), (1680, 2200), (2000, 2350), STEEL, 30),  # cable of 18 m, transformer
    ]


def _behind_bulkhead() -> list[Box]:
    """Evaporator and its fans above the duct that leads air down to the floor."""
    start = _MACHINE + _BULKHEAD
    fans = [
        box
        for y0 in (500.0, 1600.0)
        for box in round_weighing(start + 45, 2420, (y0, y0 + 260), (0, 76), STEEL, 7, strips=6)
    ]
    return [
        weighing((start + 4, start + 84), (300, WIDTH - 300), (1700, 2200), COIL, 42),
        block((start + 84, start + 86), (100, WIDTH - 100), (380, 2300), ALUMINIUM, 2.7),
        *fans,
    ]
