"""One simulated scan of cargo: laid, hidden, declared, projected, detected, labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from datasets.sandbox.cargo.texture import textured
from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.carriers.traffic import CARRIERS, carrier_names
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.declaring.declare import declare
from datasets.sandbox.labels import Labelled, label_insert
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.projection import ArealDensity, Field, footprint, project
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.plan import Consignment, Rates, ScanPlan, UnitPlan, plan_scan, scan_rng
from datasets.sandbox.scene import LadenUnit, Load, Scene, load_goods
from datasets.sandbox.shapes import mass_kg
from datasets.sandbox.simulated import DeclaredGoods, Region, SimulatedScan, SimulatedUnit

_SCENE, _NOISE, _DECLARATION, _HIDING, _TEXTURE = 2, 3, 4, 5, 9  # purposes of streams of a scan


def simulate(
    seed: int, index: int, rates: Rates, scanner: Scanner, carriers: Sequence[str] = carrier_names()
) -> SimulatedScan:
    """Simulate scan `index` of a seed; the same arguments give the same bytes in any process.

    Raises:
        ValueError: for an unknown carrier, or a scanner that cargo does not go through.
    """
    plan = plan_scan(seed, index, rates, carriers)
    scene, held = lay(seed, plan)
    field = field_of_view(scanner, scene.carrier.seen)
    areal = areal_density(scene, field, seed, index)
    shown, dose_R = displaced(expected(areal, scanner), scanner), field.dose_R(scanner.half_dose_deg.value)
    return SimulatedScan(
        plan=plan,
        counts_CHW=detect(shown, scanner, scan_rng(seed, index, _NOISE), dose_R),
        units=tuple(
            SimulatedUnit(
                kind=laden.unit.kind,
                iso_type=laden.unit.iso_type,
                tare_kg=float(round(mass_kg(laden.unit.shell), -1)),
                region_xyxy=_rounded(footprint(laden.unit.outside, field)),
                declared=_declared(found, scan_rng(seed, index, _DECLARATION, number)),
                objects=_labels(laden, areal, field, scanner),
            )
            for number, (laden, found) in enumerate(zip(scene.units, held, strict=True))
        ),
    )


def areal_density(scene: Scene, field: Field, seed: int, index: int) -> ArealDensity:
    """What the beam crosses in every pixel of a scan, the grain of the goods included."""
    inserts = (box for insert in scene.inserts for box in insert.boxes)
    parts = [project((*scene.structure, *inserts), field)]
    for number, laden in enumerate(scene.units):
        rng = scan_rng(seed, index, _TEXTURE, number)
        parts += [_goods(laden, load, field, rng) for load in laden.loads]
    materials = tuple(dict.fromkeys(material for part in parts for material in part.materials))
    maps_MHW = np.zeros((len(materials), field.rows, field.columns))
    for part in parts:
        for material, map_HW in zip(part.materials, part.maps_MHW, strict=True):
            maps_MHW[materials.index(material)] += map_HW
    return ArealDensity(materials, maps_MHW)


def _goods(laden: LadenUnit, load: Load, field: Field, rng: np.random.Generator) -> ArealDensity:
    """One load with its grain. Pallets and battens have none: they are of another material than the goods."""
    areal, grain = project(laden.left_of(load), field), load.goods.grain
    if grain is None:
        return areal
    own = areal.materials.index(load.goods.composition)
    volume_cm3 = sum(box.volume_mm3 for box in load.boxes if box.material == load.goods.composition) / 1000
    mass_g = 1000 * mass_kg(box for box in load.boxes if box.material == load.goods.composition)
    areal.maps_MHW[own] = textured(
        np.maximum(areal.maps_MHW[own : own + 1], 0.0),
        grain_mm=grain.size_mm,
        contrast=grain.contrast,
        density_g_cm3=mass_g / volume_cm3,
        pitch_mm=field.pitch_mm,
        rng=rng,
    )[0]
    return areal


def lay(seed: int, plan: ScanPlan) -> tuple[Scene, tuple[tuple[tuple[Consignment, tuple[Load, ...]], ...], ...]]:
    """The scene of a plan, and for each unit its consignments as they could be laid, with their loads."""
    rng = scan_rng(seed, plan.index, _SCENE)
    carrier = CARRIERS[plan.carrier].build(rng)
    units, held = [], []
    for number, (unit, planned) in enumerate(zip(carrier.units, plan.units, strict=True)):
        laid = load_goods(planned.goods, unit, rng) if planned.goods else ()
        loads = tuple(load for load in laid if load is not None)
        hiding = scan_rng(seed, plan.index, _HIDING, number)
        outside = carrier.hollows if number == 0 else {}
        inserts = hide_contraband(unit, outside, loads, hiding) if planned.contraband else ()
        units.append(LadenUnit(unit, loads, inserts))
        held.append(tuple(_as_laid(planned, laid)))
    return Scene(carrier, tuple(units)), tuple(held)


def _as_laid(planned: UnitPlan, laid: Sequence[Load | None]) -> list[tuple[Consignment, tuple[Load, ...]]]:
    """What could really be laid: goods that found no room are not there to be lied about."""
    found, start = [], 0
    for one in planned.consignments:
        loads = tuple(load for load in laid[start : start + len(one.goods)] if load is not None)
        start += len(one.goods)
        lied = one.falsehood == "undeclared_goods" and len(loads) < 2
        falsehood, declared_as = one.falsehood, one.declared_as
        if not loads or lied or (falsehood == "goods_swapped" and loads[0].goods is not one.goods[0]):
            falsehood, declared_as = None, None
        if loads:
            goods = tuple(load.goods for load in loads)
            found.append((replace(one, goods=goods, falsehood=falsehood, declared_as=declared_as), loads))
    return found


def _declared(
    held: Sequence[tuple[Consignment, tuple[Load, ...]]], rng: np.random.Generator
) -> tuple[DeclaredGoods, ...]:
    hands = rng.spawn(len(held))
    return tuple(
        DeclaredGoods(consignment, declare(consignment, loads, hand))
        for (consignment, loads), hand in zip(held, hands, strict=True)
    )


def _labels(laden: LadenUnit, areal: ArealDensity, field: Field, scanner: Scanner) -> tuple[Labelled, ...]:
    labelled = (label_insert(insert, areal, field, scanner) for insert in laden.inserts)
    return tuple(label for label in labelled if label is not None)


def _rounded(region: Region) -> Region:
    x0, y0, x1, y1 = region
    return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)
