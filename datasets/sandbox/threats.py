"""Threats alone in air, as the simulator makes them: the stuff of a library that needs no scan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.contraband.clearance import clearings
from datasets.sandbox.contraband.hiding import WEIGHTS
from datasets.sandbox.contraband.objects import MAKERS, Made, holdalls
from datasets.sandbox.contraband.rooms import drawn
from datasets.sandbox.physics.materials import ELEMENTS, Material, compound_share
from datasets.sandbox.physics.projection import Field, project
from datasets.sandbox.physics.scanner import Parallel
from datasets.sandbox.pool_records import RIGHTS
from datasets.sandbox.shapes import Box, Space, bounds, mass_kg
from datasets.threats.records import ThreatRecord
from datasets.threats.store import LEAST_G_CM2, Threat

PITCH_MM = 3.0
_ROOM_MM = ((600.0, 3000.0), (400.0, 2300.0), (300.0, 2000.0))  # in which it would have to find place
_HOLDALLS = 0.25  # of narcotics: as they come behind the doors
_AIR_PX = 2
_STREAM = 77  # of the random numbers, apart from those of scans


def simulated_threats(seed: int, count: int) -> tuple[tuple[Threat, ...], dict[str, dict[int, float]]]:
    """`count` objects, each as it stands and turned a quarter about the upright, and the materials they are made of.

    Kinds come as often as they are hidden in cargo, but for hollow spaces, which are nothing by themselves.
    """
    things = {label: weight for label, weight in WEIGHTS.items() if label in MAKERS}
    threats: list[Threat] = []
    materials: dict[str, dict[int, float]] = {}
    for number in range(count):
        rng = np.random.default_rng([_STREAM, seed, number])
        label = drawn(things, rng)
        room = Space(*(edge for low, high in _ROOM_MM for edge in (0.0, float(rng.uniform(low, high)))))
        made = holdalls(room, rng) if label == "narcotics" and rng.random() < _HOLDALLS else MAKERS[label](room, rng)
        for pose, boxes in (("side", made.boxes), ("end", _turned(made.boxes))):
            outline = made.outline if pose == "side" else _turned(made.outline)
            name = f"{seed}-{number:05d}"
            threats.append(_threat(replace(made, boxes=boxes, outline=outline), label, f"{name}-{pose}", name))
        materials |= {_name(box.material): _shares(box.material) for box in made.boxes}
    return tuple(threats), materials


def _turned(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
    return tuple(replace(box, x0=box.y0, x1=box.y1, y0=box.x0, y1=box.x1) for box in boxes)


def _threat(made: Made, label: str, threat_id: str, group: str) -> Threat:
    extent = made.outline or made.boxes
    around, margin = bounds((*extent, *made.boxes)), _AIR_PX * PITCH_MM
    columns, rows = (int(np.ceil(length / PITCH_MM)) + 2 * _AIR_PX for length in (around.size[0], around.size[2]))
    field = Field(PITCH_MM, rows, columns, around.x0 - margin, around.z1 + margin, Parallel(elevation_deg=0))
    areal = project(made.boxes, field)
    maps_LHW = np.maximum(areal.maps_MHW, 0).astype(np.float32)
    taken = [Box(*_edges(hole), made.boxes[0].material, 10.0) for hole in clearings(extent)]
    depth_mm_HW = project(taken, field).maps_MHW.sum(axis=0).astype(np.float32)  # of 1 g/cm2 a millimetre
    kept = [number for number, plane in enumerate(maps_LHW) if (plane > LEAST_G_CM2).any()]
    record = ThreatRecord(
        threat_id=threat_id,
        group=group,
        label=label,
        item=made.item,
        basis="simulated",
        layers=tuple(_name(areal.materials[number]) for number in kept),
        pitch_mm=PITCH_MM,
        mass_kg=round(mass_kg(made.boxes), 3),
        rights=RIGHTS,
    )
    return Threat(record, maps_LHW[kept], depth_mm_HW)


def _edges(space: Space) -> tuple[float, float, float, float, float, float]:
    return space.x0, space.x1, space.y0, space.y1, space.z0, space.z1


def _name(material: Material) -> str:
    return " + ".join(compound if share == 1 else f"{share:.3g} {compound}" for compound, share in material)


def _shares(material: Material) -> dict[int, float]:
    """Mass share of each element by atomic number."""
    total: dict[int, float] = {}
    for compound, share in material:
        for element, of_compound in compound_share(compound).items():
            number = ELEMENTS[element][0]
            total[number] = total.get(number, 0.0) + share * of_compound
    return {number: round(share, 6) for number, share in sorted(total.items())}
