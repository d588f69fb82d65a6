"""What each scan will be, drawn from the seed before anything is laid: cheap, and the same for any number of workers.

Scans come in twos, so that a consignment may span two of them; each pair has its own random stream.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.sandbox.goods import Goods, goods_by_group

FALSEHOODS = ("goods_swapped", "undeclared_goods", "weight_short", "weight_over", "declared_empty")
_PAIR_STREAM, _SCAN_STREAM = 0, 1
_SHARED_SHARE = 0.08  # share of pairs of scans that show one consignment


@dataclass(frozen=True)
class ScanPlan:
    """What one scan will show, and what will be said of it.

    `consignment` numbers the declaration and the group; two scans may have one. `goods` are truly loaded (the last
    one is not declared where `falsehood` is `undeclared_goods`); `declared_as` replaces the first one's code where
    it is `goods_swapped`.
    """

    index: int
    consignment: int
    month: str
    goods: tuple[Goods, ...]
    falsehood: str | None
    declared_as: Goods | None
    contraband: bool

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
    goods, falsehood, month = _consignment(pair if shared else own, rates)
    declared_as = None
    if falsehood == "goods_swapped":
        declared_as = _swapped(goods, pair if shared else own)
    contraband = bool(scan_rng(seed, index, 1).random() < rates.contraband)
    return ScanPlan(index, consignment, month, goods, falsehood, declared_as, contraband)


def scan_rng(seed: int, index: int, purpose: int) -> np.random.Generator:
    """Random stream of a scan for one purpose (0 plan, 1 whether hidden, 2 scene, 3 noise, 4 declaration, 5 hiding)."""
    return np.random.default_rng(np.random.SeedSequence([seed, _SCAN_STREAM, index, purpose]))


def _consignment(rng: np.random.Generator, rates: Rates) -> tuple[tuple[Goods, ...], str | None, str]:
    month = f"2025-{int(rng.integers(1, 13)):02d}"
    kind = rng.random()
    if kind < rates.mismatch:
        falsehood = str(rng.choice(FALSEHOODS))
    elif kind < rates.mismatch + rates.empty:
        return (), None, month
    else:
        falsehood = None
    lines = int(rng.choice([1, 2, 3], p=[0.62, 0.25, 0.13]))
    if falsehood == "undeclared_goods":
        lines = min(lines + 1, 3)
    return _pick(lines, rng), falsehood, month


def _pick(lines: int, rng: np.random.Generator) -> tuple[Goods, ...]:
    """Goods of different groups; a car needs the unit to itself."""
    by_group = goods_by_group()
    groups = rng.choice(sorted(by_group), size=lines, replace=False).tolist()
    picked = []
    for group in groups:
        members = [goods for goods in by_group[group] if lines == 1 or goods.style != "cars"]
        picked.append(members[int(rng.integers(len(members)))])
    return tuple(picked)


def _swapped(goods: tuple[Goods, ...], rng: np.random.Generator) -> Goods:
    """Goods of a group that is not in the unit."""
    there = {kind.group for kind in goods}
    groups = [group for group in sorted(goods_by_group()) if group not in there]
    members = goods_by_group()[groups[int(rng.integers(len(groups)))]]
    return members[int(rng.integers(len(members)))]
