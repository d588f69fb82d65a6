"""Boxes -> areal density per material: a parallel beam that rises by a few degrees towards the detector.

A box's chord then varies with the row alone and its coverage with the column alone, and both are averaged over each
pixel exactly: what a map sums to is the mass that was laid in. Floor and roof, seen at a slant, become bands as in a
real fan beam; its magnification is not there: `pitch_mm` holds at every depth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from datasets.sandbox.materials import Material
from datasets.sandbox.shapes import Box, Space
from datasets.sandbox.spectrum import Floats

ELEVATION_DEG = 4.0
_SIN, _COS = math.sin(math.radians(ELEVATION_DEG)), math.cos(math.radians(ELEVATION_DEG))


@dataclass(frozen=True, slots=True)
class Field:
    """The detector plane: `rows` x `columns` pixels of `pitch_mm`, its upper left corner at `x0`, `top` (mm)."""

    pitch_mm: float
    rows: int
    columns: int
    x0: float
    top: float


@dataclass(frozen=True, eq=False)
class ArealDensity:
    """Maps of areal density in g/cm2, float64 of shape (materials, rows, columns), one for each of `materials`."""

    materials: tuple[Material, ...]
    maps_MHW: Floats

    def mass_kg(self, pitch_mm: float) -> float:
        """Mass in the picture: the integral of the maps over its area."""
        return float(self.maps_MHW.sum()) * (pitch_mm / 10) ** 2 / 1000


def project(boxes: Sequence[Box], field: Field, materials: tuple[Material, ...] | None = None) -> ArealDensity:
    """Areal density maps of boxes; what leaves the field is cut off.

    Args:
        boxes: What is in the beam.
        field: The detector plane.
        materials: Order of the maps; by default each material where it first occurs.
    """
    order = materials if materials is not None else tuple(dict.fromkeys(box.material for box in boxes))
    maps = np.zeros((len(order), field.rows, field.columns))
    if boxes:
        _add(maps, boxes, np.array([order.index(box.material) for box in boxes]), field)
    return ArealDensity(order, maps)


def footprint(space: Space, field: Field) -> tuple[float, float, float, float]:
    """Pixels (x0, y0, x1, y1), clipped to the field, onto which a space projects."""
    left, right = ((x - field.x0) / field.pitch_mm for x in (space.x0, space.x1))
    upper = (field.top - (space.z1 * _COS - space.y0 * _SIN)) / field.pitch_mm
    lower = (field.top - (space.z0 * _COS - space.y1 * _SIN)) / field.pitch_mm
    return max(left, 0.0), max(upper, 0.0), min(right, float(field.columns)), min(lower, float(field.rows))


def _add(maps_MHW: Floats, boxes: Sequence[Box], owner_N: np.ndarray, field: Field) -> None:
    edges_N6 = np.array([(b.x0, b.x1, b.y0, b.y1, b.z0, b.z1) for b in boxes])
    x0, x1, y0, y1, z0, z1 = edges_N6.T
    # Distance below the top edge, in pixels: a box is a trapezoid there, the overlap of its height and its depth.
    height, depth = (z1 - z0) * _COS / field.pitch_mm, (y1 - y0) * _SIN / field.pitch_mm
    middle = (field.top - ((z0 + z1) * _COS - (y0 + y1) * _SIN) / 2) / field.pitch_mm
    # (g/cm3)(mm/10) is g/cm2; dy dz / pitch is the chord that one whole pixel row would hold.
    weight = np.array([b.density_g_cm3 for b in boxes]) / 10 * (y1 - y0) * (z1 - z0) / field.pitch_mm
    reach = (height + depth) / 2
    row0, row1 = _span(middle - reach, middle + reach, field.rows)
    left, right = (x0 - field.x0) / field.pitch_mm, (x1 - field.x0) / field.pitch_mm
    column0, column1 = _span(left, right, field.columns)
    ticks = np.arange(max(field.rows, field.columns) + 1, dtype=np.float64)
    table = zip(
        owner_N.tolist(), row0.tolist(), row1.tolist(), column0.tolist(), column1.tolist(),
        middle.tolist(), height.tolist(), depth.tolist(), left.tolist(), right.tolist(), weight.tolist(), strict=True,
    )  # fmt: skip
    for m, r0, r1, c0, c1, centre, tall, deep, start, stop, amount in table:
        if r1 > r0 and c1 > c0:
            rows = np.diff(_filled(ticks[r0 : r1 + 1] - centre, tall, deep)) * amount
            columns = np.diff(np.clip(ticks[c0 : c1 + 1], start, stop))
            maps_MHW[m, r0:r1, c0:c1] += rows[:, None] * columns


def _filled(u: Floats, tall: float, deep: float) -> Floats:
    """Share of a box's cross-section above `u` pixels from its middle: 0 to 1, quadratic where height and depth mix."""
    wide, narrow = max(tall, deep), min(tall, deep)
    if narrow < 1e-9 * wide:
        return np.clip(u / wide + 0.5, 0.0, 1.0)
    outer, inner = (wide + narrow) / 2, (wide - narrow) / 2
    distance = np.minimum(np.abs(u), outer)
    beyond = np.maximum(distance - inner, 0.0)
    return 0.5 + np.sign(u) * (distance - beyond**2 / (2 * narrow)) / wide


def _span(low: Floats, high: Floats, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """First pixel touched and one past the last, clipped to the field."""
    first = np.clip(np.floor(low), 0, limit).astype(np.int64)
    return first, np.clip(np.ceil(high), 0, limit).astype(np.int64)
