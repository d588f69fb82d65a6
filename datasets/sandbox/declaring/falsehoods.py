"""Lies: each bends claims in one way and says what it bent. How lines are written afterwards knows nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from datasets.pool.records import Falsehood
from datasets.sandbox.declaring.claims import Claim
from datasets.sandbox.declaring.declarable import Declarable
from datasets.sandbox.declaring.swaps import are_near

FALSEHOODS = ("goods_swapped", "undeclared_goods", "weight_short", "weight_over", "declared_empty", "count_wrong")
SHORT, OVER = (0.45, 0.8), (1.25, 1.9)
MISCOUNT = (0.15, 0.6)  # by what share of the true number a count is off


@dataclass(frozen=True)
class Told:
    """The claims that a declaration makes, and what is false in them; `falsehood` None: nothing."""

    claims: tuple[Claim, ...]
    falsehood: Falsehood | None = None


def bend(kind: str | None, claims: Sequence[Claim], declared_as: Declarable | None, rng: np.random.Generator) -> Told:
    """True claims (at least one) -> the claims of a liar of one kind of `FALSEHOODS`, or of an honest trader.

    Raises:
        ValueError: when goods are swapped and nothing says for what, or no such kind exists.
    """
    true = tuple(claims)
    mass = round(sum(claim.gross_kg for claim in true), 3)
    if kind is None:
        return Told(true)
    if kind == "declared_empty":
        return Told((), Falsehood(kind=kind, facts={"mass_kg": mass}))
    if kind == "goods_swapped":
        return _swapped(true, declared_as)
    if kind == "undeclared_goods":
        return Told(true[:-1], Falsehood(kind=kind, facts=_facts(true[-1])))
    if kind in ("weight_short", "weight_over"):
        factor = float(rng.uniform(*(SHORT if kind == "weight_short" else OVER)))
        facts = {"factor": round(factor, 3), "mass_kg": mass}
        return Told(tuple(claim.times(factor) for claim in true), Falsehood(kind=kind, facts=facts))
    if kind == "count_wrong":
        return _miscounted(true, rng)
    raise ValueError(f"a falsehood is one of {', '.join(FALSEHOODS)}; found {kind!r}; use one of them")


def wrong_count(count: int, rng: np.random.Generator) -> int:
    """A number of packages off by `MISCOUNT` of the true one (1 or more), as often too low as too high.

    One package has no such neighbour: it is told as two.
    """
    least, most = MISCOUNT
    low, high = (ceil(count * (1 - most)), floor(count * (1 - least))), (
        ceil(count * (1 + least)), floor(count * (1 + most))
    )  # fmt: skip
    ranges = [(first, last) for first, last in (low, high) if 1 <= first <= last]
    if not ranges:
        return count + 1
    first, last = ranges[int(rng.integers(len(ranges)))]
    return int(rng.integers(first, last + 1))


def _swapped(true: tuple[Claim, ...], told: Declarable | None) -> Told:
    """The first goods under another name, their mass and count as they are: a weighbridge would notice nothing."""
    if told is None:
        raise ValueError("a plan of swapped goods says what they are declared as; found none; draw it with plan_scan")
    goods = true[0].goods
    facts = {
        **_facts(true[0]),
        "declared_group": told.group,
        "declared_code": told.commodity_code,
        "distance": "near" if are_near(goods, told) else "far",
    }
    return Told((true[0].called(told), *true[1:]), Falsehood(kind="goods_swapped", facts=facts))


def _miscounted(true: tuple[Claim, ...], rng: np.random.Generator) -> Told:
    """The most numerous goods with another number of packages, and of pallets; masses as weighed.

    Only counting finds it: a trader who hides cartons would let the masses follow, and that is `weight_short`.
    """
    worst = max(range(len(true)), key=lambda number: true[number].packages)
    claim = true[worst]
    packages = wrong_count(claim.packages, rng)
    pallets = wrong_count(claim.pallets, rng) if claim.pallets else 0
    facts = {
        **_facts(claim),
        "packages": claim.packages,
        "declared_packages": packages,
        "pallets": claim.pallets,
        "declared_pallets": pallets,
    }
    told = replace(claim, packages=packages, pallets=pallets)
    return Told((*true[:worst], told, *true[worst + 1 :]), Falsehood(kind="count_wrong", facts=facts))


def _facts(claim: Claim) -> dict[str, str | int | float | bool | None]:
    goods = claim.goods
    return {
        "goods_group": goods.group,
        "goods_code": goods.commodity_code,
        "mass_kg": round(claim.gross_kg, 3),
    }
