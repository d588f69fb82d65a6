"""Whether a declaration gives itself away: what liars write is what they would write if it were true."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ks_2samp

from datasets.sandbox.declaring.declare import declare
from datasets.sandbox.declaring.falsehoods import FALSEHOODS
from datasets.sandbox.declaring.tariffs import national_code
from datasets.sandbox.plan import Rates, scan_rng
from tests.datasets.sandbox.laden import loads_of, told_of, wording
from tests.datasets.sandbox.ordering import lone, plan_of


@cache
def drawn():
    """Four thousand declarations with lines, half of them false: consignment, declaration, number."""
    found = []
    for index in range(4400):
        consignment = lone(plan_of(11, index, Rates(0, 0.5, 0)))
        if consignment is None or consignment.part:  # a shared consignment would count twice
            continue
        said = declare(consignment, loads_of(consignment, scan_rng(11, index, 2)), scan_rng(11, index, 4))
        if said.lines:
            found.append((consignment, said, index))
    return found[:4000]


def split(of):
    """A figure of honest and of false declarations."""
    return tuple(
        [of(told, said) for told, said, _ in drawn() if bool(said.falsehoods) == false] for false in (False, True)
    )


def test_liars_write_as_they_would_if_it_were_true():
    """Two thousand liars, each beside an honest self who loaded what is told: no word, code or line is another."""
    for consignment, said, index in drawn():
        if not said.falsehoods:
            continue
        honest = replace(consignment, goods=told_of(consignment), falsehood=None)
        loads = loads_of(honest, np.random.default_rng(index))
        lines = declare(honest, loads, scan_rng(11, index, 4)).lines
        assert wording(lines) == wording(said.lines)


# Ten tests of one family: each at 0.001, so that chance fails the family once in a hundred seeds; the seed is fixed.
ALPHA = 0.001


@pytest.mark.parametrize(
    "of",
    [
        lambda _, said: sum(len(line.description) for line in said.lines),
        lambda _, said: len(said.lines[0].description),
        lambda _, said: len(said.lines),
        lambda _, said: int(said.lines[0].commodity_code[:4]),
    ],
    ids=["text", "first-text", "lines", "heading"],
)
def test_lengths_and_headings_are_those_of_honest_declarations(of):
    honest, false = split(of)
    assert min(len(honest), len(false)) > 1500
    assert ks_2samp(honest, false).pvalue > ALPHA


def digit(mass_kg):
    """How a mass is rounded, as far as its figures show: tenths, units, or tens."""
    return 0 if mass_kg % 1 else 1 if mass_kg % 10 else 2


@pytest.mark.parametrize(
    "of",
    [
        lambda _, said: len(said.lines[0].commodity_code),
        lambda _, said: said.lines[0].nomenclature,
        lambda _, said: said.lines[0].language,
        lambda _, said: digit(said.lines[0].gross_mass_kg),
        lambda _, said: said.lines[0].commodity_code[:2],
        lambda _, said: said.lines[0].packages[0].type,
    ],
    ids=["digits", "nomenclature", "language", "rounding", "chapter", "package"],
)
def test_habits_are_those_of_honest_declarations(of):
    honest, false = split(of)
    kinds = sorted(set(honest) | set(false))
    counts = np.array([[figures.count(kind) for kind in kinds] for figures in (honest, false)])
    common = counts.sum(axis=0) >= 20
    counts = np.column_stack([counts[:, common], counts[:, ~common].sum(axis=1) + 1])
    assert chi2_contingency(counts).pvalue > ALPHA


def test_what_is_told_keeps_its_zeros_its_kind_and_its_peace():
    """Codes are text of 6, 8 or 10 digits; equal goods have equal codes in a country; no text looks like an attack."""
    codes = {}
    for consignment, said, _ in drawn():
        tariff = consignment.trader.tariff
        told = {national_code(goods.commodity_code, tariff) for goods in told_of(consignment)}
        assert {line.commodity_code for line in said.lines} == told
        for line in said.lines:
            assert line.model_dump(mode="json")["commodity_code"] == line.commodity_code
            assert len(line.commodity_code) == tariff.digits
            key = (tariff.country, line.commodity_code[:6])
            assert codes.setdefault(key, line.commodity_code) == line.commodity_code
            assert re.fullmatch(r"[^\W\d_](?:[^\W_]|[ ./-])*", line.description)
            assert "--" not in line.description
            assert "//" not in line.description
    assert sum(code.startswith("0") for code in codes.values()) > 20
    assert {len(code) for code in codes.values()} == {6, 8, 10}
    assert {one.kind for _, said, _ in drawn() for one in said.falsehoods} == set(FALSEHOODS) - {"declared_empty"}
    distances = {one.facts.get("distance") for _, said, _ in drawn() for one in said.falsehoods}
    assert distances == {"near", "far", None}
