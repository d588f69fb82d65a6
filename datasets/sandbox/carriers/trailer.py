"""Skeletal chassis that carry containers on the road. Sections are estimates."""

from __future__ import annotations

import numpy as np

from datasets.sandbox.carriers.container import WIDTH
from datasets.sandbox.physics.materials import RUBBER, STEEL
from datasets.sandbox.shapes import Box, lying_cylinder


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
