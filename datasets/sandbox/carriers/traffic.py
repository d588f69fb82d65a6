"""The carriers that pass a cargo scanner, and how often each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from datasets.sandbox.cargo.goods import Goods, goods_by_group
from datasets.sandbox.carriers.carrier import Carrier
from datasets.sandbox.carriers.container import SIZES, WIDTH, container
from datasets.sandbox.carriers.trailer import chassis
from datasets.sandbox.shapes import Space

_MARGIN_MM = 235.0


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


def _container_20(rng: np.random.Generator) -> Carrier:
    size = SIZES["20"]
    return Carrier(
        boxes=chassis(size.length, rng),
        units=(container(size),),
        seen=Space(-_MARGIN_MM, size.length + _MARGIN_MM, 0.0, WIDTH, -421.0, size.height + 60.0),
    )


CARRIERS: dict[str, CarrierKind] = {
    "container_20": CarrierKind(0.3, 1, 3, _anything, _container_20),
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
