"""The carriers that pass a cargo scanner, and how often each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from datasets.sandbox.cargo.goods import Goods, goods_by_group
from datasets.sandbox.carriers import pallet, road, van, wagon
from datasets.sandbox.carriers.carrier import Carrier
from datasets.sandbox.carriers.fitting import finds_room

_COLD_GROUPS = ("frozen_food", "fresh_produce", "pharmaceuticals", "beverages")
_PALLET_STYLES = ("cartons", "bags", "drums")


@dataclass(frozen=True, slots=True)
class CarrierKind:
    """What there is to know of a carrier before it is built.

    Attributes:
        share: Of all traffic; an estimate.
        units: How many it has.
        most_lines: Kinds of goods in one unit.
        takes: Whether goods of a kind travel in it.
        build: One of it.
    """

    share: float
    units: int
    most_lines: int
    takes: Callable[[Goods], bool]
    build: Callable[[np.random.Generator], Carrier]


def _anything(goods: Goods) -> bool:
    return bool(goods)


def _cold_goods(goods: Goods) -> bool:
    return goods.group in _COLD_GROUPS


def _van_goods(goods: Goods) -> bool:
    return finds_room(goods, van.INSIDE, van.PAYLOAD_KG)


def _pallet_goods(goods: Goods) -> bool:
    return goods.style in _PALLET_STYLES and finds_room(goods, pallet.INSIDE, pallet.PAYLOAD_KG)


CARRIERS: dict[str, CarrierKind] = {
    "container_20": CarrierKind(0.28, 1, 3, _anything, road.container_20),
    "container_40": CarrierKind(0.20, 1, 4, _anything, road.container_40),
    "container_40_high": CarrierKind(0.14, 1, 4, _anything, road.container_40_high),
    "two_20": CarrierKind(0.10, 2, 3, _anything, road.two_20),
    "reefer_40": CarrierKind(0.08, 1, 3, _cold_goods, road.reefer_40),
    "wagon_40": CarrierKind(0.05, 1, 4, _anything, wagon.wagon_40),
    "wagon_two_20": CarrierKind(0.05, 2, 3, _anything, wagon.wagon_two_20),
    "van": CarrierKind(0.05, 1, 3, _van_goods, van.van),
    "pallet": CarrierKind(0.03, 1, 2, _pallet_goods, pallet.pallet),
    "pallets_two": CarrierKind(0.02, 2, 2, _pallet_goods, pallet.pallets_two),
}


def carrier_names() -> tuple[str, ...]:
    """Names of all carriers."""
    return tuple(CARRIERS)


def check_carriers(names: Sequence[str]) -> None:
    """Refuse names that are not carriers.

    Raises:
        ValueError: when one is unknown, or there is none.
    """
    unknown = sorted(set(names) - set(CARRIERS))
    if unknown or not names:
        raise ValueError(
            f"a carrier is one of {', '.join(CARRIERS)}; found {', '.join(unknown) or 'none'}; choose some of them"
        )


def draw_carrier(names: Sequence[str], rng: np.random.Generator) -> str:
    """One of some carriers, as often as it is met.

    Raises:
        ValueError: see `check_carriers`.
    """
    check_carriers(names)
    shares = np.array([CARRIERS[name].share for name in names])
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


@cache
def goods_for(name: str) -> Mapping[str, tuple[Goods, ...]]:
    """Goods of each group that travel in a carrier, groups in the order of the table of goods."""
    taken = {
        group: tuple(goods for goods in members if CARRIERS[name].takes(goods))
        for group, members in goods_by_group().items()
    }
    return {group: members for group, members in taken.items() if members}
