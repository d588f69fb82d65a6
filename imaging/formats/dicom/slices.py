"""Where slices lie in space: their order, their pitch, and whether they make one volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from imaging.errors import UnsupportedScan
from imaging.formats.dicom.meaning import Frame
from imaging.formats.dicom.values import numbers

# Positions are written with few decimals: a pitch of 0.625 mm may read 0.62, 0.63, 0.62 ...
_PITCH_TOLERANCE, _PITCH_TOLERANCE_MM = 0.03, 0.01
_SAME_PLACE_MM = 1e-3
_MOST_MM = 1e6
_DIRECTION_TOLERANCE = 1e-3
_SPACING_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Place:
    """Position (mm) of the first pixel, direction of a row and of a column, and pitch (row, column) of a slice."""

    name: str  # for messages: a file, or a frame
    position_mm: tuple[float, ...]
    directions: tuple[float, ...]
    spacing_mm: tuple[float, ...] | None


def place_of(frame: Frame, name: str) -> Place | None:
    """The place of one frame; None where the file does not say it."""
    position = _first(frame.own_group("PlanePositionSequence"), "ImagePositionPatient", 3)  # one of many needs its own
    directions = _first(frame.group("PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    if position is None or directions is None:
        return None
    return Place(name, position, directions, spacing_of(frame))


def spacing_of(frame: Frame) -> tuple[float, ...] | None:
    """`PixelSpacing` of a frame, (row, column) in millimetres; None where it is missing or not positive."""
    spacing = _first(frame.group("PixelMeasuresSequence"), "PixelSpacing", 2)
    return spacing if spacing is not None and min(spacing) > 0 else None


def _first(places: Sequence[Dataset], keyword: str, count: int) -> tuple[float, ...] | None:
    found = (numbers(place, keyword, count) for place in places)
    return next((values for values in found if values is not None), None)


def order_and_pitch(places: Sequence[Place]) -> tuple[list[int], float]:
    """The order of two or more slices along their normal, and their pitch in millimetres.

    The normal is row direction x column direction (DICOM PS3.3 C.7.6.2.1.1): order neither follows file names nor
    instance numbers. The pitch is the mean distance of neighbours.

    Raises:
        UnsupportedScan: naming the slice that is turned, shifted sideways, twice there, or next to a gap.
    """
    normal = _normal(places[0])
    _check_directions(places)
    positions = np.array([place.position_mm for place in places])
    if np.abs(positions).max() > _MOST_MM:
        raise _refused(f"positions within {_MOST_MM:g} mm", f"{np.abs(positions).max():g} mm")
    depth = positions @ normal
    order = np.argsort(depth, kind="stable")
    steps = np.diff(depth[order])
    _check_steps(steps, [_at(places[index], depth[index]) for index in order])
    _check_aside(places, positions, depth, order, normal)
    return [int(index) for index in order], float(steps.mean())


def _check_steps(steps: NDArray[np.float64], names: Sequence[str]) -> None:
    """Refuse steps that are none, or uneven; step i leads from slice i to slice i + 1."""
    least = int(steps.argmin())
    if steps[least] <= _SAME_PLACE_MM:
        raise _refused("one slice at each position", f"{names[least + 1]}, where {names[least]} lies")
    usual = float(np.sort(steps)[(len(steps) - 1) // 2])  # of two steps the smaller: the larger holds the gap
    worst = int(np.abs(steps - usual).argmax())
    if abs(steps[worst] - usual) > max(_PITCH_TOLERANCE * usual, _PITCH_TOLERANCE_MM):
        found = f"a step of {steps[worst]:.3f} mm before {names[worst + 1]}, others of {usual:.3f} mm"
        raise _refused("evenly spaced slices", found)


def _normal(place: Place) -> NDArray[np.float64]:
    row, column = np.array(place.directions[:3]), np.array(place.directions[3:])
    inside = max(map(abs, place.directions)) <= 1 + _DIRECTION_TOLERANCE  # or the products could overflow
    if not inside or max(abs(row @ row - 1), abs(column @ column - 1), abs(row @ column)) > 10 * _DIRECTION_TOLERANCE:
        raise _refused("directions of length 1 at right angles", f"{place.directions} in {place.name}")
    normal: NDArray[np.float64] = np.cross(row, column)
    return normal / np.linalg.norm(normal)


def _check_directions(places: Sequence[Place]) -> None:
    first = places[0]
    for place in places[1:]:
        if np.abs(np.subtract(place.directions, first.directions)).max() > _DIRECTION_TOLERANCE:
            raise _refused("slices of one orientation", f"{place.name} turned against {first.name}")
        if (place.spacing_mm is None) != (first.spacing_mm is None) or not np.allclose(
            place.spacing_mm or (), first.spacing_mm or (), rtol=_SPACING_TOLERANCE, atol=0
        ):
            found = f"{place.spacing_mm} mm in {place.name}, {first.spacing_mm} mm in {first.name}"
            raise _refused("slices of one pixel spacing", found)


def _check_aside(
    places: Sequence[Place],
    positions: NDArray[np.float64],
    depth: NDArray[np.float64],
    order: NDArray[np.intp],
    normal: NDArray[np.float64],
) -> None:
    """Slices of a box lie on its normal; a tilted gantry shears them evenly, which is no box either."""
    aside = positions - np.outer(depth, normal)
    off = np.linalg.norm(aside - aside[order[0]], axis=1)
    allowed = min(places[0].spacing_mm or (1.0,)) / 2
    if off.max() > allowed:
        worst = int(off.argmax())
        found = f"{places[worst].name} shifted sideways by {off[worst]:.2f} mm"
        raise _refused("slices that lie straight behind one another", found)


def _at(place: Place, depth: float) -> str:
    return f"{place.name} at {depth:.3f} mm"


def _refused(rule: str, found: str) -> UnsupportedScan:
    return UnsupportedScan(f"a volume has {rule}", found, "name the files of one complete, upright series")
