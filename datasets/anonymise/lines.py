"""A row of a table -> the line that it declares, as exact as it stands there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from datasets.anonymise.rows import Cell, Row
from declarations.cells import KG_PER_UNIT, parse_count, parse_flag, parse_number, parse_packages
from declarations.errors import DeclarationError
from declarations.hs import normalise_code
from declarations.schema import Line


def line_of(row: Row, line_no: int, decimal_mark: str | None) -> Line:
    """The line that a row declares, under a number of ours.

    Raises:
        DeclarationError: when a cell can not be read; the message names the row.
    """
    cells = row.cells
    try:
        return Line(
            line_no=line_no,
            commodity_code=normalise_code(text_of(cells, "commodity_code")),
            nomenclature=text_of(cells, "nomenclature"),
            description=text_of(cells, "description"),
            language=text_of(cells, "language") or None,
            gross_mass_kg=mass_of(cells, "gross_mass", decimal_mark),
            net_mass_kg=mass_of(cells, "net_mass", decimal_mark),
            packages=parse_packages(text_of(cells, "packages")),
            origin=text_of(cells, "origin") or None,
        )
    except DeclarationError as error:
        raise DeclarationError(error.rule, f"{row.place}: {error.found}", error.remedy) from error


def stated_number(row: Row) -> int | None:
    """Number that a row gives its line; None where it gives none.

    Raises:
        DeclarationError: when it is no whole number from 1.
    """
    text = text_of(row.cells, "line_no")
    return parse_count(text) if text else None


def mass_of(cells: Mapping[str, Cell], mass: str, decimal_mark: str | None) -> float | None:
    """A mass in kilograms; None where the row gives none.

    Raises:
        DeclarationError: when the number has two readings or none, or two columns give it.
    """
    stated = [unit for unit in KG_PER_UNIT if text_of(cells, f"{mass}_{unit}")]
    if len(stated) > 1:
        raise DeclarationError(f"one column gives {mass}", f"{stated}", "keep one of them")
    if not stated:
        return None
    value = cells[f"{mass}_{stated[0]}"]
    mark = decimal_mark if isinstance(value, str) else "."  # a number of JSON has one reading
    return float(parse_number(text_of(cells, f"{mass}_{stated[0]}"), mark) * KG_PER_UNIT[stated[0]])


def is_empty(row: Row) -> bool | None:
    """Whether a row says that the unit is empty; None where it does not speak of it."""
    return parse_flag(text_of(row.cells, "declared_empty"))


def text_of(cells: Mapping[str, Cell], name: str) -> str:
    """Text of a cell, without white space at its ends; empty where there is none."""
    value = cells.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return "" if value is None else str(value).strip()
