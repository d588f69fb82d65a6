"""The cab of a tractor: skins, glass, seats, bunks. Dimensions typical of a sleeper cab, masses estimates."""

from __future__ import annotations

from datasets.sandbox.carriers.container import WIDTH
from datasets.sandbox.carriers.sections import block, on_both_sides, weighing
from datasets.sandbox.physics.materials import GLASS, PLASTIC, STEEL
from datasets.sandbox.shapes import Box, leaning

LENGTH, FLOOR = 2280.0, 100.0
_ROOF = 2450.0


def cab(front: float) -> list[Box]:
    """A cab of about 1.3 t that begins at `front`; whoever drives sits behind the wheel at the near side."""
    back = front + LENGTH
    side = [
        block((front + 250, back), (18, 22.6), (-330, 1030)),  # doors and panels, both skins
        block((front + 1330, back), (18, 21.2), (1030, 1950)),
        *_sloping(front + 330.0, back),
        block((front + 430, front + 1250), (20, 25), (1050, 1790), GLASS, 2.5),
        *(block((front + dx, front + dx + 70), (20, 110), (0, 1950), density=0.8) for dx in (340.0, 1255.0)),
        block((front + 430, front + 1250), (22, 60), (480, 1000), PLASTIC, 0.18),  # lining and window winder
        block((front + 250, front + 1250), (40, 300), (-560, 50), PLASTIC, 0.05),  # steps
        block((front + 210, front + 330), (-10, 80), (1150, 1700), PLASTIC, 0.3),  # mirrors
    ]
    screen = block((front + 60, front + 190), (120, WIDTH - 120), (950, 1930), GLASS, 0.11)
    return [
        *on_both_sides(side, WIDTH),
        *leaning(screen, 260.0, slices=20),
        weighing((front + 20, front + 90), (60, WIDTH - 60), (-420, 950), PLASTIC, 45),
        weighing((front + 90, front + 230), (60, WIDTH - 60), (0, 950), STEEL, 70),
        weighing((back - 35, back), (20, WIDTH - 20), (FLOOR, _ROOF - 60), STEEL, 95),
        weighing((front + 700, back), (20, WIDTH - 20), (_ROOF - 60, _ROOF), PLASTIC, 52),
        *leaning(
            block((front + 300, front + 400), (60, WIDTH - 60), (1930, _ROOF - 60), PLASTIC, 0.12), 360.0, slices=16
        ),
        weighing((front + 150, back), (40, WIDTH - 40), (FLOOR - 45, FLOOR), STEEL, 230),
        weighing((front + 150, front + 480), (100, WIDTH - 100), (500, 950), PLASTIC, 55),
        weighing((front + 200, front + 330), (150, WIDTH - 150), (580, 810), STEEL, 70),
        *(weighing((x, x + 160), (420, WIDTH - 420), (-170, FLOOR - 45), STEEL, 70) for x in (front + 180, back - 260)),
        *_wheel_and_pedals(front + 480.0),
        *_seat(front + 830.0, 480.0),
        *_seat(front + 830.0, WIDTH - 920.0),
        weighing((back - 640, back - 45), (60, WIDTH - 60), (590, 615), PLASTIC, 18),
        weighing((back - 640, back - 45), (70, WIDTH - 70), (615, 730), PLASTIC, 14),
        weighing((back - 600, back - 45), (70, WIDTH - 70), (1580, 1680), PLASTIC, 22),  # upper bunk
        weighing((front + 560, front + 900), (120, WIDTH - 120), (2000, 2230), PLASTIC, 22),  # lockers over the screen
    ]


def _sloping(x: float, back: float) -> list[Box]:
    """Side of a roof that slopes back from `x`."""
    return [block((x + 45 * k, back), (18, 22), (1950 + 55 * k, 2005 + 55 * k), PLASTIC, 1.5) for k in range(8)]


def _wheel_and_pedals(x: float) -> list[Box]:
    """Steering column and wheel before the seat on the near side."""
    column = block((x - 150, x - 90), (670, 730), (150, 770), density=2.2)
    rim = block((x - 60, x - 30), (470, 930), (730, 870), PLASTIC, 0.35)
    return [*leaning(column, 150.0, slices=6), *leaning(rim, 200.0, slices=5)]


def _seat(x: float, y0: float) -> list[Box]:
    """A suspended seat of about 50 kg."""
    y = (y0, y0 + 440)
    back = block((x + 400, x + 520), y, (550, 1200), PLASTIC, 0.11)
    frame = block((x + 490, x + 515), (y0 + 60, y0 + 380), (450, 1200), density=0.55)
    head = block((x + 545, x + 635), (y0 + 90, y0 + 350), (1210, 1390), PLASTIC, 0.09)
    return [
        weighing((x + 40, x + 430), (y0 + 40, y0 + 400), (FLOOR, 310), STEEL, 20),
        block((x, x + 470), y, (440, 550), PLASTIC, 0.09),
        weighing((x + 20, x + 450), y, (400, 440), STEEL, 9),
        *leaning(back, 130.0, slices=6),
        *leaning(frame, 150.0, slices=6),
        head,
    ]
