"""What is declared of a parcel, in the manner of a CN 23 form: a line for each kind of goods, with pieces and masses.

Nobody declares a bag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.declaring.claims import Claim
from datasets.sandbox.declaring.declare import declare_claims
from datasets.sandbox.parcels.plan import ParcelPlan
from datasets.sandbox.parcels.scenes import Scene
from datasets.sandbox.plan import Consignment
from datasets.sandbox.simulated import DeclaredGoods


@dataclass(frozen=True, slots=True)
class _Found:
    pieces: int
    mass_kg: float


def declare_parcel(
    plan: ParcelPlan, scene: Scene, masses_kg: Sequence[float], rng: np.random.Generator
) -> tuple[DeclaredGoods, ...]:
    """What is declared of a packed scene; nothing of a bag, nor of a parcel without goods.

    Args:
        plan: Of the scan.
        scene: As packed: pieces that found no room are not there to be told, nor to be lied about.
        masses_kg: Of every thing of the scene.
        rng: For this declaration alone.
    """
    if plan.kind == "bag":
        return ()
    found = [_found(item.goods.key, scene, masses_kg) for item in plan.items]
    goods_kg = sum(one.mass_kg for one in found)
    wrapping_kg = sum(mass for thing, mass in zip(scene.things, masses_kg, strict=True) if thing.category is None)
    claims = [
        Claim(
            goods=item.goods,
            gross_kg=one.mass_kg * (1 + wrapping_kg / goods_kg),  # the scales know the whole parcel
            pallets_kg=0.0,
            packages=one.pieces,
            pallets=0,
            wrapping_kg=wrapping_kg * one.mass_kg / goods_kg,
        )
        for item, one in zip(plan.items, found, strict=True)
        if one.pieces
    ]
    if not claims:
        return ()
    falsehood = plan.falsehood
    if (falsehood == "goods_swapped" and not found[0].pieces) or (
        falsehood == "undeclared_goods" and (len(claims) < 2 or not found[-1].pieces)
    ):
        falsehood = None
    # Scales of the post show grams, and a form has a column for them.
    trader = replace(plan.trader, rounding="three_digits")
    said = declare_claims(claims, falsehood, plan.declared_as if falsehood else None, trader, rng)
    return (DeclaredGoods(Consignment(f"{plan.index:05d}.1", 0, (), falsehood, None, trader), said),)


def _found(key: str, scene: Scene, masses_kg: Sequence[float]) -> _Found:
    mine = [mass for thing, mass in zip(scene.things, masses_kg, strict=True) if thing.category == key]
    return _Found(len(mine), sum(mine))
