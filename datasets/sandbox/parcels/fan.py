"""Rays of a line scanner through a slice: mean chords in the cells, as one sparse matrix for every slice.

The cells of a slice stand upright across the belt, so that what a cell gives a pixel row is the chord of an
axis-aligned box. It is averaged over the row exactly, as `physics.projection` does for the boxes of cargo.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from datasets.sandbox.physics.projection import Field, depth_integral, filled
from datasets.sandbox.physics.scanner import Fan, Parallel
from datasets.sandbox.physics.spectrum import Floats

Chords = Callable[[Floats], Floats]  # number of the upper edge of a pixel row, for each cell -> its mean chord, mm


@dataclass(frozen=True, slots=True)
class Section:
    """Cells of a slice: `rows` x `columns` squares of `cell_mm`, rows from the top down.

    `near_mm` is how far the first column begins behind the near side, `top_mm` the upper edge over the floor.
    """

    rows: int
    columns: int
    cell_mm: float
    near_mm: float
    top_mm: float

    def edges_mm(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Near and far side, lower and upper side of every cell, flat, rows first."""
        near, top = (
            self.near_mm + np.arange(self.columns) * self.cell_mm,
            self.top_mm - np.arange(self.rows) * self.cell_mm,
        )
        y0, z1 = np.tile(near, self.rows), np.repeat(top, self.columns)
        return y0, y0 + self.cell_mm, z1 - self.cell_mm, z1


def chord_matrix(field: Field, section: Section) -> csr_array:
    """Mean chord in mm of every cell (column) in every pixel row (row); what leaves the field is cut off."""
    y0, y1, z0, z1 = section.edges_mm()
    corners = np.stack([(field.top - field.heights(y, z)) / field.pitch_mm for y in (y0, y1) for z in (z0, z1)])
    first, stop = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    chords = _parallel_chords(field, section) if isinstance(field.geometry, Parallel) else _fan_chords(field, section)
    cells = np.arange(len(y0))
    found = []
    for step in range(int((stop - first).max(initial=0))):
        row = first + step
        length = chords(row)
        seen = (length > 0) & (row >= 0) & (row < field.rows)
        found.append((length[seen], row[seen].astype(np.int64), cells[seen]))
    if not found:
        return csr_array((field.rows, len(cells)))
    lengths, rows, columns = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return csr_array((lengths.astype(np.float32), (rows, columns)), shape=(field.rows, len(cells)))


def _parallel_chords(field: Field, section: Section) -> Chords:
    """A square seen at an angle casts a trapezoid: its area left of an edge is known in closed form."""
    assert isinstance(field.geometry, Parallel)
    y0, y1, z0, z1 = section.edges_mm()
    angle = math.radians(field.geometry.elevation_deg)
    middle = (field.top - field.heights((y0 + y1) / 2, (z0 + z1) / 2)) / field.pitch_mm
    size = section.cell_mm / field.pitch_mm
    high, deep = size * math.cos(angle), size * math.sin(angle)

    def chords(row: Floats) -> Floats:
        upper, lower = row - middle, row + 1 - middle
        return (filled(lower, high, deep) - filled(upper, high, deep)) * section.cell_mm * size

    return chords


def _fan_chords(field: Field, section: Section) -> Chords:
    """At slope m a ray is inside a cell where clip(z0 / m) < y < clip(z1 / m), seen from the source."""
    assert isinstance(field.geometry, Fan)
    source, near = field.geometry.source_height_mm, field.geometry.source_near_mm
    y0, y1, z0, z1 = section.edges_mm()
    cell = (near + y0, near + y1, z0 - source, z1 - source)
    scale, offset = field.pitch_mm / (near + field.middle_mm), (field.top - source) / (near + field.middle_mm)

    def chords(row: Floats) -> Floats:
        upper, lower = offset - row * scale, offset - (row + 1) * scale
        deep = (depth_integral(upper, *cell) - depth_integral(lower, *cell)) / scale
        return deep * np.sqrt(1 + ((upper + lower) / 2) ** 2)

    return chords
