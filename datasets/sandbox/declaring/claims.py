"""What there is to say of each load: the facts that an honest trader states and a liar bends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from datasets.sandbox.cargo.packing import PALLET_X, PALLET_Y
from datasets.sandbox.declaring.declarable import Declarable
from datasets.sandbox.declaring.wording import package_types
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.scene import Load
from datasets.sandbox.shapes import Box
from declarations.schema import Line, Package

_TYPICAL_PALLET_KG = 700.0
_BRIDGE_SIGMA, _BRIDGE_LIMIT = 0.0025, 0.005


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of goods with its masses and counts; `pallets` and `pallets_kg` (their wood) are 0 where none are.

    `wrapping_kg` is its share of the carton and padding that hold a parcel together, 0 for cargo.
    """

    goods: Declarable
    gross_kg: float
    pallets_kg: float
    packages: int
    pallets: int
    wrapping_kg: float = 0.0

    @property
    def net_kg(self) -> float:
        """Goods without packages, pallets and wrapping."""
        return max(self.gross_kg - self.pallets_kg - self.wrapping_kg, 0.0) * self.goods.net_share

    def times(self, factor: float) -> Claim:
        """The same with another mass."""
        return replace(
            self,
            gross_kg=self.gross_kg * factor,
            pallets_kg=self.pallets_kg * factor,
            wrapping_kg=self.wrapping_kg * factor,
        )

    def called(self, goods: Declarable) -> Claim:
        """The same mass and number of packages under another name.

        Pallets are told only of goods that come on them, and then as many as the mass would need: the papers fit the
        name.
        """
        if not goods.palletised:
            return replace(self, goods=goods, pallets=0, pallets_kg=0.0)
        pallets = self.pallets or min(ceil(self.gross_kg / _TYPICAL_PALLET_KG), max(self.packages, 1))
        return replace(self, goods=goods, pallets=pallets)


def claim_of(load: Load) -> Claim:
    """The claim that is true of a load."""
    wood = [box for box in load.boxes if box.material == WOOD] if load.goods.palletised else []
    return Claim(
        goods=load.goods,
        gross_kg=load.mass_kg,
        pallets_kg=sum(box.mass_kg for box in wood),
        packages=load.packages,
        pallets=sum(_is_deck(box) for box in wood),
    )


def true_line(number: int, claim: Claim) -> Line:
    """A claim for the record of truth: six digits, English, masses to a gram; pallets stand after the packages."""
    packages = [Package(count=claim.packages, type=package_types(claim.goods.package)[0].code)]
    if claim.pallets:
        packages.append(Package(count=claim.pallets, type=package_types("pallet")[0].code))
    return Line(
        line_no=number,
        commodity_code=claim.goods.commodity_code,
        description=claim.goods.description,
        language="en",
        gross_mass_kg=round(claim.gross_kg, 3),
        net_mass_kg=round(claim.net_kg, 3),
        packages=tuple(packages),
    )


def weighbridge(rng: np.random.Generator) -> float:
    """Reading of a weighbridge over the true mass: within half a percent."""
    return float(np.clip(rng.normal(1.0, _BRIDGE_SIGMA), 1 - _BRIDGE_LIMIT, 1 + _BRIDGE_LIMIT))


def _is_deck(box: Box) -> bool:
    return abs(box.x1 - box.x0 - PALLET_X) < 1 and abs(box.y1 - box.y0 - PALLET_Y) < 1
