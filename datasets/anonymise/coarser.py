"""What is declared, made coarser: short codes, rounded masses, regions of origin, wording of known words alone."""

from __future__ import annotations

import re

from datasets.anonymise.regions import is_country, region_of
from datasets.anonymise.rules import Rules
from datasets.anonymise.wording import cleaned
from declarations.schema import Line, Package

_PACKAGE_CODE = re.compile(r"[A-Z0-9]{2}")
"""UN/ECE Recommendation 21; a type in words could hold anything."""
_NOMENCLATURE = re.compile(r"HS(19|20)\d{2}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def coarser_line(line: Line, rules: Rules) -> Line:
    """A line as the rules let it pass."""
    keeps_words = rules.descriptions == "keep"
    return Line(
        line_no=line.line_no,
        commodity_code=line.commodity_code[: rules.code_digits],
        nomenclature=line.nomenclature if _NOMENCLATURE.fullmatch(line.nomenclature) else "HS2022",
        description=cleaned(line.description) if keeps_words else "",
        language=line.language if keeps_words and _LANGUAGE.fullmatch(line.language or "") else None,
        gross_mass_kg=rounded_kg(line.gross_mass_kg, rules),
        net_mass_kg=rounded_kg(line.net_mass_kg, rules),
        packages=tuple(map(_package, line.packages)),
        origin=_origin(line.origin or "", rules),
    )


def rounded_kg(kilograms: float | None, rules: Rules) -> float | None:
    """The nearest multiple of the step of the rules; the mass itself where that is 0, None where there is none."""
    if not rules.mass_step_kg or kilograms is None:
        return kilograms
    return round(rules.mass_step_kg * round(kilograms / rules.mass_step_kg), 6)


def _package(package: Package) -> Package:
    code = package.type.strip().upper()
    return Package(count=package.count, type=code if _PACKAGE_CODE.fullmatch(code) else "package")


def _origin(country: str, rules: Rules) -> str | None:
    if rules.origin == "none" or not is_country(country):
        return None
    return region_of(country) if rules.origin == "region" else country.upper()
