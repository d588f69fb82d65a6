"""ISO containers for dry goods, 20 and 40 ft.

Dimensions in millimetres; the front wall stands at x0, the doors at the far end. Sheet thicknesses and sections are
typical figures (estimates); they come to about 2.1 t for 20 ft and 3.6 t for 40 ft. Thin members seen along the beam
are given the mean density of their outline, so that a pixel's areal density stays right; the sharp opaque line that a
4 mm web really throws is smeared over its outline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.sandbox.carriers.carrier import Unit
from datasets.sandbox.physics.materials import STEEL, WOOD
from datasets.sandbox.shapes import Box, Space

WIDTH = 2438.0
CROSS_MEMBER_PITCH = 300.0
_STEEL_G_CM3, _PLYWOOD_G_CM3 = 7.85, 0.70
_FALSE_CEILING = 85.0
_DOUBLE_WALL = 38.0
_TUNNEL_Y = (690.0, WIDTH - 690.0)


@dataclass(frozen=True, slots=True)
class Size:
    """Outside dimensions, and what is loaded at most: road limits bind a 20 ft container before its own 28 t (E).

    `tunnel` is the length of the recess under the front into which the neck of a trailer reaches.
    """

    iso_type: str
    length: float
    height: float
    payload_kg: float
    tunnel: float = 0.0


SIZES = {
    "20": Size("22G1", 6058.0, 2591.0, 21_000.0),
    "40": Size("42G1", 12192.0, 2591.0, 26_000.0, tunnel=3400.0),
    "40_high": Size("45G1", 12192.0, 2896.0, 26_000.0, tunnel=3400.0),
}


def container(size: Size = SIZES["20"], x0: float = 0.0) -> Unit:
    """An empty container whose front is at `x0`: walls, roof, floor, cross members, rails, posts, front wall, doors."""
    shell = (*_walls(size), *floor(size), *frame(size), *_ends(size))
    return Unit(
        kind="container",
        iso_type=size.iso_type,
        shell=tuple(box.moved(x0) for box in shell),
        outside=Space(x0, x0 + size.length, 0.0, WIDTH, 0.0, size.height),
        inside=(inside := Space(x0 + 60.0, x0 + size.length - 108.0, 43.0, WIDTH - 43.0, 150.0, size.height - 61.0)),
        payload_kg=size.payload_kg,
        hollows={
            "floor": between_members(size, x0),
            "roof": (
                Space(inside.x0 + 100, inside.x1 - 100, inside.y0, inside.y1, inside.z1 - _FALSE_CEILING, inside.z1),
            ),
            "wall": tuple(
                Space(x0 + 180.0, x0 + size.length - 180.0, y, y + _DOUBLE_WALL, 165.0, size.height - 65.0)
                for y in (18.0, WIDTH - 18.0 - _DOUBLE_WALL)
            ),
        },
    )


def between_members(size: Size, x0: float) -> tuple[Space, ...]:
    """Rooms under the floor, between cross members and beside the tunnel."""
    starts = [(x, WIDTH - 103.0 if x >= size.tunnel else _TUNNEL_Y[0] - 15.0) for x in _members(size)[:-1]]
    return tuple(Space(x0 + x + 48.0, x0 + x + 298.0, 150.0, y1, 8.0, 120.0) for x, y1 in starts)


def _members(size: Size) -> list[float]:
    """Where the cross members under the floor begin."""
    return np.arange(190.0, size.length - 200.0, CROSS_MEMBER_PITCH).tolist()


def _steel(
    x0: float, x1: float, y0: float, y1: float, z0: float, z1: float, density: float = _STEEL_G_CM3
) -> Box:  # fmt: skip
    return Box(x0, x1, y0, y1, z0, z1, STEEL, density)


def _walls(size: Size) -> list[Box]:
    """Corrugated side walls: flats of 1.7 mm, and slopes where the same sheet is crossed at an angle."""
    boxes = []
    for y in (15.0, WIDTH - 16.7):
        boxes.append(_steel(160.0, size.length - 160.0, y, y + 1.7, 160.0, size.height - 60.0))
        boxes += [
            _steel(x, x + 68.0, y, y + 0.35, 160.0, size.height - 60.0)
            for x in np.arange(170.0, size.length - 240.0, 139.0)
        ]
    boxes.append(_steel(0.0, size.length, 30.0, WIDTH - 30.0, size.height - 32.0, size.height - 30.0))
    return boxes


def floor(size: Size) -> list[Box]:
    """Cross members, cut short beside the tunnel, and a floor of plywood on them."""
    members = [
        _steel(x, x + 45.0, *y, 0.0, 122.0, density=0.95) for x in _members(size) for y in _beside_tunnel(size, x, 60.0)
    ]
    boards = Box(50.0, size.length - 110.0, 50.0, WIDTH - 50.0, 122.0, 150.0, WOOD, _PLYWOOD_G_CM3)
    return [*members, *_tunnel(size), boards]


def _beside_tunnel(size: Size, x: float, y0: float) -> list[tuple[float, float]]:
    """Breadth of a member at `x` that begins `y0` from either side."""
    return [(y0, WIDTH - y0)] if x >= size.tunnel else [(y0, _TUNNEL_Y[0]), (_TUNNEL_Y[1], WIDTH - y0)]


def _tunnel(size: Size) -> list[Box]:
    """Roof and sides of the recess for a trailer's neck; none under a 20 ft container."""
    if not size.tunnel:
        return []
    sides = [_steel(60.0, size.tunnel, y, y + 4.0, 0.0, 116.0) for y in (_TUNNEL_Y[0], _TUNNEL_Y[1] - 4.0)]
    return [*sides, _steel(60.0, size.tunnel, *_TUNNEL_Y, 116.0, 121.0)]


