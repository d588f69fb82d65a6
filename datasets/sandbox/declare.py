"""What the trader says of a unit: honest up to rounding, or false in one named way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from datasets.pool.records import Falsehood
from datasets.sandbox.goods import Goods
from datasets.sandbox.plan import ScanPlan
from datasets.sandbox.scene import Load
from declarations.schema import Line, Package

_SHORT, _OVER = (0.45, 0.8), (1.25, 1.9)


@dataclass(frozen=True)
class UnitDeclaration:
    """What is declared of one unit (`lines` may be empty), its honest counterpart, and how the two differ."""

    lines: tuple[Line, ...]
    actual: tuple[Line, ...]
    declared_empty: bool
    falsehoods: tuple[Falsehood, ...]


def declare(plan: ScanPlan, loads: Sequence[Load], rng: np.random.Generator) -> UnitDeclaration:
    """Declare what was loaded, as the plan says."""
    actual = tuple(_line(number, load, load.goods, _gross(load.mass_kg, rng)) for number, load in enumerate(loads, 1))
    if plan.empty:
        return UnitDeclaration((), (), True, ())
    kind = plan.falsehood
    mass = round(sum(load.mass_kg for load in loads), 1)
    if kind is None:
        return UnitDeclaration(actual, actual, False, ())
    if kind == "declared_empty":
        return UnitDeclaration((), actual, True, (Falsehood(kind=kind, facts={"mass_kg": mass}),))
    if kind == "goods_swapped":
        return _swapped(plan, loads, actual)
    if kind == "undeclared_goods":
        hidden = loads[-1]
        facts = {"goods_group": hidden.goods.group, "mass_kg": round(hidden.mass_kg, 1)}
        return UnitDeclaration(actual[:-1], actual, False, (Falsehood(kind=kind, facts=facts),))
    factor = float(rng.uniform(*(_SHORT if kind == "weight_short" else _OVER)))
    # Rounded by the same habits as honest masses: the last digits must not give a lie away.
    lines = tuple(_line(line.line_no, load, load.goods, _gross((line.gross_mass_kg or 0.0) * factor, rng))
                  for line, load in zip(actual, loads, strict=True))  # fmt: skip
    facts = {"factor": round(factor, 3), "mass_kg": mass}
    return UnitDeclaration(lines, actual, False, (Falsehood(kind=kind, facts=facts),))


def _swapped(plan: ScanPlan, loads: Sequence[Load], actual: tuple[Line, ...]) -> UnitDeclaration:
    """The first line under another code, its mass as it is: a weighbridge would notice nothing."""
    told = plan.declared_as
    if told is None:
        raise ValueError("a plan of swapped goods says what they are declared as; found none; draw it with plan_scan")
    first = _line(1, loads[0], told, actual[0].gross_mass_kg or 0.0)
    facts = {"declared_group": told.group, "goods_group": loads[0].goods.group}
    return UnitDeclaration((first, *actual[1:]), actual, False, (Falsehood(kind="goods_swapped", facts=facts),))


def _line(number: int, load: Load, told: Goods, gross_kg: float) -> Line:
    return Line(
        line_no=number,
        commodity_code=told.commodity_code,
        description=told.description,
        language="en",
        gross_mass_kg=float(gross_kg),
        net_mass_kg=float(round(gross_kg * told.net_share)),
        packages=(Package(count=load.packages, type=told.package),),
    )


def _gross(mass_kg: float, rng: np.random.Generator) -> float:
    """Rounded as traders round: to the kilogram, to ten, or to three digits."""
    habit = rng.random()
    if habit < 0.5:
        return float(round(mass_kg))
    if habit < 0.8:
        return float(round(mass_kg, -1))
    return float(f"{mass_kg:.3g}")
