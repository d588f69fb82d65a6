from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datasets.sandbox.declaring.tariffs import all_tariffs
from datasets.sandbox.declaring.trader import ROUNDING_ERROR, draw_trader, rounded
from datasets.sandbox.declaring.wording import LANGUAGES

HABITS = ("tenth", "kilogram", "ten", "three_digits")


@given(st.floats(0, 40_000), st.sampled_from(HABITS))
@example(0.0, "ten")
@example(500.0, "ten")
@example(49.999, "kilogram")
def test_rounding_changes_a_mass_by_a_hundredth_at_most(mass_kg, habit):
    told = rounded(mass_kg, habit)
    assert abs(told - mass_kg) <= max(ROUNDING_ERROR * mass_kg, 0.05) + 1e-9
    assert told == rounded(told, habit)
    assert told >= 0


@pytest.mark.parametrize(
    ("habit", "told"), [("tenth", 12346.8), ("kilogram", 12347.0), ("ten", 12350.0), ("three_digits", 12300.0)]
)
def test_each_habit_rounds_in_its_own_way(habit, told):
    assert rounded(12346.78, habit) == told


def test_every_habit_is_somebodys_and_languages_are_those_of_the_country():
    traders = [draw_trader(np.random.default_rng(seed)) for seed in range(1000)]
    assert all(trader.language in trader.tariff.languages for trader in traders)
    assert {trader.language for trader in traders} == set(LANGUAGES)
    assert {trader.tariff for trader in traders} == set(all_tariffs())
    assert {trader.rounding for trader in traders} == set(HABITS)
    for habit in ("net", "capitals", "accents", "by_pallet", "short_form", "slip_rate", "split_rate"):
        counts = Counter(getattr(trader, habit) for trader in traders)
        assert len(counts) >= 2
        assert min(counts.values()) > 50
