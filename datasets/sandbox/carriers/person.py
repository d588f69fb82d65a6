"""A seated person: who drives."""

from __future__ import annotations

from dataclasses import replace

from datasets.sandbox.carriers.sections import block
from datasets.sandbox.physics.materials import Material
from datasets.sandbox.shapes import Box, mass_kg

TISSUE: Material = (("water", 0.62), ("protein", 0.18), ("fat", 0.14), ("limestone", 0.06))  # the last for bone
_SOFT, _CHEST, _LEAN = 1.02, 0.85, 0.2  # lungs make a chest lighter


def seated(x: float, y: float, z: float, mass: float) -> list[Box]:
    """A person of a mass in kg on a seat at the hip point (x, y, z), facing the way of travel (smaller x).

    Proportions are those of an adult of average build (estimates), all lengths scaled by the root of the mass.
    """
    body = _average()
    scale = (mass / mass_kg(body)) ** (1 / 3)
    return [
        replace(
            box,
            x0=x + scale * box.x0, x1=x + scale * box.x1, y0=y + scale * box.y0, y1=y + scale * box.y1,
            z0=z + scale * box.z0, z1=z + scale * box.z1,
        )
        for box in body
    ]  # fmt: skip


def _average() -> list[Box]:
    """The hip point is the origin; the trunk leans back, hands are on the wheel, feet on the pedals."""
    boxes = []
    trunk = ((-90, 210, 360, _SOFT), (20, 230, 330, _SOFT), (130, 235, 340, _CHEST), (240, 240, 370, _CHEST),
             (350, 210, 410, _SOFT), (440, 120, 180, _SOFT))  # fmt: skip
    for z0, deep, wide, density in trunk:
        tall, middle = (110.0 if z0 < 350 else 90.0), _LEAN * z0
        boxes.append(
            block((middle - deep / 2, middle + deep / 2), (-wide / 2, wide / 2), (z0, z0 + tall), TISSUE, density)
        )
    for z0, long, wide in ((530, 130, 120), (575, 190, 150), (640, 205, 155), (700, 190, 150), (745, 130, 110)):
        boxes.append(block((80 - long / 2, 80 + long / 2), (-wide / 2, wide / 2), (z0, z0 + 60), TISSUE, _SOFT))
    for y0 in (-170.0, 40.0):
        leg = (y0, y0 + 130)
        for k in range(4):  # thighs rise a little towards the knees
            boxes.append(block((-480 + k * 105, -375 + k * 105), leg, (-10 - 18 * k, 125 - 10 * k), TISSUE, _SOFT))
        for k in range(4):  # shanks, feet ahead of the knees
            fore = -480 - 35 * k
            boxes.append(block((fore, fore + 110), leg, (-90 - 95 * k, 5 - 95 * k), TISSUE, _SOFT))
        boxes.append(block((-730, -480), leg, (-450, -375), TISSUE, _SOFT))
    for y0 in (-270.0, 185.0):
        arm = (y0, y0 + 85)
        for k in range(3):
            boxes.append(block((-20 - 50 * k, 70 - 50 * k), arm, (320 - 95 * k, 415 - 95 * k), TISSUE, _SOFT))
        for k in range(3):
            boxes.append(block((-240 - 90 * k, -150 - 90 * k), arm, (160 + 35 * k, 235 + 35 * k), TISSUE, _SOFT))
    return boxes
