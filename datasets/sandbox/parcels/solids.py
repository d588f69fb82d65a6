"""Simple solids at any angle, and how much of each voxel they fill.

Axes are those of the volume, (slice, row, column), in millimetres from its middle; rows run down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gamma
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.materials import Material

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Triple = tuple[float, float, float]
Turn = tuple[Triple, Triple, Triple]
Shape = Literal["box", "ellipsoid", "rounded", "cylinder"]
Window = tuple[slice, slice, slice]

UPRIGHT: Turn = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
# Points in a voxel that a surface may cross: a lattice of rank 1, chosen for its distance between points. Each axis is
# met at 64 places, where a cubic grid of as many points would meet it at 4 and round thin walls to quarters.
_SAMPLES, _GENERATOR = 64, (1, 27, 41)
_BLOCK_VOXELS = 1 << 11
_ROUNDED = 8 * gamma(1.25) ** 3 / gamma(1.75)  # volume of x^4 + y^4 + z^4 <= 1


@dataclass(frozen=True, slots=True)
class Folds:
    """Waves of density, as of folded cloth: 1 + depth * sin(k . x + phase + bend * sin(q . x))."""

    depth: float
    wave_per_mm: Triple
    bend: float
    bend_per_mm: Triple
    phase: float

    def factor(self, z: Floats32, y: Floats32, x: Floats32) -> Floats32:
        """Factor on the density at points in millimetres, axes that broadcast to one another."""
        inner = np.float32(self.bend) * np.sin(_along(self.bend_per_mm, z, y, x))
        waves = np.sin(_along(self.wave_per_mm, z, y, x) + np.float32(self.phase) + inner)
        factor: Floats32 = 1 + np.float32(self.depth) * waves
        return factor


@dataclass(frozen=True, slots=True)
class Solid:
    """One solid of one material.

    Attributes:
        shape: `box`, `ellipsoid`, `rounded` (between the two: fourth powers in place of squares), or `cylinder` with
            its axis along the first of its own axes.
        centre_mm: place of its middle.
        half_mm: half lengths along its own axes.
        material: of which it is made.
        density_g_cm3: of that; 0 for a cavity that pushes out what was there.
        turn: own axes as columns, a rotation.
        cavity_mm: half lengths of the hollow in its middle, of the same shape; None when it is filled.
        folds: texture of the density.
    """

    shape: Shape
    centre_mm: Triple
    half_mm: Triple
    material: Material
    density_g_cm3: float
    turn: Turn = UPRIGHT
    cavity_mm: Triple | None = None
    folds: Folds | None = None

    def moved(self, by_mm: Triple) -> Solid:
        """The same solid elsewhere."""
        z, y, x = (here + step for here, step in zip(self.centre_mm, by_mm, strict=True))
        return replace(self, centre_mm=(z, y, x))

    def turned(self, turn: Turn) -> Solid:
        """The same solid turned about the origin."""
        matrix = np.array(turn)
        return replace(self, centre_mm=_triple(matrix @ self.centre_mm), turn=_turn(matrix @ np.array(self.turn)))

    @property
    def volume_mm3(self) -> float:
        """Volume without its cavity."""
        share = {"box": 8.0, "ellipsoid": 4 / 3 * np.pi, "rounded": _ROUNDED, "cylinder": 2 * np.pi}[self.shape]
        hollow = 0.0 if self.cavity_mm is None else float(np.prod(np.minimum(self.half_mm, self.cavity_mm)))
        return float(share * (np.prod(self.half_mm) - hollow))

    @property
    def mass_kg(self) -> float:
        """Mass, folds not counted."""
        return self.volume_mm3 * self.density_g_cm3 * 1e-6

    def reach_mm(self) -> Triple:
        """Half lengths of an upright box around it."""
        # The reach of sum |x / a|^p <= 1 along a direction is the norm of the dual power, 1 / p + 1 / q = 1.
        power = {"ellipsoid": 2.0, "rounded": 4 / 3}.get(self.shape, 1.0)
        parts = np.abs(np.array(self.turn)) * np.array(self.half_mm)
        return _triple((parts**power).sum(axis=1) ** (1 / power))

    def own_mm(self, z: Floats32, y: Floats32, x: Floats32) -> tuple[Floats32, Floats32, Floats32]:
        """Points on the solid's own axes; `z`, `y`, `x` broadcast to one another, as the three answers do."""
        from_middle = [axis - np.float32(centre) for axis, centre in zip((z, y, x), self.centre_mm, strict=True)]
        first, second, third = (_along(own, *from_middle) for own in zip(*self.turn, strict=True))
        return first, second, third

    def depth_mm(self, first: Floats32, second: Floats32, third: Floats32) -> Floats32:
        """Signed measure of how far points on its own axes are outside: at most 0 inside, never steeper than 1."""
        outside = _measure(self.shape, first, second, third, self.half_mm)
        if self.cavity_mm is None:
            return outside
        return np.maximum(outside, -_measure(self.shape, first, second, third, self.cavity_mm))


