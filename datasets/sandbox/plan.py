"""What each scan will be, drawn from the seed before anything is laid: cheap, and the same for any number of workers.

Scans come in twos, so that a consignment may span two of them; each pair has its own random stream.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.sandbox.cargo.goods import Goods, goods_by_group
from datasets.sandbox.declaring.falsehoods import FALSEHOODS
from datasets.sandbox.declaring.swaps import draw_real
from datasets.sandbox.declaring.trader import Trader, draw_trader

__all__ = ["FALSEHOODS", "Rates", "ScanPlan", "plan_scan", "scan_rng"]

_PAIR_STREAM, _SCAN_STREAM, _TRADER_STREAM = 0, 1, 2
_MOST_LINES = 3
_SHARED_SHARE = 0.08  # share of pairs of scans that show one consignment


@dataclass(frozen=True)
class ScanPlan:
    """What one scan will show, and what will be said of it.

    `consignment` numbers the declaration and the group; two scans may have one. `goods` are truly loaded (the last
    one is not declared where `falsehood` is `undeclared_goods`); `declared_as` is what the first one passes for where
    it is `goods_swapped`. `trader` is the hand that declares the consignment.
    """

    index: int
    consignment: int
    month: str
    goods: tuple[Goods, ...]
    falsehood: str | None
    declared_as: Goods | None
    contraband: bool
    trader: Trader

    @property
    def empty(self) -> bool:
        """Whether no goods are loaded."""
        return not self.goods


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


def plan_scan(seed: int, index: int, rates: Rates) -> ScanPlan:
    """Plan of scan `index`."""
    pair = np.random.default_rng(np.random.SeedSequence([seed, _PAIR_STREAM, index // 2]))
    own = scan_rng(seed, index, 0)
    shared = pair.random() < _SHARED_SHARE
    consignment = index - index % 2 if shared else index
    month, told, falsehood, goods = _consignment(pair if shared else own, rates)
    declared_as = told[0] if falsehood == "goods_swapped" else None
    contraband = bool(scan_rng(seed, index, 1).random() < rates.contraband)
    trader = draw_trader(np.random.default_rng(np.random.SeedSequence([seed, _TRADER_STREAM, consignment])))
    return ScanPlan(index, consignment, month, goods, falsehood, declared_as, contraband, trader)


def scan_rng(seed: int, index: int, purpose: int) -> np.random.Generator:
    """Random stream of a scan for one purpose (0 plan, 1 whether hidden, 2 scene, 3 noise, 4 declaration, 5 hiding)."""
    return np.random.default_rng(np.random.SeedSequence([seed, _SCAN_STREAM, index, purpose]))


def _consignment(
    rng: np.random.Generator, rates: Rates
) -> tuple[str, tuple[Goods, ...], str | None, tuple[Goods, ...]]:
    """Month, goods told, what is false of them, and goods loaded.

    What is told is drawn first, and the same for honest and false declarations: what is there then follows from the
    lie. So no name, no code and no number of lines can give a lie away.
    """
    month = f"2025-{int(rng.integers(1, 13)):02d}"
    kind = rng.random()
    if rates.mismatch <= kind < rates.mismatch + rates.empty:
        return month, (), None, ()
    told = _pick(int(rng.choice([1, 2, _MOST_LINES], p=[0.62, 0.25, 0.13])), rng)
    if kind >= rates.mismatch:
        return month, told, None, told
    falsehood = _falsehood(told, rng)
    if falsehood == "goods_swapped":
        return month, told, falsehood, (draw_real(told, rng), *told[1:])
    if falsehood == "undeclared_goods":
        return month, told, falsehood, (*told, _extra(told, rng))
    return month, told, falsehood, told


def _falsehood(told: tuple[Goods, ...], rng: np.random.Generator) -> str:
    """All kinds alike; where there is no room for undeclared goods, another of those that leave lines to compare.

    `declared_empty` takes no share of these, or what is told would lean one way among declarations with lines.
    """
    kind = str(rng.choice(FALSEHOODS))
    if kind == "undeclared_goods" and (len(told) == _MOST_LINES or told[0].style == "cars"):
        return str(rng.choice([other for other in FALSEHOODS if other not in ("undeclared_goods", "declared_empty")]))
    return kind


def _pick(lines: int, rng: np.random.Generator) -> tuple[Goods, ...]:
    """Goods of different groups; a car needs the unit to itself."""
    by_group = goods_by_group()
    groups = rng.choice(sorted(by_group), size=lines, replace=False).tolist()
    picked = []
    for group in groups:
        members = [goods for goods in by_group[group] if lines == 1 or goods.style != "cars"]
        picked.append(members[int(rng.integers(len(members)))])
    return tuple(picked)


def _extra(told: tuple[Goods, ...], rng: np.random.Generator) -> Goods:
    """Goods of a group that is not told, laid beside the others: no car."""
    groups = {goods.group for goods in told}
    by_group = goods_by_group()
    others = [group for group in sorted(by_group) if group not in groups]
    members = [goods for goods in by_group[others[int(rng.integers(len(others)))]] if goods.style != "cars"]
    return members[int(rng.integers(len(members)))]
