"""One simulated scan: laid, hidden, declared, projected, detected, labelled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.carriers.container import OUTSIDE, chassis, container, field_of_view
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.declaring.declare import UnitDeclaration, declare
from datasets.sandbox.labels import Labelled, label_insert
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.projection import footprint, project
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.plan import Rates, ScanPlan, plan_scan, scan_rng
from datasets.sandbox.scene import Load, Scene, load_goods
from datasets.sandbox.shapes import mass_kg

Region = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class SimulatedScan:
    """Everything about one scan. `counts_CHW` is uint16, low channel first, air at the profile's level.

    `tare_kg` is the empty container without its chassis; `region_xyxy` the pixels that it covers.
    """

    plan: ScanPlan
    counts_CHW: NDArray[np.uint16]
    declaration: UnitDeclaration
    objects: tuple[Labelled, ...]
    tare_kg: float
    region_xyxy: Region


def simulate(seed: int, index: int, rates: Rates, scanner: Scanner) -> SimulatedScan:
    """Simulate scan `index` of a seed; the same arguments give the same bytes in any process."""
    plan = plan_scan(seed, index, rates)
    scene_rng = scan_rng(seed, index, 2)
    loads = load_goods(plan.goods, scene_rng) if plan.goods else ()
    plan = _as_laid(plan, loads)
    inserts = hide_contraband(loads, scan_rng(seed, index, 5)) if plan.contraband else ()
    shell = container()
    scene = Scene(shell, chassis(scene_rng), loads, inserts)
    field = field_of_view(scanner)
    areal = project(scene.boxes, field)
    labelled = (label_insert(insert, areal, field, scanner) for insert in inserts)
    return SimulatedScan(
        plan=plan,
        counts_CHW=detect(displaced(expected(areal, scanner), scanner), scanner, scan_rng(seed, index, 3)),
        declaration=declare(plan, loads, scan_rng(seed, index, 4)),
        objects=tuple(label for label in labelled if label is not None),
        tare_kg=float(round(mass_kg(shell), -1)),
        region_xyxy=tuple(round(edge, 1) for edge in footprint(OUTSIDE, field)),  # type: ignore[arg-type]  # four edges
    )


def _as_laid(plan: ScanPlan, loads: tuple[Load, ...]) -> ScanPlan:
    """The plan of what could really be laid: goods that found no room are not there to be lied about."""
    laid = tuple(load.goods for load in loads)
    if not laid:
        return replace(plan, goods=(), falsehood=None, declared_as=None)
    if plan.falsehood == "undeclared_goods" and len(laid) < 2:
        return replace(plan, goods=laid, falsehood=None)
    return replace(plan, goods=laid)
