"""What a simulation gives, whatever was scanned: pixels, units, what was declared of them, objects that were hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.carriers.carrier import UnitKind
from datasets.sandbox.declaring.declare import ConsignmentDeclaration
from datasets.sandbox.labels import Labelled
from datasets.sandbox.plan import Consignment, ScanPlan

Region = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class DeclaredGoods:
    """One consignment as planned and laid, and what was said of it."""

    consignment: Consignment
    said: ConsignmentDeclaration


@dataclass(frozen=True, eq=False)
class SimulatedUnit:
    """One unit of a scan; `tare_kg` without its vehicle, `region_xyxy` the pixels that it covers (None: all)."""

    kind: UnitKind
    iso_type: str | None
    tare_kg: float | None
    region_xyxy: Region | None
    declared: tuple[DeclaredGoods, ...]
    objects: tuple[Labelled, ...]


@dataclass(frozen=True, eq=False)
class SimulatedScan:
    """Everything about one scan of cargo. `counts_CHW` is uint16, low channel first, air at the profile's level."""

    plan: ScanPlan
    counts_CHW: NDArray[np.uint16]
    units: tuple[SimulatedUnit, ...]
