"""Text of a table's cell -> value. Nothing is guessed: text with two readings is refused."""

from __future__ import annotations

import re
from decimal import Decimal

from declarations.errors import DeclarationError, shortened
from declarations.schema import Package

KG_PER_UNIT = {"kg": Decimal(1), "t": Decimal(1000), "lb": Decimal("0.45359237")}
DECIMAL_MARKS = (".", ",")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_PACKAGE = re.compile(r"([0-9]{1,9})\s*([^0-9\s].*)?")


def parse_mass(text: str, unit: str, decimal_mark: str | None) -> float | None:
    """Mass in kilograms; None for an empty cell.

    Raises:
        DeclarationError: as `parse_number`.
    """
    return None if not text.strip() else float(parse_number(text, decimal_mark) * KG_PER_UNIT[unit])


def parse_number(text: str, decimal_mark: str | None) -> Decimal:
    """Number >= 0 of at most twelve digits before the mark; the mark's opposite may group digits by three.

    Without `decimal_mark` a number is taken only if one reading exists: 1250.5, 0,125 and 1,250.5 have one;
    12.345 has two.

    Raises:
        DeclarationError: when it is no such number, or has two readings.
    """
    marks = DECIMAL_MARKS if decimal_mark is None else (decimal_mark,)
    readings = {value for mark in marks if (value := _reading(text.strip(), mark)) is not None}
    if len(readings) > 1:
        raise DeclarationError(
            "a decimal mark is stated, never guessed",
            f"{text.strip()!r}, which has two readings",
            "state it with --decimal_mark, or with a first line '# decimal_mark=.' or '# decimal_mark=,'",
        )
    if not readings:
        rule = "a mass is a plain number >= 0 without unit, sign, exponent or formula"
        mark = "" if decimal_mark is None else f" with decimal mark {decimal_mark!r}"
        raise DeclarationError(rule, shortened(text) + mark, "give digits and a decimal mark")
    return readings.pop()


def parse_count(text: str) -> int:
    """Whole number from 1.

    Raises:
        DeclarationError: when it is none, or has more than nine digits.
    """
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or int(text) == 0:
        raise DeclarationError("a line number is a whole number from 1", shortened(text), "number the lines 1, 2, 3")
    return int(text)


def parse_flag(text: str) -> bool | None:
    """true, yes or 1; false, no or 0; None for an empty cell.

    Raises:
        DeclarationError: for anything else.
    """
    word = text.strip().lower()
    if word and word not in _TRUE + _FALSE:
        raise DeclarationError("a flag is true or false", shortened(text), "write true, false, or leave it empty")
    return word in _TRUE if word else None


def parse_packages(text: str) -> tuple[Package, ...]:
    """Packages such as `40 CT`, several joined by `|` (`40 CT | 2 PX`); a bare count is of the type `package`.

    Raises:
        DeclarationError: when a part does not start with a count.
    """
    if not text.strip():
        return ()
    matches = [_PACKAGE.fullmatch(part.strip()) for part in text.split("|")]
    if not all(matches):
        raise DeclarationError(
            "packages are a count and a type, as in `40 CT | 2 PX`", shortened(text), "mend the cell"
        )
    return tuple(Package(count=int(found[1]), type=found[2] or "package") for found in matches if found)


def _reading(text: str, mark: str) -> Decimal | None:
    """`text` as a number whose decimal mark is `mark`; None where it is none."""
    other = DECIMAL_MARKS[1 - DECIMAL_MARKS.index(mark)]
    grouped = rf"[1-9][0-9]{{0,2}}(?:{re.escape(other)}[0-9]{{3}}){{1,3}}"
    if not re.fullmatch(rf"(?:[0-9]{{1,12}}|{grouped})(?:{re.escape(mark)}[0-9]{{1,9}})?", text):
        return None
    return Decimal(text.replace(other, "").replace(mark, "."))