def frame(size: Size) -> list[Box]:
    """Bottom and top side rails, corner posts and castings, near and far."""
    boxes = []
    for near in (True, False):

        def side(deep: float, near: bool = near) -> tuple[float, float]:
            return (0.0, deep) if near else (WIDTH - deep, WIDTH)

        boxes.append(_steel(160.0, size.length - 160.0, *side(45.0), 0.0, 160.0, density=1.15))
        boxes.append(_steel(160.0, size.length - 160.0, *side(60.0), size.height - 60.0, size.height, density=1.5))
        for x in (0.0, size.length - 160.0):
            boxes.append(_steel(x, x + 160.0, *side(150.0), 118.0, size.height - 118.0, density=1.6))
            corner = 0.0 if x == 0.0 else size.length - 178.0
            for z in (0.0, size.height - 118.0):
                boxes.append(_steel(corner, corner + 178.0, *side(162.0), z, z + 118.0, density=3.2))
    return boxes


def _ends(size: Size) -> list[Box]:
    """Front wall, seen along its corrugations, its sills, and the doors with gasket frame and locking bars."""
    boxes = [_steel(8.0, 53.0, 150.0, WIDTH - 150.0, 150.0, size.height - 100.0, density=0.45)]
    end, top = size.length, size.height
    for x in (0.0, end - 110.0):
        boxes += [_steel(x, x + 60.0, *y, 0.0, 130.0, density=0.9) for y in _beside_tunnel(size, x, 150.0)]
        boxes.append(_steel(x, x + 60.0, 150.0, WIDTH - 150.0, top - 110.0, top - 10.0, density=0.9))
    boxes.append(_steel(end - 75.0, end - 25.0, 150.0, WIDTH - 150.0, 130.0, top - 110.0, density=0.6))
    for y in (420.0, 900.0, 1500.0, 1980.0):
        boxes.append(_steel(end - 22.0, end + 12.0, y, y + 34.0, 60.0, top - 60.0, density=2.2))
    for z in (500.0, 1100.0, 1700.0, 2200.0):
        boxes.append(_steel(end - 40.0, end - 5.0, 150.0, WIDTH - 150.0, z, z + 60.0, density=0.5))
    return boxes
