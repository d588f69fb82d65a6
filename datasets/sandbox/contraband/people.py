"""People who crouch in a hollow: knees drawn up, arms about them."""

from __future__ import annotations

from dataclasses import replace

from datasets.sandbox.carriers.person import TISSUE
from datasets.sandbox.shapes import Box, mass_kg

_SOFT, _CHEST = 1.02, 0.85  # g/cm3; lungs make a chest lighter
# Along x from the back, along y, upwards from the floor (mm), density: an adult of average build (estimates).
_AVERAGE: tuple[tuple[float, float, float, float, float, float, float], ...] = (
    (0, 260, 70, 430, 0, 130, _SOFT), (10, 250, 90, 410, 130, 260, _SOFT), (40, 260, 85, 415, 260, 400, _CHEST),
    (75, 300, 70, 430, 400, 540, _CHEST), (130, 320, 75, 425, 540, 620, _SOFT),  # trunk, bent forward
    (210, 330, 190, 310, 620, 670, _SOFT), (215, 410, 170, 330, 670, 860, _SOFT),  # neck, head
    (260, 350, 90, 230, 60, 200, _SOFT), (350, 440, 90, 230, 170, 310, _SOFT),  # thighs, rising to the knees
    (440, 560, 90, 230, 290, 440, _SOFT), (260, 350, 270, 410, 60, 200, _SOFT), (350, 440, 270, 410, 170, 310, _SOFT),
    (440, 560, 270, 410, 290, 440, _SOFT),
    (490, 600, 100, 220, 70, 290, _SOFT), (490, 600, 280, 400, 70, 290, _SOFT),  # shanks
    (470, 720, 105, 215, 0, 70, _SOFT), (470, 720, 285, 395, 0, 70, _SOFT),  # feet
    (250, 330, 0, 70, 380, 560, _SOFT), (330, 560, 0, 75, 330, 410, _SOFT),  # arms about the knees
    (250, 330, 430, 500, 380, 560, _SOFT), (330, 560, 425, 500, 330, 410, _SOFT),
)  # fmt: skip


def crouching(mass: float, *, facing_front: bool) -> list[Box]:
    """A person of a mass in kg at the origin; all lengths scale with the cube root of the mass."""
    boxes = [Box(x0, x1, y0, y1, z0, z1, TISSUE, density) for x0, x1, y0, y1, z0, z1, density in _AVERAGE]
    if facing_front:
        boxes = [replace(box, x0=720 - box.x1, x1=720 - box.x0) for box in boxes]
    scale = (mass / mass_kg(boxes)) ** (1 / 3)
    return [
        Box(box.x0 * scale, box.x1 * scale, box.y0 * scale, box.y1 * scale, box.z0 * scale, box.z1 * scale,
            box.material, box.density_g_cm3)
        for box in boxes
    ]  # fmt: skip
