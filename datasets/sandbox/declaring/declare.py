"""What a trader says of a consignment: honest up to the noise of life, or false in one named way.

True loads become claims, a lie bends the claims, and the trader writes them down as lines. Each step has random streams
of its own, so that a lie changes no word, no rounding and no code of what is not a lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from datasets.pool.records import Falsehood
from datasets.sandbox.declaring.claims import Claim, claim_of, true_line, weighbridge
from datasets.sandbox.declaring.declarable import Declarable
from datasets.sandbox.declaring.falsehoods import bend
from datasets.sandbox.declaring.misspelling import misspell, without_accents
from datasets.sandbox.declaring.tariffs import national_code
from datasets.sandbox.declaring.trader import Trader, rounded
from datasets.sandbox.declaring.wording import PackageType, package_types, synonyms
from datasets.sandbox.plan import Consignment
from datasets.sandbox.scene import Load
from declarations.schema import Line, Package


@dataclass(frozen=True)
class ConsignmentDeclaration:
    """What is declared of a consignment in one unit, what is really there, and how the two differ.

    Without `lines` the unit is declared empty.

    `actual` has one line a load, free of a trader's habits: six digits, English, masses to a gram.
    """

    lines: tuple[Line, ...]
    actual: tuple[Line, ...]
    falsehoods: tuple[Falsehood, ...]


def declare(consignment: Consignment, loads: Sequence[Load], rng: np.random.Generator) -> ConsignmentDeclaration:
    """Declare what was loaded (at least one load), as the plan says, in the hand of the consignment's trader."""
    true = [claim_of(load) for load in loads]
    return declare_claims(true, consignment.falsehood, consignment.declared_as, consignment.trader, rng)


def declare_claims(
    true: Sequence[Claim],
    falsehood: str | None,
    declared_as: Declarable | None,
    trader: Trader,
    rng: np.random.Generator,
) -> ConsignmentDeclaration:
    """Declare claims that are true (at least one), honestly or with one falsehood, in a trader's hand."""
    lie_rng, bridge_rng, *hands = rng.spawn(2 + len(true))
    told = bend(falsehood, true, declared_as, lie_rng)
    bridge = weighbridge(bridge_rng)
    written = [
        line
        for claim, hand in zip(told.claims, hands, strict=False)
        for line in write_lines(claim.times(bridge), trader, hand)
    ]
    return ConsignmentDeclaration(
        lines=tuple(line.model_copy(update={"line_no": number}) for number, line in enumerate(written, 1)),
        actual=tuple(true_line(number, claim) for number, claim in enumerate(true, 1)),
        falsehoods=() if told.falsehood is None else (told.falsehood,),
    )


def write_lines(claim: Claim, trader: Trader, rng: np.random.Generator) -> tuple[Line, ...]:
    """One claim as a trader writes it: one line, or two that share its packages and masses. Line numbers are all 1."""
    splits, share = rng.random() < trader.split_rate, float(rng.uniform(0.25, 0.75))
    counted = _counted(claim, trader)
    if not splits or counted < 2:
        return (_line(claim, trader, rng),)
    first = min(max(round(counted * share), 1), counted - 1)
    # Masses follow the packages: both lines are of the same goods.
    return tuple(_line(_part(claim, trader, count, counted), trader, rng) for count in (first, counted - first))


def describe(claim: Claim, package: PackageType, trader: Trader, rng: np.random.Generator) -> str:
    """Goods in the trader's language and spelling; nothing in it but the goods' name depends on the claim."""
    names = synonyms(claim.goods.key, trader.language)
    text = names[int(rng.random() * len(names))]
    slips = rng.random() < trader.slip_rate
    wrong = misspell(text, rng)
    text = wrong if slips else text
    if trader.short_form:
        text = f"{text} {package.short(trader.language)}"
    text = text if trader.accents else without_accents(text)
    return text.upper() if trader.capitals else text


def _line(claim: Claim, trader: Trader, rng: np.random.Generator) -> Line:
    types = package_types("pallet" if _by_pallet(claim, trader) else claim.goods.package)
    # Mostly the right code, at times one that is used loosely.
    package = types[int(rng.random() ** 3 * len(types))]
    count = _counted(claim, trader)
    gross = rounded(claim.gross_kg, trader.rounding)
    return Line(
        line_no=1,
        commodity_code=national_code(claim.goods.commodity_code, trader.tariff),
        nomenclature=trader.tariff.nomenclature,
        description=describe(claim, package, trader, rng),
        language=trader.language,
        gross_mass_kg=gross,
        net_mass_kg=_net(claim, gross, count, trader),
        packages=(Package(count=count, type=package.code),),
    )


def _net(claim: Claim, gross: float, count: int, trader: Trader) -> float:
    """Net mass by habit: weighed, gross less a tare for each package from a table, or simply the gross again."""
    if trader.net == "as_gross":
        return gross
    net = claim.net_kg
    if trader.net == "tare_table":
        net = max(gross - count * round((claim.gross_kg - net) / max(count, 1), 1), 0.0)
    return min(rounded(net, trader.rounding), gross)


def _by_pallet(claim: Claim, trader: Trader) -> bool:
    return trader.by_pallet and claim.pallets > 0


def _counted(claim: Claim, trader: Trader) -> int:
    return claim.pallets if _by_pallet(claim, trader) else claim.packages


def _part(claim: Claim, trader: Trader, count: int, of: int) -> Claim:
    part = claim.times(count / of)
    return replace(part, pallets=count) if _by_pallet(claim, trader) else replace(part, packages=count)
