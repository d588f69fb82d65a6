"""The one primitive of the simulator, an axis-aligned box, and how other shapes are built from it.

Axes, in millimetres: x along the unit (columns of the picture), y along the beam, z up. Every other shape is a bundle
of boxes of the same total mass, so that mass is kept exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.physics.materials import Material


@dataclass(frozen=True, slots=True)
class Box:
    """A box of one material; a negative density is a cavity cut into what is already there."""

    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float
    material: Material
    density_g_cm3: float

    @property
    def volume_mm3(self) -> float:
        """Volume."""
        return (self.x1 - self.x0) * (self.y1 - self.y0) * (self.z1 - self.z0)

    @property
    def mass_kg(self) -> float:
        """Mass; negative for a cavity."""
        return self.volume_mm3 * self.density_g_cm3 * 1e-6

    def moved(self, dx: float = 0.0, dy: float = 0.0, dz: float = 0.0) -> Box:
        """The same box elsewhere."""
        return replace(
            self,
            x0=self.x0 + dx, x1=self.x1 + dx, y0=self.y0 + dy, y1=self.y1 + dy, z0=self.z0 + dz, z1=self.z1 + dz,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Space:
    """Room for cargo."""

    x0: float
    x1: float
    y0: float
    y1: float
    z0: float
    z1: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Lengths along x, y and z."""
        return self.x1 - self.x0, self.y1 - self.y0, self.z1 - self.z0


def mass_kg(boxes: Iterable[Box]) -> float:
    """Total mass."""
    return sum(box.mass_kg for box in boxes)


def bounds(boxes: Iterable[Box]) -> Space:
    """Smallest space around boxes; there must be at least one."""
    parts = list(boxes)
    return Space(
        min(box.x0 for box in parts), max(box.x1 for box in parts),
        min(box.y0 for box in parts), max(box.y1 for box in parts),
        min(box.z0 for box in parts), max(box.z1 for box in parts),
    )  # fmt: skip


def cavities(boxes: Iterable[Box], hole: Space) -> list[Box]:
    """Boxes of negative density that take out of `boxes` what lies inside `hole`."""
    cut = []
    for box in boxes:
        part = Box(
            max(box.x0, hole.x0), min(box.x1, hole.x1), max(box.y0, hole.y0), min(box.y1, hole.y1),
            max(box.z0, hole.z0), min(box.z1, hole.z1), box.material, -box.density_g_cm3,
        )  # fmt: skip
        if part.x1 > part.x0 and part.y1 > part.y0 and part.z1 > part.z0:
            cut.append(part)
    return cut


def upright_cylinder(
    x: float, y: float, z0: float, z1: float, diameter: float, material: Material, density: float, *,
    bore: float = 0.0, strips: int = 12,
) -> list[Box]:  # fmt: skip
    """A cylinder standing on its end, as strips across x whose chords along y hold the right mass; `bore` is hollow."""
    radius = diameter / 2
    edges = np.linspace(-radius, radius, strips + 1)
    chords = _mean_chord(edges, radius) - _mean_chord(edges, bore / 2)
    return [
        Box(x + left, x + right, y - chord / 2, y + chord / 2, z0, z1, material, density)
        for left, right, chord in zip(edges[:-1].tolist(), edges[1:].tolist(), chords.tolist(), strict=True)
        if chord > 0
    ]


def lying_cylinder(
    x: float, z: float, y0: float, y1: float, diameter: float, material: Material, density: float, *,
    bore: float = 0.0, strips: int = 20,
) -> list[Box]:  # fmt: skip
    """A cylinder whose axis lies along the beam, seen as a disc or, with a `bore`, as a ring; as strips across z."""
    radius = diameter / 2
    edges = np.linspace(-radius, radius, strips + 1)
    outer, inner = _mean_chord(edges, radius) / 2, _mean_chord(edges, bore / 2) / 2
    boxes = []
    for low, high, far, near in zip(
        edges[:-1].tolist(), edges[1:].tolist(), outer.tolist(), inner.tolist(), strict=True
    ):
        sides = [(-far, far)] if near <= 0 else [(-far, -near), (near, far)]
        boxes += [Box(x + left, x + right, y0, y1, z + low, z + high, material, density) for left, right in sides]
    return boxes


def leaning(box: Box, shift: float, *, slices: int = 4) -> list[Box]:
    """The box sheared along x, its top moved by `shift`, as slices across z."""
    step = (box.z1 - box.z0) / slices
    return [
        replace(box, z0=box.z0 + k * step, z1=box.z0 + (k + 1) * step).moved(dx=shift * (k + 0.5) / slices)
        for k in range(slices)
    ]


def _mean_chord(edges: np.ndarray, radius: float) -> np.ndarray:
    """Mean chord of a disc between neighbouring edges: exact, from the area of circular segments."""
    if radius <= 0:
        return np.zeros(len(edges) - 1)
    u = np.clip(edges / radius, -1, 1)
    area = radius**2 * (u * np.sqrt(1 - u**2) + np.arcsin(u))
    return np.diff(area) / np.diff(edges)
