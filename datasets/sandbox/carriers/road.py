"""Containers on the road: what stands on which trailer, behind which tractor, and how much of it is scanned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.carriers.carrier import Carrier, Hollows, Unit
from datasets.sandbox.carriers.container import SIZES, WIDTH, container
from datasets.sandbox.carriers.reefer import reefer
from datasets.sandbox.carriers.tractor import tractor
from datasets.sandbox.carriers.trailer import ROAD_MM, chassis, coupling_mm, trailer
from datasets.sandbox.shapes import Space, bounds

MARGIN_MM = 235.0
GAP_MM = 12192.0 - 2 * 6058.0  # between two containers of 20 ft where one of 40 ft would stand
_LOCK_MM = 89.0
_CAB_SEEN, _DRIVEN = 0.55, 0.4  # shares of scans, estimates: before most scanners whoever drives steps out
_PAIR_PAYLOAD_KG = 12_500.0  # each of two: a road vehicle of 44 t carries no more


def container_20(rng: np.random.Generator) -> Carrier:
    """A container of 20 ft on a chassis, scanned from its beams up."""
    size = SIZES["20"]
    return Carrier(
        boxes=chassis(size.length, rng),
        units=(container(size),),
        seen=Space(-MARGIN_MM, size.length + MARGIN_MM, 0.0, WIDTH, -421.0, size.height + 60.0),
    )


def container_40(rng: np.random.Generator) -> Carrier:
    """A container of 40 ft."""
    return _on_trailer((container(SIZES["40"]),), rng, gooseneck=True)


def container_40_high(rng: np.random.Generator) -> Carrier:
    """A container of 40 ft, 9 ft 6 in high."""
    return _on_trailer((container(SIZES["40_high"]),), rng, gooseneck=True)


def reefer_40(rng: np.random.Generator) -> Carrier:
    """An insulated container of 40 ft with its machine to the front."""
    return _on_trailer((reefer(),), rng, gooseneck=True)


def two_20(rng: np.random.Generator) -> Carrier:
    """Two containers of 20 ft on one trailer, loaded as lightly as the road asks for."""
    size = replace(SIZES["20"], payload_kg=_PAIR_PAYLOAD_KG)
    return _on_trailer((container(size), container(size, size.length + GAP_MM)), rng, gooseneck=False)


def _on_trailer(units: tuple[Unit, ...], rng: np.random.Generator, *, gooseneck: bool) -> Carrier:
    """Units on a trailer; scanned with the tractor and whoever drives it, or from behind the cab on."""
    whole = bool(rng.random() < _CAB_SEEN)
    driven = bool(rng.random() < _DRIVEN)
    drawn = trailer([edge for unit in units for edge in _locks(unit)], rng, gooseneck=gooseneck)
    drawing = tractor(coupling_mm(gooseneck=gooseneck), rng, driven=whole and driven)
    part = drawing.part + drawn
    start = drawing.front - MARGIN_MM if whole else drawing.cab_back + float(rng.uniform(80.0, 500.0))
    top = max(units[0].outside.z1, bounds(drawing.part.boxes).z1 if whole else 0.0)
    end = max(bounds(drawn.boxes).x1, units[-1].outside.x1)
    seen = Space(start, end + MARGIN_MM, 0.0, WIDTH, ROAD_MM - 20.0, top + 60.0)
    return Carrier(boxes=part.boxes, units=units, seen=seen, hollows=_within(part.hollows, seen))


def _locks(unit: Unit) -> tuple[float, float]:
    return unit.outside.x0 + _LOCK_MM, unit.outside.x1 - _LOCK_MM


def _within(hollows: Hollows, seen: Space) -> Hollows:
    """Rooms that a scanner sees all of; what is hidden elsewhere is none of its business."""
    kept = {name: tuple(room for room in rooms if _covers(seen, room)) for name, rooms in hollows.items()}
    return {name: rooms for name, rooms in kept.items() if rooms}


def _covers(seen: Space, room: Space) -> bool:
    return seen.x0 <= room.x0 and room.x1 <= seen.x1 and seen.z0 <= room.z0 and room.z1 <= seen.z1
