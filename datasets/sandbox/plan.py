"""What each scan will be, drawn from the seed before anything is laid: cheap, and the same for any number of workers.

Scans come in twos, so that a consignment may span two of them; each pair has its own random stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.carriers.traffic import CARRIERS, draw_carrier, goods_for
from datasets.sandbox.declaring.falsehoods import FALSEHOODS
from datasets.sandbox.declaring.swaps import draw_real
from datasets.sandbox.declaring.trader import Trader, draw_trader

__all__ = ["FALSEHOODS", "Consignment", "Rates", "ScanPlan", "UnitPlan", "plan_scan", "scan_rng"]

_PAIR_STREAM, _SCAN_STREAM, _TRADER_STREAM = 0, 1, 2
_PLAN, _HIDDEN, _CARRIER, _MONTH, _SPAN = 0, 1, 6, 7, 8  # purposes of streams of a scan
_LINES = (0.60, 0.25, 0.11, 0.04)  # shares of units with one kind of goods, two, three, four
_SHARED_SHARE = 0.08  # of pairs of scans that show one consignment
_SPAN_SHARE = 0.5  # of carriers with two units whose units hold one consignment
_GROUPAGE_SHARE = 0.12  # of units that hold goods of several traders
_MOST_TRADERS = 3

ByGroup = Mapping[str, Sequence[Goods]]


@dataclass(frozen=True)
class Consignment:
    """Goods in one unit that one declaration speaks of.

    `name` numbers the declaration by the first unit that it speaks of, `part` the units of a declaration from 0.
    `goods` are truly loaded (the last one is not declared where `falsehood` is `undeclared_goods`); `declared_as` is
    what the first one passes for where it is `goods_swapped`. `trader` is the hand that declares.
    """

    name: str
    part: int
    goods: tuple[Goods, ...]
    falsehood: str | None
    declared_as: Goods | None
    trader: Trader


@dataclass(frozen=True)
class UnitPlan:
    """What one unit will hold; no consignment in an empty one."""

    consignments: tuple[Consignment, ...]
    contraband: bool

    @property
    def goods(self) -> tuple[Goods, ...]:
        """Goods of all consignments, in the order in which they are loaded."""
        return tuple(goods for consignment in self.consignments for goods in consignment.goods)


@dataclass(frozen=True)
class ScanPlan:
    """What one scan will show; `group` is the number of the first scan that shows a consignment of it."""

    index: int
    group: int
    month: str
    carrier: str
    units: tuple[UnitPlan, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of units: with contraband, with a false declaration, with no goods."""

    contraband: float
    mismatch: float
    empty: float

    def __post_init__(self) -> None:
        shares = (self.contraband, self.mismatch, self.empty)
        if not all(0 <= share <= 1 for share in shares) or self.mismatch + self.empty > 1:
            raise ValueError(
                "rates are shares of units, and a falsely declared unit is not empty: each is 0 to 1, mismatch and "
                f"empty together at most 1; found contraband {self.contraband}, mismatch {self.mismatch}, empty "
                f"{self.empty}; lower them"
            )


