"""One simulated radiograph of a parcel or a bag: planned, packed, declared, projected, detected, labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.labels import MASK_G_CM2, mask_bounds
from datasets.sandbox.parcels.declared import declare_parcel
from datasets.sandbox.parcels.plan import ParcelPlan, parcel_rng, plan_parcel
from datasets.sandbox.parcels.radiograph import areal_density, label_hidden, place
from datasets.sandbox.parcels.scenes import Scene, pack
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.plan import Rates
from datasets.sandbox.simulated import SimulatedUnit

WIDEST_MM = 480.0  # across the belt: what the smallest of the scanners, the CT, takes


@dataclass(frozen=True, eq=False)
class SimulatedParcel:
    """Everything about one scan; `counts_CHW` is uint16, low channel first, air at the profile's level."""

    plan: ParcelPlan
    counts_CHW: NDArray[np.uint16]
    unit: SimulatedUnit


def simulate_parcel(seed: int, index: int, rates: Rates, scanner: Scanner, carriers: Sequence[str]) -> SimulatedParcel:
    """Simulate scan `index` of a seed; the same arguments give the same bytes in any process.

    Raises:
        ValueError: for an unknown carrier, or a scanner that parcels do not go through.
    """
    plan = plan_parcel(seed, index, rates, carriers)
    scene = lay(seed, plan)
    seen = place(scene, scanner, parcel_rng(seed, index, "place"))
    areal, masses_kg = areal_density(scene, seen)
    shown, dose_R = displaced(expected(areal, scanner), scanner), seen.field.dose_R(scanner.half_dose_deg.value)
    labels = (label_hidden(scene, number, areal, seen, scanner) for number in hidden_of(scene))
    x0, y0, x1, y1 = mask_bounds(areal.maps_MHW.sum(axis=0) > MASK_G_CM2)
    return SimulatedParcel(
        plan=plan,
        counts_CHW=detect(shown, scanner, parcel_rng(seed, index, "noise"), dose_R),
        unit=SimulatedUnit(
            kind=plan.kind,
            iso_type=None,
            tare_kg=None,
            region_xyxy=(float(x0), float(y0), float(x1), float(y1)),
            declared=declare_parcel(plan, scene, masses_kg, parcel_rng(seed, index, "declaration")),
            objects=tuple(label for label in labels if label is not None),
        ),
    )


def lay(seed: int, plan: ParcelPlan) -> Scene:
    """The scene of a plan, the same for every scanner."""
    rng = parcel_rng(seed, plan.index, "scene")
    return pack(plan.kind, plan.contents, plan.hidden, rng, widest_mm=WIDEST_MM, bare=not plan.items)


def hidden_of(scene: Scene) -> tuple[int, ...]:
    """Numbers of the hidden things of a scene."""
    return tuple(number for number, thing in enumerate(scene.things) if thing.contraband)