@dataclass(frozen=True, slots=True)
class Grid:
    """Voxels of a volume D x H x W, its middle at the origin."""

    shape_DHW: tuple[int, int, int]
    spacing_mm: Triple

    @property
    def voxel_cm3(self) -> float:
        """Volume of a voxel."""
        return float(np.prod(self.spacing_mm)) / 1000

    def axes_mm(self, window: Window) -> tuple[Floats32, Floats32, Floats32]:
        """Middles of the voxels of a window along each axis, shapes (D, 1, 1), (H, 1) and (W,): they broadcast."""
        z, y, x = (
            ((np.arange(part.start, part.stop) - (count - 1) / 2) * step).astype(np.float32)
            for part, count, step in zip(window, self.shape_DHW, self.spacing_mm, strict=True)
        )
        return z[:, None, None], y[:, None], x

    def slab(self, start: int, stop: int) -> Window:
        """Whole slices, from one to another."""
        return slice(start, stop), slice(0, self.shape_DHW[1]), slice(0, self.shape_DHW[2])

    def window(self, solid: Solid, within: Window) -> Window | None:
        """Voxels of a window that a solid may touch; None where it touches none."""
        parts = []
        reach = zip(solid.centre_mm, solid.reach_mm(), within, self.shape_DHW, self.spacing_mm, strict=True)
        for centre, half, limit, count, step in reach:
            first = int(np.floor((centre - half) / step + (count - 1) / 2 + 0.5 - 1e-9))
            last = int(np.ceil((centre + half) / step + (count - 1) / 2 - 0.5 + 1e-9)) + 1
            parts.append(slice(max(first, limit.start), min(last, limit.stop)))
        return (parts[0], parts[1], parts[2]) if all(part.stop > part.start for part in parts) else None


def coverage(solid: Solid, grid: Grid, window: Window) -> Floats32:
    """Share of each voxel of a window that a solid fills, float32 D x H x W, 0 to 1.

    Voxels that its surface may cross are sampled at 64 points; the others are told by their middle alone.
    """
    own = solid.own_mm(*grid.axes_mm(window))
    depth = solid.depth_mm(*own)
    share: Floats32 = (depth <= 0).astype(np.float32)
    crossed = np.flatnonzero(np.abs(depth) <= np.linalg.norm(grid.spacing_mm) / 2)
    steps = (_sample_steps(grid.spacing_mm) @ np.array(solid.turn)).astype(np.float32)
    flat = [np.broadcast_to(axis, depth.shape).reshape(-1) for axis in own]
    for start in range(0, len(crossed), _BLOCK_VOXELS):
        some = crossed[start : start + _BLOCK_VOXELS]
        samples = (axis[some, None] + step for axis, step in zip(flat, steps.T, strict=True))
        share.ravel()[some] = np.count_nonzero(solid.depth_mm(*samples) <= 0, axis=1) / np.float32(_SAMPLES)
    return share


def _sample_steps(spacing_mm: Triple) -> Floats:
    """Offsets (64, 3) of the samples of a voxel from its middle."""
    places = (np.outer(np.arange(_SAMPLES), _GENERATOR) % _SAMPLES + 0.5) / _SAMPLES - 0.5
    steps: Floats = places * np.array(spacing_mm)
    return steps


def _along(direction: Triple, z: Floats32, y: Floats32, x: Floats32) -> Floats32:
    """Projection of points onto a direction; axis by axis, so that a grid costs one addition a voxel."""
    a, b, c = (np.float32(part) for part in direction)
    total: Floats32 = a * z + (b * y + c * x)
    return total


def _measure(shape: str, first: Floats32, second: Floats32, third: Floats32, half_mm: Triple) -> Floats32:
    a, b, c = (np.float32(half) for half in half_mm)
    if shape == "ellipsoid":
        # The gauge rises by at most 1 / (shortest half axis) a millimetre.
        return (np.sqrt((first / a) ** 2 + (second / b) ** 2 + (third / c) ** 2) - 1) * min(a, b, c)
    if shape == "rounded":
        fourth = np.square(np.square(first / a)) + np.square(np.square(second / b)) + np.square(np.square(third / c))
        return (np.sqrt(np.sqrt(fourth)) - 1) * min(a, b, c)
    along = np.abs(first) - a
    if shape == "box":
        return np.maximum(np.maximum(along, np.abs(second) - b), np.abs(third) - c)
    return np.maximum(along, (np.sqrt((second / b) ** 2 + (third / c) ** 2) - 1) * min(b, c))


def _triple(values: Floats) -> Triple:
    z, y, x = values.tolist()
    return (z, y, x)


def _turn(matrix: Floats) -> Turn:
    return (_triple(matrix[0]), _triple(matrix[1]), _triple(matrix[2]))


def rotation(yaw_deg: float, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> Turn:
    """Rotation about the vertical (rows), then about columns, then about slices."""
    a, b, c = np.radians([yaw_deg, pitch_deg, roll_deg])
    yaw = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    pitch = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    roll = np.array([[1, 0, 0], [0, np.cos(c), -np.sin(c)], [0, np.sin(c), np.cos(c)]])
    return _turn(roll @ pitch @ yaw)
