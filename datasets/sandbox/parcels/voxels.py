"""A scene as voxels, a window at a time: density of each material, label, mass of each thing.

Where two solids share a voxel they fill it side by side as long as there is room; beyond that the later one pushes the
earlier out, in proportion. So walls and what they hold lose nothing, and a thing in cloth displaces cloth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.parcels.solids import Floats32, Grid, Solid, Triple, Turn, Window, coverage
from datasets.sandbox.physics.materials import Material

LABEL_SHARE = 0.5  # a voxel belongs to the thing that fills at least half of it


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of a scene: its solids, painted in order; `category` None for packing that is not labelled."""

    name: str
    category: str | None
    solids: tuple[Solid, ...]
    contraband: bool = False

    def moved(self, by_mm: Triple) -> Thing:
        """The same thing elsewhere."""
        return Thing(self.name, self.category, tuple(solid.moved(by_mm) for solid in self.solids), self.contraband)

    def turned(self, turn: Turn) -> Thing:
        """The same thing turned about the origin."""
        return Thing(self.name, self.category, tuple(solid.turned(turn) for solid in self.solids), self.contraband)

    def bounds_mm(self) -> tuple[Triple, Triple]:
        """Lower and upper corner of an upright box around it."""
        reach = np.array([solid.reach_mm() for solid in self.solids])
        centres = np.array([solid.centre_mm for solid in self.solids])
        low, high = (centres - reach).min(axis=0).tolist(), (centres + reach).max(axis=0).tolist()
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


@dataclass(frozen=True, eq=False, slots=True)
class Slab:
    """A window of a scene.

    Attributes:
        materials: those present.
        density_MDHW: g/cm3 of each, averaged over the voxel, float32.
        labels_DHW: 1 + index of the labelled thing, 0 for none, uint16.
        masses_kg: of every thing in the scene, what lies in this window.
    """

    materials: tuple[Material, ...]
    density_MDHW: Floats32
    labels_DHW: NDArray[np.uint16]
    masses_kg: tuple[float, ...]


@dataclass(slots=True)
class _Paint:
    """What has been painted so far into one window."""

    shape_DHW: tuple[int, int, int]
    density: dict[Material, Floats32] = field(default_factory=dict)
    filled: Floats32 = field(init=False)

    def __post_init__(self) -> None:
        self.filled = np.zeros(self.shape_DHW, np.float32)

    def push_out(self, share: Floats32, window: Window) -> Floats32:
        """Make room for `share` of each voxel; returns the factor left of what was there."""
        filled = self.filled[window]
        left = np.minimum(1.0, (1 - share) / np.maximum(filled, 1e-6)).astype(np.float32)
        for density in self.density.values():
            density[window] *= left
        self.filled[window] = np.minimum(filled * left + share, 1.0)
        return left

    def add(self, material: Material, density: Floats32, window: Window) -> None:
        """Add to the density of a material."""
        if material not in self.density:
            self.density[material] = np.zeros(self.shape_DHW, np.float32)
        self.density[material][window] += density


def voxelise(things: Sequence[Thing], grid: Grid, within: Window) -> Slab:
    """Voxels of a window of a scene; whatever the window, a voxel gets the same values."""
    paint = _Paint(_shape(within))
    labels = np.zeros(paint.shape_DHW, np.uint16)
    totals: list[tuple[int, Window, Floats32]] = []
    for index, thing in enumerate(things):
        window = window_of(thing, grid, within)
        if window is None:
            continue
        own = _paint_alone(thing, grid, window)
        inside = _shifted(window, within)
        left = paint.push_out(own.filled, inside)
        for _, other, total in totals:
            _lose(other, total, inside, left)
        for material, density in own.density.items():
            paint.add(material, density, inside)
        totals.append((index, inside, _total(own)))
        if thing.category is not None:
            labels[inside][own.filled >= LABEL_SHARE] = index + 1
    return Slab(*_stacked(paint), labels, _masses(totals, len(things), grid))


def window_of(thing: Thing, grid: Grid, within: Window) -> Window | None:
    """Voxels of a window that a thing may touch; None where it touches none."""
    there = [window for solid in thing.solids if (window := grid.window(solid, within)) is not None]
    if not there:
        return None
    d, h, w = (
        slice(min(window[k].start for window in there), max(window[k].stop for window in there)) for k in range(3)
    )
    return d, h, w


def _paint_alone(thing: Thing, grid: Grid, window: Window) -> _Paint:
    own = _Paint(_shape(window))
    for solid in thing.solids:
        small = grid.window(solid, window)
        if small is None:
            continue
        share = coverage(solid, grid, small)
        inside = _shifted(small, window)
        own.push_out(share, inside)
        density = share * np.float32(solid.density_g_cm3)
        if solid.folds is not None:
            density *= solid.folds.factor(*grid.axes_mm(small))
        if solid.density_g_cm3 > 0:
            own.add(solid.material, density, inside)
    return own


def _shape(window: Window) -> tuple[int, int, int]:
    depth, rows, columns = (part.stop - part.start for part in window)
    return depth, rows, columns


def _shifted(window: Window, within: Window) -> Window:
    """The window as counted from the first voxel of another."""
    d, h, w = (
        slice(part.start - other.start, part.stop - other.start) for part, other in zip(window, within, strict=True)
    )
    return d, h, w


def _lose(other: Window, total: Floats32, window: Window, left: Floats32) -> None:
    """Take from an earlier thing what a later one pushed out where their windows meet."""
    meet = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(other, window, strict=True)]
    if all(part.stop > part.start for part in meet):
        theirs = tuple(slice(m.start - o.start, m.stop - o.start) for m, o in zip(meet, other, strict=True))
        ours = tuple(slice(m.start - o.start, m.stop - o.start) for m, o in zip(meet, window, strict=True))
        total[theirs] *= left[ours]


def _total(paint: _Paint) -> Floats32:
    return sum(paint.density.values(), np.zeros(paint.shape_DHW, np.float32))


def _stacked(paint: _Paint) -> tuple[tuple[Material, ...], Floats32]:
    materials = tuple(paint.density)
    if not materials:
        return (), np.zeros((0, *paint.shape_DHW), np.float32)
    return materials, np.stack([paint.density[material] for material in materials])


def _masses(totals: Sequence[tuple[int, Window, Floats32]], count: int, grid: Grid) -> tuple[float, ...]:
    masses = [0.0] * count
    for index, _, total in totals:
        masses[index] = float(total.sum(dtype=np.float64)) * grid.voxel_cm3 / 1000
    return tuple(masses)
