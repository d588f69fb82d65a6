"""A 20 ft dry container on a skeletal chassis, and the field of view around it.

Dimensions in millimetres: outside 6058 x 2438 x 2591. Sheet thicknesses and sections are typical figures (estimates);
they come to about 2.1 t. Thin members seen along the beam are given the mean density of their outline, so that a
pixel's areal density stays right; the sharp opaque line that a 4 mm web really throws is smeared over its outline.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.physics.materials import RUBBER, STEEL, WOOD
from datasets.sandbox.physics.projection import Field
from datasets.sandbox.physics.scanner import Parallel, Scanner
from datasets.sandbox.shapes import Box, Space, lying_cylinder

LENGTH, WIDTH, HEIGHT = 6058.0, 2438.0, 2591.0
OUTSIDE = Space(0.0, LENGTH, 0.0, WIDTH, 0.0, HEIGHT)
INSIDE = Space(60.0, 5950.0, 43.0, 2395.0, 150.0, 2530.0)
_STEEL_G_CM3, _PLYWOOD_G_CM3 = 7.85, 0.70
_FIELD_X_MM, _FIELD_Z_MM, _MARGIN_MM = 6528.0, 3072.0, 60.0
CROSS_MEMBER_PITCH = 300.0


def field_of_view(scanner: Scanner) -> Field:
    """Field around container and upper chassis; 256 x 544 pixels in a parallel beam at 12 mm.

    Raises:
        ValueError: when the scanner is no accelerator, or its pitch not between 2 and 60 mm.
    """
    pitch_mm, geometry = scanner.pitch_mm.value, scanner.geometry.value
    if scanner.channels[0].source.kind != "linac":
        raise ValueError(f"containers go through scanners with an accelerator; found {scanner.name}: {scanner.what}")
    if not 2 <= pitch_mm <= 60:
        raise ValueError(f"the pixel pitch of a cargo scan is 2 to 60 mm; found {pitch_mm}; choose one, such as 12")
    x0, columns = (LENGTH - _FIELD_X_MM) / 2, round(_FIELD_X_MM / pitch_mm)
    if isinstance(geometry, Parallel):
        return Field(pitch_mm, round(_FIELD_Z_MM / pitch_mm), columns, x0, HEIGHT + _MARGIN_MM, geometry)
    lowest, highest = HEIGHT + _MARGIN_MM - _FIELD_Z_MM, HEIGHT + _MARGIN_MM
    unbounded = Field(pitch_mm, 0, columns, x0, 0.0, geometry, middle_mm=WIDTH / 2)
    seen = unbounded.heights(np.array([0.0, 0.0, WIDTH, WIDTH]), np.array([lowest, highest, lowest, highest]))
    return replace(unbounded, rows=round((seen.max() - seen.min()) / pitch_mm), top=float(seen.max()))


def container() -> tuple[Box, ...]:
    """The empty container: walls, roof, floor, cross members, rails, corner posts, front wall and doors."""
    return (*_walls(), *_floor(), *_frame(), *_ends())


def chassis(rng: np.random.Generator) -> tuple[Box, ...]:
    """Two main beams, bolsters and the top of three axles, the axles placed by the seed."""
    boxes = [_steel(-180.0, LENGTH + 180.0, y, y + 160.0, -470.0, -150.0, density=0.9) for y in (700.0, 1580.0)]
    for x in (100.0, LENGTH - 260.0):
        boxes.append(_steel(x, x + 160.0, 60.0, WIDTH - 60.0, -150.0, -10.0, density=0.8))
    axle = rng.uniform(3400.0, 3900.0)
    for wheel in range(2):
        for y in (60.0, WIDTH - 660.0):
            x = axle + wheel * 1310.0
            boxes += lying_cylinder(x, -760.0, y, y + 600.0, 1020.0, RUBBER, 0.45, bore=570.0, strips=24)
    return tuple(boxes)


def _steel(
    x0: float, x1: float, y0: float, y1: float, z0: float, z1: float, density: float = _STEEL_G_CM3
) -> Box:  # fmt: skip
    return Box(x0, x1, y0, y1, z0, z1, STEEL, density)


def _walls() -> list[Box]:
    """Corrugated side walls: flats of 1.7 mm, and slopes where the same sheet is crossed at an angle."""
    boxes = []
    for y in (15.0, WIDTH - 16.7):
        boxes.append(_steel(160.0, LENGTH - 160.0, y, y + 1.7, 160.0, HEIGHT - 60.0))
        boxes += [
            _steel(x, x + 68.0, y, y + 0.35, 160.0, HEIGHT - 60.0) for x in np.arange(170.0, LENGTH - 240.0, 139.0)
        ]
    boxes.append(_steel(0.0, LENGTH, 30.0, WIDTH - 30.0, HEIGHT - 32.0, HEIGHT - 30.0))
    return boxes


def _floor() -> list[Box]:
    members = [
        _steel(x, x + 45.0, 60.0, WIDTH - 60.0, 0.0, 122.0, density=0.95)
        for x in np.arange(190.0, LENGTH - 200.0, CROSS_MEMBER_PITCH)
    ]
    return [*members, Box(50.0, LENGTH - 110.0, 50.0, WIDTH - 50.0, 122.0, 150.0, WOOD, _PLYWOOD_G_CM3)]


def _frame() -> list[Box]:
    """Bottom and top side rails, corner posts and castings, near and far."""
    boxes = []
    for near in (True, False):

        def side(deep: float, near: bool = near) -> tuple[float, float]:
            return (0.0, deep) if near else (WIDTH - deep, WIDTH)

        boxes.append(_steel(160.0, LENGTH - 160.0, *side(45.0), 0.0, 160.0, density=1.15))
        boxes.append(_steel(160.0, LENGTH - 160.0, *side(60.0), HEIGHT - 60.0, HEIGHT, density=1.5))
        for x in (0.0, LENGTH - 160.0):
            boxes.append(_steel(x, x + 160.0, *side(150.0), 118.0, HEIGHT - 118.0, density=1.6))
            corner = 0.0 if x == 0.0 else LENGTH - 178.0
            for z in (0.0, HEIGHT - 118.0):
                boxes.append(_steel(corner, corner + 178.0, *side(162.0), z, z + 118.0, density=3.2))
    return boxes


def _ends() -> list[Box]:
    """Front wall, seen along its corrugations, its sills, and the doors with gasket frame and locking bars."""
    boxes = [_steel(8.0, 53.0, 150.0, WIDTH - 150.0, 150.0, HEIGHT - 100.0, density=0.45)]
    for x in (0.0, LENGTH - 110.0):
        boxes.append(_steel(x, x + 60.0, 150.0, WIDTH - 150.0, 0.0, 130.0, density=0.9))
        boxes.append(_steel(x, x + 60.0, 150.0, WIDTH - 150.0, HEIGHT - 110.0, HEIGHT - 10.0, density=0.9))
    boxes.append(_steel(LENGTH - 75.0, LENGTH - 25.0, 150.0, WIDTH - 150.0, 130.0, HEIGHT - 110.0, density=0.6))
    for y in (420.0, 900.0, 1500.0, 1980.0):
        boxes.append(_steel(LENGTH - 22.0, LENGTH + 12.0, y, y + 34.0, 60.0, HEIGHT - 60.0, density=2.2))
    for z in (500.0, 1100.0, 1700.0, 2200.0):
        boxes.append(_steel(LENGTH - 40.0, LENGTH - 5.0, 150.0, WIDTH - 150.0, z, z + 60.0, density=0.5))
    return boxes
