"""Boxes -> areal density per material, through a parallel beam or a fan.

A line scanner sees one thin slice of the unit at a time, so a box's chord varies with the row alone and its coverage
with the column alone; both are averaged over each pixel exactly. In the parallel beam, which rises towards the
detector, what a map sums to is the mass that was laid in, and floor and roof become bands; in the fan things near the
source are larger, and `pitch_mm` holds in the middle plane of the unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from datasets.sandbox.physics.materials import Material
from datasets.sandbox.physics.scanner import Fan, Parallel
from datasets.sandbox.physics.spectrum import Floats
from datasets.sandbox.shapes import Box, Space

_TINY_MM = 1e-12
Chords = Callable[[Floats, int], Floats]  # (edges of pixel rows, number of a box) -> mean chord in each row, mm


@dataclass(frozen=True, slots=True)
class Field:
    """The detector plane: `rows` x `columns` pixels of `pitch_mm`, its upper left corner at `x0`, `top` (mm).

    In a fan all of these are measured in the plane `middle_mm` behind the near side, parallel to the detector.
    """

    pitch_mm: float
    rows: int
    columns: int
    x0: float
    top: float
    geometry: Parallel | Fan
    middle_mm: float = 0.0

    def heights(self, y_mm: ArrayLike, z_mm: ArrayLike) -> Floats:
        """Where points at a depth and height are seen: millimetres in the detector plane, upwards."""
        depth, height = np.asarray(y_mm, np.float64), np.asarray(z_mm, np.float64)
        if isinstance(self.geometry, Parallel):
            angle = math.radians(self.geometry.elevation_deg)
            return height * math.cos(angle) - depth * math.sin(angle)
        source, near = self.geometry.source_height_mm, self.geometry.source_near_mm
        return source + (height - source) * (near + self.middle_mm) / (near + depth)

    def dose_R(self, half_dose_deg: float) -> Floats:
        """Dose that each row of the detector gets over that of the middle one, shape (rows,), 0 to 1.

        Off the axis it falls by half every `half_dose_deg`, and with the square of the distance to a flat detector.
        """
        if isinstance(self.geometry, Parallel) or not half_dose_deg:
            return np.ones(self.rows)
        rows = self.top - (np.arange(self.rows) + 0.5) * self.pitch_mm
        angles = np.arctan((rows - self.geometry.source_height_mm) / (self.geometry.source_near_mm + self.middle_mm))
        off_axis = np.abs(np.degrees(angles - angles[self.rows // 2]))
        dose = 0.5 ** (off_axis / half_dose_deg) * np.cos(angles) ** 2
        return np.asarray(dose / dose.max(), np.float64)


@dataclass(frozen=True, eq=False)
class ArealDensity:
    """Maps of areal density in g/cm2, float64 of shape (materials, rows, columns), one for each of `materials`."""

    materials: tuple[Material, ...]
    maps_MHW: Floats

    def mass_kg(self, pitch_mm: float) -> float:
        """Mass in the picture of a parallel beam: the integral of the maps over its area."""
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
        number = {material: index for index, material in enumerate(order)}
        _add(maps, boxes, [number[box.material] for box in boxes], field)
    return ArealDensity(order, maps)


def footprint(space: Space, field: Field) -> tuple[float, float, float, float]:
    """Pixels (x0, y0, x1, y1), clipped to the field, onto which a space projects."""
    left, right = ((x - field.x0) / field.pitch_mm for x in (space.x0, space.x1))
    seen = field.heights([space.y0, space.y0, space.y1, space.y1], [space.z0, space.z1, space.z0, space.z1])
    upper, lower = (field.top - seen.max()) / field.pitch_mm, (field.top - seen.min()) / field.pitch_mm
    return (
        max(left, 0.0),
        max(float(upper), 0.0),
        min(right, float(field.columns)),
        min(float(lower), float(field.rows)),
    )


def _add(maps_MHW: Floats, boxes: Sequence[Box], owners: Sequence[int], field: Field) -> None:
    edges_N6 = np.array([(b.x0, b.x1, b.y0, b.y1, b.z0, b.z1) for b in boxes])
    x0, x1, y0, y1, z0, z1 = edges_N6.T
    corners = [(field.top - field.heights(y, z)) / field.pitch_mm for y in (y0, y1) for z in (z0, z1)]
    row0, row1 = _span(np.minimum.reduce(corners), np.maximum.reduce(corners), field.rows)
    left, right = (x0 - field.x0) / field.pitch_mm, (x1 - field.x0) / field.pitch_mm
    column0, column1 = _span(left, right, field.columns)
    chords = _parallel_chords(edges_N6, field) if isinstance(field.geometry, Parallel) else _fan_chords(edges_N6, field)
    ticks = np.arange(max(field.rows, field.columns) + 1, dtype=np.float64)
    g_cm2_per_mm = [box.density_g_cm3 / 10 for box in boxes]
    table = zip(
        owners, row0.tolist(), row1.tolist(), column0.tolist(), column1.tolist(), left.tolist(), right.tolist(),
        g_cm2_per_mm, strict=True,
    )  # fmt: skip
    for box, (m, r0, r1, c0, c1, start, stop, amount) in enumerate(table):
        if r1 > r0 and c1 > c0:
            rows = chords(ticks[r0 : r1 + 1], box) * amount
            columns = np.diff(np.clip(ticks[c0 : c1 + 1], start, stop))
            maps_MHW[m, r0:r1, c0:c1] += rows[:, None] * columns


def _parallel_chords(edges_N6: Floats, field: Field) -> Chords:
    _, _, y0, y1, z0, z1 = edges_N6.T
    assert isinstance(field.geometry, Parallel)
    angle = math.radians(field.geometry.elevation_deg)
    # Distance below the top edge, in pixels: a box is a trapezoid there, the overlap of its height and its depth.
    height, depth = (z1 - z0) * math.cos(angle) / field.pitch_mm, (y1 - y0) * math.sin(angle) / field.pitch_mm
    middle = (field.top - field.heights((y0 + y1) / 2, (z0 + z1) / 2)) / field.pitch_mm
    # dy dz / pitch is the chord that one whole pixel row would hold.
    whole = (y1 - y0) * (z1 - z0) / field.pitch_mm
    shapes = list(zip(middle.tolist(), height.tolist(), depth.tolist(), whole.tolist(), strict=True))

    def chords(edges: Floats, box: int) -> Floats:
        centre, tall, deep, chord = shapes[box]
        return np.diff(filled(edges - centre, tall, deep)) * chord

    return chords


def filled(u: Floats, tall: float, deep: float) -> Floats:
    """Share of a box's cross-section above `u` pixels from its middle: 0 to 1, quadratic where height and depth mix."""
    wide, narrow = max(tall, deep), min(tall, deep)
    if narrow < 1e-9 * wide:
        return np.clip(u / wide + 0.5, 0.0, 1.0)
    outer, inner = (wide + narrow) / 2, (wide - narrow) / 2
    distance = np.minimum(np.abs(u), outer)
    beyond = np.maximum(distance - inner, 0.0)
    return 0.5 + np.sign(u) * (distance - beyond**2 / (2 * narrow)) / wide