def plan_scan(seed: int, index: int, rates: Rates, carriers: Sequence[str]) -> ScanPlan:
    """Plan of scan `index` by one of some carriers.

    Raises:
        ValueError: for an unknown carrier, or none.
    """
    pair = np.random.default_rng(np.random.SeedSequence([seed, _PAIR_STREAM, index // 2]))
    shared = bool(pair.random() < _SHARED_SHARE)
    first = index - index % 2 if shared else index
    # Both scans of a shared consignment come by one kind of carrier: its goods must fit into both.
    carrier = draw_carrier(carriers, scan_rng(seed, first, _CARRIER))
    held: list[tuple[Consignment, ...]] = []
    for number in range(CARRIERS[carrier].units):
        if number and not shared and len(held[0]) == 1 and scan_rng(seed, index, _SPAN).random() < _SPAN_SHARE:
            held.append((replace(held[0][0], part=number),))
        elif shared and number == 0:
            found = _consignments(pair, rates, carrier, traders=1)
            held.append(tuple(_named(seed, first, 1, index - first, found)))
        else:
            found = _consignments(scan_rng(seed, index, _PLAN, number), rates, carrier, traders=_MOST_TRADERS)
            held.append(tuple(_named(seed, index, 1 + sum(map(len, held)), 0, found)))
    return ScanPlan(
        index=index,
        group=first,
        month=f"2025-{int(scan_rng(seed, first, _MONTH).integers(1, 13)):02d}",
        carrier=carrier,
        units=tuple(
            UnitPlan(some, bool(scan_rng(seed, index, _HIDDEN, number).random() < rates.contraband))
            for number, some in enumerate(held)
        ),
    )


def scan_rng(seed: int, index: int, purpose: int, number: int = 0) -> np.random.Generator:
    """Random stream of a scan for one purpose, and for one of its units where each has its own.

    Purposes: 0 plan, 1 whether hidden, 2 scene, 3 noise, 4 declaration, 5 hiding, 6 carrier, 7 month, 8 whether a
    consignment spans two units, 9 texture.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, _SCAN_STREAM, index, purpose, number]))


@dataclass(frozen=True)
class _Told:
    """A consignment without its trader."""

    goods: tuple[Goods, ...]
    falsehood: str | None = None
    declared_as: Goods | None = None


def _named(seed: int, index: int, start: int, part: int, found: Sequence[_Told]) -> list[Consignment]:
    """Consignments by their traders, numbered within the scan that first shows them."""
    return [
        Consignment(
            name=f"{index:05d}.{number}",
            part=part,
            goods=told.goods,
            falsehood=told.falsehood,
            declared_as=told.declared_as,
            trader=draw_trader(np.random.default_rng(np.random.SeedSequence([seed, _TRADER_STREAM, index, number]))),
        )
        for number, told in enumerate(found, start)
    ]


def _consignments(rng: np.random.Generator, rates: Rates, carrier: str, *, traders: int) -> list[_Told]:
    """What one unit holds, one entry a trader.

    What is told is drawn first, and the same for honest and false declarations: what is there then follows from the
    lie. So no name, no code and no number of lines can give a lie away.
    """
    kind = rng.random()
    if rates.mismatch <= kind < rates.mismatch + rates.empty:
        return []
    by_group = goods_for(carrier)
    most = min(CARRIERS[carrier].most_lines, len(_without_cars(by_group)))
    several = rng.random() < _GROUPAGE_SHARE and traders > 1 and most > 1
    shares = np.array(_LINES[1 if several else 0 : most])
    lines = int(rng.choice(len(shares), p=shares / shares.sum())) + (2 if several else 1)
    told = _pick(lines, by_group, rng)
    count = int(rng.integers(2, min(lines, traders) + 1)) if several else 1
    cuts = np.sort(rng.choice(lines - 1, count - 1, replace=False) + 1).tolist() if several else []
    parts = [_Told(told[start:stop]) for start, stop in zip([0, *cuts], [*cuts, lines], strict=True)]
    if kind < rates.mismatch:
        liar = int(rng.integers(len(parts)))
        others = {group: members for group, members in by_group.items() if group not in {one.group for one in told}}
        parts[liar] = _false(parts[liar], others, alone=count == 1, room=lines < most, rng=rng)
    return parts


def _false(told: _Told, others: ByGroup, *, alone: bool, room: bool, rng: np.random.Generator) -> _Told:
    """One lie. `others` are goods of groups that nobody told of; `alone`, the only trader; `room` for goods more.

    All kinds alike; where one is impossible, another of those that leave lines to compare: `declared_empty` takes no
    share of these, or what is told would lean one way among declarations with lines.
    """
    needs_all = told.goods[0].style == "cars"
    impossible = {"declared_empty"} if not alone else set()
    if not room or needs_all:
        impossible.add("undeclared_goods")
    if not _without_cars(others):
        impossible |= {"undeclared_goods", "goods_swapped"}
    kind = str(rng.choice(FALSEHOODS))
    if kind in impossible:
        kind = str(rng.choice([other for other in FALSEHOODS if other not in (*impossible, "declared_empty")]))
    lone = alone and len(told.goods) == 1
    if kind == "goods_swapped":
        real = draw_real(told.goods[0], others if lone else _without_cars(others), rng)
        return _Told((real, *told.goods[1:]), kind, told.goods[0])
    if kind == "undeclared_goods":
        return _Told((*told.goods, _one(_without_cars(others), rng)), kind)
    return _Told(told.goods, kind)


def _pick(lines: int, by_group: ByGroup, rng: np.random.Generator) -> tuple[Goods, ...]:
    """Goods of different groups; a car needs the unit to itself."""
    choice = by_group if lines == 1 else _without_cars(by_group)
    groups = rng.choice(sorted(choice), size=lines, replace=False).tolist()
    return tuple(choice[group][int(rng.integers(len(choice[group])))] for group in groups)


def _one(by_group: ByGroup, rng: np.random.Generator) -> Goods:
    members = by_group[sorted(by_group)[int(rng.integers(len(by_group)))]]
    return members[int(rng.integers(len(members)))]


def _without_cars(by_group: ByGroup) -> ByGroup:
    left = {group: [goods for goods in members if goods.style != "cars"] for group, members in by_group.items()}
    return {group: members for group, members in left.items() if members}
