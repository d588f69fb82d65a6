"""Things put where they can lie: moved indoors, let down onto what is below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datasets.sandbox.contraband.objects import Made
from datasets.sandbox.contraband.rooms import ABOVE_GOODS_MM
from datasets.sandbox.scene import Load
from datasets.sandbox.shapes import Space, bounds

_SLACK_MM = 1.5  # packages lie askew by as much


def around(made: Made) -> Space:
    """Bounds of a thing and of its outline."""
    return bounds((*made.boxes, *made.outline))


def indoors(inside: Space, made: Made) -> Made:
    """Moved as far as it takes: a rifle is longer than many a gap, but nothing reaches through a wall."""
    own = around(made)
    return _moved(
        made,
        max(inside.x0 - own.x0, min(0.0, inside.x1 - own.x1)),
        max(inside.y0 - own.y0, min(0.0, inside.y1 - own.y1)),
        max(inside.z0 - own.z0, min(0.0, inside.z1 - own.z1)),
    )


def is_inside(room: Space, made: Made) -> bool:
    """Whether all of it lies in a room."""
    own, slack = around(made), _SLACK_MM
    return (
        own.x0 >= room.x0 - slack and own.x1 <= room.x1 + slack
        and own.y0 >= room.y0 - slack and own.y1 <= room.y1 + slack
        and own.z0 >= room.z0 - slack and own.z1 <= room.z1 + slack
    )  # fmt: skip


def supported(made: Made, loads: Sequence[Load], inside: Space) -> Made:
    """Let down onto what is below, where it is not packed among goods: nothing hangs in the air."""
    own = around(made)
    below = [
        box
        for load in loads
        for box in load.boxes
        if box.x0 < own.x1 and box.x1 > own.x0 and box.y0 < own.y1 and box.y1 > own.y0 and box.z0 < own.z0 + 1
    ]
    floor = max((min(box.z1 + ABOVE_GOODS_MM, own.z0) for box in below), default=inside.z0)
    return _moved(made, 0.0, 0.0, max(floor, inside.z0) - own.z0)


def _moved(made: Made, dx: float, dy: float, dz: float) -> Made:
    return replace(
        made,
        boxes=tuple(box.moved(dx, dy, dz) for box in made.boxes),
        outline=tuple(box.moved(dx, dy, dz) for box in made.outline),
    )
