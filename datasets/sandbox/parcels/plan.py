"""What each parcel or bag will be, drawn from the seed before anything is packed.

Radiographs and CT draw from the same streams: one seed packs the same parcels for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from datasets.sandbox.declaring.falsehoods import FALSEHOODS
from datasets.sandbox.declaring.swaps import draw_real
from datasets.sandbox.declaring.trader import Trader, draw_trader
from datasets.sandbox.parcels.goods import ParcelGoods, parcel_goods, parcel_goods_by_group
from datasets.sandbox.parcels.scenes import Kind
from datasets.sandbox.plan import Rates

CARRIERS: tuple[Kind, ...] = get_args(Kind)
PARCEL_FALSEHOODS = tuple(kind for kind in FALSEHOODS if kind != "declared_empty")  # nobody pays to post nothing
_STREAM = 0xC923  # keeps these draws apart from those of any other seed
_PURPOSES = ("plan", "hidden", "carrier", "month", "trader", "scene", "place", "noise", "gains", "declaration")
_LINES = (0.45, 0.30, 0.17, 0.08)  # shares of parcels with one kind of goods, two, three, four
_CARRIED = (1, 6)  # things that a bag holds beside clothes
_WEIGHT = {
    "narcotics": 0.28, "cigarettes": 0.14, "firearm": 0.14, "firearm_parts": 0.08, "ammunition": 0.12,
    "currency": 0.14, "shielded_box": 0.10,
}  # fmt: skip
_ONE_HIDDEN = 0.8  # share of what is hidden that is one thing; two otherwise

ByGroup = Mapping[str, Sequence[ParcelGoods]]


@dataclass(frozen=True, slots=True)
class Item:
    """Goods of one kind, in pieces."""

    goods: ParcelGoods
    pieces: int


@dataclass(frozen=True)
class ParcelPlan:
    """What one scan will show.

    `items` are truly there (the last one is not declared where `falsehood` is `undeclared_goods`); `declared_as` is
    what the first one passes for where it is `goods_swapped`. Of a bag nothing is declared. `hidden` are keys of
    `forbidden.FORBIDDEN`.
    """

    index: int
    month: str
    kind: Kind
    items: tuple[Item, ...]
    hidden: tuple[str, ...]
    falsehood: str | None
    declared_as: ParcelGoods | None
    trader: Trader

    @property
    def contents(self) -> tuple[str, ...]:
        """Keys of all pieces."""
        return tuple(item.goods.key for item in self.items for _ in range(item.pieces))


def plan_parcel(seed: int, index: int, rates: Rates, carriers: Sequence[str]) -> ParcelPlan:
    """Plan of scan `index`, a parcel or a bag, whichever are among the carriers.

    Raises:
        ValueError: see `check_carriers`.
    """
    check_carriers(carriers)
    known = [kind for kind in CARRIERS if kind in carriers]
    kind = known[int(parcel_rng(seed, index, "carrier").integers(len(known)))]
    rng = parcel_rng(seed, index, "plan")
    share = rng.random()
    empty = rates.mismatch <= share < rates.mismatch + rates.empty
    told = () if empty else _carried(rng) if kind == "bag" else _sent(rng)
    lies = kind == "parcel" and share < rates.mismatch
    items, falsehood, declared_as = _false(told, rng) if lies else (told, None, None)
    return ParcelPlan(
        index=index,
        month=f"2025-{int(parcel_rng(seed, index, 'month').integers(1, 13)):02d}",
        kind=kind,
        items=items,
        hidden=_hidden(rates.contraband, parcel_rng(seed, index, "hidden")),
        falsehood=falsehood,
        declared_as=declared_as,
        trader=draw_trader(parcel_rng(seed, index, "trader")),
    )


def check_carriers(carriers: Sequence[str]) -> None:
    """Refuse what is neither parcel nor bag.

    Raises:
        ValueError: when one is unknown, or there is none.
    """
    unknown = sorted(set(carriers) - set(CARRIERS))
    if unknown or not carriers:
        raise ValueError(
            f"what goes through a tunnel is one of {', '.join(CARRIERS)}; found {', '.join(unknown) or 'none'}; "
            "choose some of them"
        )


def parcel_rng(seed: int, index: int, purpose: str, number: int = 0) -> np.random.Generator:
    """Random stream of a scan for one purpose of `_PURPOSES`, and for one slice where each has its own."""
    words = [seed, _STREAM, index, _PURPOSES.index(purpose), number]
    return np.random.default_rng(np.random.SeedSequence(words))


def _sent(rng: np.random.Generator) -> tuple[Item, ...]:
    """What a parcel is said to hold: goods of different groups, drawn before anyone knows whether it is true."""
    by_group = parcel_goods_by_group()
    groups = rng.choice(sorted(by_group), size=int(rng.choice(len(_LINES), p=_LINES)) + 1, replace=False).tolist()
    return tuple(_some(_one(by_group[group], rng), rng) for group in groups)


def _carried(rng: np.random.Generator) -> tuple[Item, ...]:
    """What lies among the clothes of a bag, a piece each."""
    goods = tuple(parcel_goods().values())
    return tuple(Item(_one(goods, rng), 1) for _ in range(int(rng.integers(_CARRIED[0], _CARRIED[1] + 1))))


def _false(told: tuple[Item, ...], rng: np.random.Generator) -> tuple[tuple[Item, ...], str, ParcelGoods | None]:
    """What is there in truth, the lie that hides it, and what swapped goods pass for."""
    names = {item.goods.group for item in told}
    others: ByGroup = {group: some for group, some in parcel_goods_by_group().items() if group not in names}
    kind = str(rng.choice(PARCEL_FALSEHOODS))
    if kind == "goods_swapped":
        return (Item(draw_real(told[0].goods, others, rng), told[0].pieces), *told[1:]), kind, told[0].goods
    if kind == "undeclared_goods":
        group = sorted(others)[int(rng.integers(len(others)))]
        return (*told, _some(_one(others[group], rng), rng)), kind, None
    return told, kind, None


def _some(goods: ParcelGoods, rng: np.random.Generator) -> Item:
    return Item(goods, int(rng.integers(1, goods.most + 1)))


def _one(goods: Sequence[ParcelGoods], rng: np.random.Generator) -> ParcelGoods:
    return goods[int(rng.integers(len(goods)))]


def _hidden(rate: float, rng: np.random.Generator) -> tuple[str, ...]:
    if rng.random() >= rate:
        return ()
    count = 1 if rng.random() < _ONE_HIDDEN else 2
    return tuple(str(key) for key in rng.choice(list(_WEIGHT), size=count, replace=False, p=list(_WEIGHT.values())))
