"""A trader's habits: country, language, spelling, rounding. Drawn before anyone knows whether the trader lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from datasets.sandbox.declaring.tariffs import Tariff, all_tariffs
from datasets.sandbox.declaring.wording import Language

Rounding = Literal["tenth", "kilogram", "ten", "three_digits"]
NetHabit = Literal["weighed", "tare_table", "as_gross"]
_STEP_KG: dict[Rounding, float] = {"tenth": 0.1, "kilogram": 1.0, "ten": 10.0}
ROUNDING_ERROR = 0.01  # no habit rounds away more of a mass, but for tenths of a kilogram


@dataclass(frozen=True, slots=True)
class Trader:
    """Whoever files one declaration: the same habits for all its units and lines.

    `slip_rate` is the chance of a misspelling in a line, `split_rate` that of goods told in two lines instead of one;
    `by_pallet` counts pallets where there are some, `short_form` adds the package type to the description.
    """

    tariff: Tariff
    language: Language
    capitals: bool
    accents: bool
    slip_rate: float
    split_rate: float
    rounding: Rounding
    net: NetHabit
    by_pallet: bool
    short_form: bool


def draw_trader(rng: np.random.Generator) -> Trader:
    """Draw a trader."""
    tariffs = all_tariffs()
    tariff = tariffs[int(rng.integers(len(tariffs)))]
    rounding: tuple[Rounding, ...] = ("tenth", "kilogram", "ten", "three_digits")
    net: tuple[NetHabit, ...] = ("weighed", "tare_table", "as_gross")
    return Trader(
        tariff=tariff,
        language=tariff.languages[int(rng.integers(len(tariff.languages)))],
        capitals=bool(rng.random() < 0.4),
        accents=bool(rng.random() < 0.6),
        slip_rate=float(rng.choice([0.02, 0.1, 0.35], p=[0.5, 0.35, 0.15])),
        split_rate=float(rng.choice([0.05, 0.4], p=[0.75, 0.25])),
        rounding=rounding[int(rng.choice(4, p=[0.15, 0.4, 0.25, 0.2]))],
        net=net[int(rng.choice(3, p=[0.5, 0.35, 0.15]))],
        by_pallet=bool(rng.random() < 0.25),
        short_form=bool(rng.random() < 0.4),
    )


def rounded(mass_kg: float, habit: Rounding) -> float:
    """A mass as the habit writes it, kg: off by at most `ROUNDING_ERROR` of it, or by 0.05 kg where that is more.

    Nobody writes 10 kg for 6: a habit too coarse for a small mass gives way to the next finer one.
    """
    if habit == "three_digits":
        return float(f"{mass_kg:.3g}")
    steps = [step for step in _STEP_KG.values() if step <= _STEP_KG[habit] and step / 2 <= ROUNDING_ERROR * mass_kg]
    step = max(steps, default=0.1)
    return round(round(mass_kg / step) * step, 1)
