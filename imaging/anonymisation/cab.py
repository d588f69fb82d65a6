"""Where the cab of a vehicle stands, told by its outline.

A cab stands at one end. That of a tractor is short and parted from what it pulls by a gap; that of a van begins with a
windscreen, which rises slanting from a bonnet to the roof. Containers, wagons and trailers rise upright, and are long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.water_depth import GRID_MM
from imaging.scan import FloatImage

_THERE_G_CM2 = 0.5  # two panes of glass are 2.5
_FLAT = 3  # squares: what is flatter is a cable, a rail or noise
_LEAST_HEIGHT_MM, _TALL = 1600.0, 0.6  # tall parts have this, and this share of the whole height
_LEAST_TALL_MM = 800.0
_BRIDGE = 25  # squares: parts so near belong to one vehicle
_CAB_MM = (1200.0, 3600.0)
_PULLED_MM, _GAP_MM = 2500.0, 3000.0
_ENGINE_G_CM2, _ENGINE, _ENGINE_HIGH = 25.0, 15, 70  # squares
_ROOF, _BONNET = 0.93, 0.62  # of the height
_SLOPE_MM = (250.0, 2000.0)
_MOST_BONNET_MM = 2500.0
_BEHIND_ROOF_MM = 1200.0  # seats stand under the front of the roof

Run = tuple[int, int]


@dataclass(frozen=True, eq=False)
class _Outline:
    """Heights of columns in millimetres above the ground, the row of the ground, and the tall parts."""

    depth_HW: FloatImage
    height_W: NDArray[np.float64]
    ground: int
    tall: Sequence[Run]

    def mirrored(self) -> _Outline:
        width = len(self.height_W)
        tall = [(width - end, width - start) for start, end in reversed(self.tall)]
        return _Outline(self.depth_HW[:, ::-1], self.height_W[::-1], self.ground, tall)


def find_cabs(depth_HW: FloatImage) -> NDArray[np.float64]:
    """Boxes N4 (x0, y0, x1, y1) of the grid about cabs, from roof to ground, float64; none where none is told.

    Either end of the picture may be the front. Not told are cabs that are cut by the edge of the picture, close up to
    a box body of the same height, or those of buses and cars: give their place in the profile.

    Args:
        depth_HW: water depth in g/cm2 on squares of 20 mm.
    """
    outline = _outline(depth_HW)
    if outline is None:
        return np.zeros((0, 4))
    width = depth_HW.shape[1]
    front, back = _cab_at_left(outline), _cab_at_left(outline.mirrored())
    runs = ([front] if front else []) + ([(width - back[1], width - back[0])] if back else [])
    boxes = [(start, _top(outline, start, end), end, outline.ground) for start, end in runs]
    return np.array(boxes, np.float64).reshape(-1, 4)


def _outline(depth_HW: FloatImage) -> _Outline | None:
    there = (cv2.medianBlur(depth_HW, 3) > _THERE_G_CM2).astype(np.uint8)
    there = np.asarray(cv2.morphologyEx(there, cv2.MORPH_OPEN, np.ones((_FLAT, 1), np.uint8)), np.uint8)
    rows = np.flatnonzero(there.sum(axis=1) >= _FLAT)
    if rows.size == 0:
        return None
    ground = int(rows[-1]) + 1
    height_W = np.where(there.any(axis=0), ground - there.argmax(axis=0), 0) * GRID_MM
    least = max(_LEAST_HEIGHT_MM, _TALL * float(np.percentile(height_W, 98)))
    tall = [run for run in _runs(height_W >= least, _FLAT) if (run[1] - run[0]) * GRID_MM >= _LEAST_TALL_MM]
    return _Outline(depth_HW, height_W, ground, tall) if tall else None


def _cab_at_left(outline: _Outline) -> Run | None:
    """Columns of a cab at the left end, with its bonnet."""
    first = outline.tall[0]
    vehicle = next(run for run in _runs(outline.height_W > 0, _BRIDGE) if run[0] <= first[0] < run[1])
    return _before_a_gap(outline, vehicle[0]) or _behind_a_windscreen(outline, vehicle[0])


def _before_a_gap(outline: _Outline, edge: int) -> Run | None:
    if len(outline.tall) < 2:
        return None
    cab, pulled = outline.tall[:2]
    fits = _CAB_MM[0] <= (cab[1] - cab[0]) * GRID_MM <= _CAB_MM[1]
    pulls = (pulled[1] - pulled[0]) * GRID_MM >= _PULLED_MM and (pulled[0] - cab[1]) * GRID_MM <= _GAP_MM
    return (edge, cab[1]) if fits and pulls and _has_engine(outline, cab) else None


def _has_engine(outline: _Outline, cab: Run) -> bool:
    low_HW = outline.depth_HW[max(outline.ground - _ENGINE_HIGH, 0) : outline.ground, slice(*cab)]
    return float(cv2.blur(np.ascontiguousarray(low_HW), (_ENGINE, _ENGINE)).max()) > _ENGINE_G_CM2


def _behind_a_windscreen(outline: _Outline, edge: int) -> Run | None:
    start, end = outline.tall[0]
    height_W = outline.height_W
    body = float(np.median(height_W[start:end]))
    roof = start + int(np.argmax(height_W[start:end] >= _ROOF * body))
    bonnet_end = edge + int(np.argmax(height_W[edge:end] >= _BONNET * body))
    slope_mm, bonnet_mm = (roof - bonnet_end) * GRID_MM, (bonnet_end - edge) * GRID_MM
    if not _SLOPE_MM[0] <= slope_mm <= _SLOPE_MM[1] or bonnet_mm > _MOST_BONNET_MM:
        return None
    return edge, min(roof + round(_BEHIND_ROOF_MM / GRID_MM), end)


def _top(outline: _Outline, start: int, end: int) -> int:
    return outline.ground - round(float(outline.height_W[start:end].max()) / GRID_MM)


def _runs(flags_W: NDArray[np.bool_], bridge: int) -> list[Run]:
    """Starts and ends of what is true, narrow gaps bridged."""
    closed = cv2.morphologyEx(flags_W.astype(np.uint8)[None], cv2.MORPH_CLOSE, np.ones((1, bridge), np.uint8))[0]
    steps = np.diff(closed.astype(np.int8), prepend=0, append=0)
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))