def _fan_chords(edges_N6: Floats, field: Field) -> Chords:
    """Rays from the source: at slope m a ray is inside the box where clip(z0 / m) < y < clip(z1 / m)."""
    assert isinstance(field.geometry, Fan)
    source, near = field.geometry.source_height_mm, field.geometry.source_near_mm
    _, _, y0, y1, z0, z1 = edges_N6.T
    shapes = list(
        zip((near + y0).tolist(), (near + y1).tolist(), (z0 - source).tolist(), (z1 - source).tolist(), strict=True)
    )
    scale, offset = field.pitch_mm / (near + field.middle_mm), (field.top - source) / (near + field.middle_mm)

    def chords(edges: Floats, box: int) -> Floats:
        slopes = offset - edges * scale
        deep = -np.diff(depth_integral(slopes, *shapes[box])) / scale
        middle = (slopes[:-1] + slopes[1:]) / 2
        return deep * np.sqrt(1 + middle**2)

    return chords


def depth_integral(slopes: Floats, y0: ArrayLike, y1: ArrayLike, z0: ArrayLike, z1: ArrayLike) -> Floats:
    """Integral over the slope, from 0, of the depth that a ray from the origin spends in a box; exact.

    Edges are numbers, or arrays that go with the slopes.
    """
    size, sign = np.abs(slopes), np.sign(slopes)
    low, high = np.asarray(z0, np.float64), np.asarray(z1, np.float64)
    upwards = _clipped_integral(size, high, y0, y1) - _clipped_integral(size, low, y0, y1)
    downwards = _clipped_integral(size, -low, y0, y1) - _clipped_integral(size, -high, y0, y1)
    return np.where(sign >= 0, upwards, -downwards)


def _clipped_integral(slope: Floats, height: Floats, y0: ArrayLike, y1: ArrayLike) -> Floats:
    """Integral of clip(height / m, y0, y1) over m from 0 to `slope`, which is not negative."""
    near, far = np.asarray(y0, np.float64), np.asarray(y1, np.float64)
    if not height.ndim and height <= 0:
        return np.asarray(near * slope)
    above = np.maximum(height, _TINY_MM)  # a height of 0 or less is always clipped to y0
    first, second = above / far, above / near
    inside = np.clip(slope, first, second)
    held = far * np.minimum(slope, first) + above * np.log(inside / first) + near * np.maximum(slope - second, 0.0)
    return np.asarray(held, np.float64)


def _span(low: Floats, high: Floats, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """First pixel touched and one past the last, clipped to the field."""
    first = np.clip(np.floor(low), 0, limit).astype(np.int64)
    return first, np.clip(np.ceil(high), 0, limit).astype(np.int64)
