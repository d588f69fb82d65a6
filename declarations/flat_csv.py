"""Flat CSV of an operator, a row for each declared line -> declarations.

Columns: `scan_id, declaration_id, line_no, commodity_code, description, gross_mass_kg, net_mass_kg, packages,
declared_empty`, and `tare_kg` of the empty unit if known. Required are `declaration_id` and `commodity_code`. A mass
column names its unit (`_kg`, `_t`, `_lb`) or leaves it to the option. A row that names a scan gives the masses of what
is in that scan. An empty unit is a row with `declared_empty` true and no commodity code; it needs no declaration. Text
stays text: a cell that a spreadsheet would run as a formula is kept as it stands, and refused only where a number or a
code is due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from declarations.cells import DECIMAL_MARKS, KG_PER_UNIT, parse_count, parse_flag, parse_mass, parse_packages
from declarations.csv_rows import MAX_FIELD, CsvRow, CsvTable, read_table
from declarations.errors import DeclarationError, shortened
from declarations.hs import normalise_code
from declarations.schema import Declaration, Line

Value = TypeVar("Value")
_MASSES = ("gross_mass", "net_mass", "tare")
_TEXTS = ("scan_id", "declaration_id", "line_no", "commodity_code", "description", "packages", "declared_empty")


@dataclass(frozen=True)
class FlatEntry:
    """What a flat CSV says of one scan (None: it names none) and one declaration (id "": an empty unit without one).

    `problem` says which row spoils it: a declaration with a line missing must not be checked.
    """

    scan_id: str | None
    declaration: Declaration
    declared_empty: bool | None = None
    tare_kg: float | None = None
    problem: str | None = None


@dataclass(frozen=True)
class FlatFile:
    """Every entry in the order of the file, and every problem met, each naming its row."""

    entries: tuple[FlatEntry, ...]
    problems: tuple[DeclarationError, ...]


@dataclass(frozen=True)
class _Units:
    """For each mass, its column and unit; and the decimal mark, where one is stated."""

    columns: Mapping[str, tuple[str, str]]
    decimal_mark: str | None


@dataclass
class _Draft:
    """An entry while its rows come in."""

    lines: dict[int, Line] = field(default_factory=dict)
    facts: dict[str, bool | float] = field(default_factory=dict)
    problem: str | None = None


def read_flat_csv(path: Path, *, decimal_mark: str | None = None, mass_unit: str | None = None) -> FlatFile:
    """Read a flat CSV. What the file states of unit and decimal mark goes before the options.

    Raises:
        DeclarationError: when nothing can be read: no such file, no header, a required column missing, an unknown unit
            or decimal mark, or a mass column without a unit. A bad row is a problem of the result, and loses no other.
    """
    table = read_table(path, ("declaration_id", "commodity_code"))
    units = _units(table, decimal_mark, mass_unit)
    drafts: dict[tuple[str, str], _Draft] = {}
    problems = _unknown_columns(table, units)
    codes: dict[tuple[str, int], str] = {}
    for row in table.rows:
        try:
            _take(row, units, drafts, codes)
        except DeclarationError as error:
            problems.append(error)
            _spoil(row, drafts, str(error))
    return FlatFile(tuple(_entry(key, draft) for key, draft in drafts.items()), tuple(problems))


def _units(table: CsvTable, decimal_mark: str | None, mass_unit: str | None) -> _Units:
    mark = table.settings.get("decimal_mark", decimal_mark)
    if mark is not None and mark not in DECIMAL_MARKS:
        raise DeclarationError("a decimal mark is . or ,", shortened(mark), "state one of them")
    columns: dict[str, tuple[str, str]] = {}
    default_unit = table.settings.get("mass_unit", mass_unit) or ""
    for mass in _MASSES:
        found = [(name, name.removeprefix(mass).lstrip("_")) for name in table.columns if name.startswith(mass)]
        if len(found) > 1:
            raise DeclarationError(f"one column holds {mass}", f"{[name for name, _ in found]}", "keep one of them")
        for name, stated in found:
            unit = stated or default_unit
            if unit not in KG_PER_UNIT:
                rule = f"a mass column states its unit: {', '.join(KG_PER_UNIT)}"
                raise DeclarationError(rule, f"{name!r}, unit {unit!r}", f"call it {mass}_kg, or give --mass_unit")
            columns[mass] = (name, unit)
    return _Units(columns, mark)


def _unknown_columns(table: CsvTable, units: _Units) -> list[DeclarationError]:
    known = {*_TEXTS, *(name for name, _ in units.columns.values())}
    return [
        DeclarationError(
            f"a flat CSV has the columns {', '.join(_TEXTS + _MASSES)}",
            f"header column {shortened(name)}, which is not read",
            "rename it or take it out",
        )
        for name in table.columns
        if name and name not in known
    ]


def _take(row: CsvRow, units: _Units, drafts: dict[tuple[str, str], _Draft], codes: dict[tuple[str, int], str]) -> None:
    """Add a row to its draft, or raise and leave everything as it was."""
    if row.problem is not None:
        raise row.problem
    scan_id, declaration_id = _key(row)
    empty = _cell(row, "declared_empty", parse_flag)
    tare_kg = _mass(row, "tare", units)
    if not declaration_id and not (scan_id and empty):
        raise _at(
            row, "declaration_id", "a row names its declaration, unless it declares a scan empty", "an empty cell"
        )
    draft = drafts.get((scan_id, declaration_id), _Draft())
    for name, value in (("declared_empty", empty), ("tare", tare_kg)):
        if value is not None and draft.facts.get(name, value) != value:
            found = f"{value} after {draft.facts[name]} in an earlier row"
            raise _at(row, name, "rows of one scan and declaration agree", found)
    if not (empty and not row.cells["commodity_code"].strip()):
        line = _line(row, units, len(draft.lines) + 1)
        if line.line_no in draft.lines:
            raise _at(row, "line_no", "a line number stands once in a declaration", f"{line.line_no} again")
        code = codes.setdefault((declaration_id, line.line_no), line.commodity_code)
        if code != line.commodity_code:
            rule = "a line has the same code wherever it is repeated"
            raise _at(row, "commodity_code", rule, f"{line.commodity_code} after {code} for line {line.line_no}")
        draft.lines[line.line_no] = line
    draft.facts.update({k: v for k, v in (("declared_empty", empty), ("tare", tare_kg)) if v is not None})
    drafts[scan_id, declaration_id] = draft


def _line(row: CsvRow, units: _Units, next_number: int) -> Line:
    return Line(
        line_no=_cell(row, "line_no", parse_count) if "line_no" in row.cells else next_number,
        commodity_code=_cell(row, "commodity_code", normalise_code),
        description=row.cells.get("description", ""),
        gross_mass_kg=_mass(row, "gross_mass", units),
        net_mass_kg=_mass(row, "net_mass", units),
        packages=_cell(row, "packages", parse_packages),
    )


def _key(row: CsvRow) -> tuple[str, str]:
    return row.cells.get("scan_id", "").strip(), row.cells.get("declaration_id", "").strip()


def _mass(row: CsvRow, mass: str, units: _Units) -> float | None:
    name, unit = units.columns.get(mass, ("", "kg"))
    return _cell(row, name, lambda text: parse_mass(text, unit, units.decimal_mark))


def _cell(row: CsvRow, column: str, parse: Callable[[str], Value]) -> Value:
    """Parsed cell (empty where the table has no such column); an error is told with its row and column."""
    try:
        return parse(row.cells.get(column, ""))
    except DeclarationError as error:
        raise _at(row, column, error.rule, error.found, error.remedy) from error


def _at(row: CsvRow, column: str, rule: str, found: str, remedy: str = "mend the row") -> DeclarationError:
    return DeclarationError(rule, f"row {row.number}, column {column}: {found}", remedy)


def _spoil(row: CsvRow, drafts: dict[tuple[str, str], _Draft], problem: str) -> None:
    """Mark the entry that a bad row belongs to, as far as the row still says which."""
    key = _key(row)
    if any(key) and max(map(len, key)) <= MAX_FIELD:
        draft = drafts.setdefault(key, _Draft())
        draft.problem = draft.problem or problem


def _entry(key: tuple[str, str], draft: _Draft) -> FlatEntry:
    scan_id, declaration_id = key
    tare = draft.facts.get("tare")
    empty = draft.facts.get("declared_empty")
    return FlatEntry(
        scan_id=scan_id or None,
        declaration=Declaration(declaration_id=declaration_id, lines=tuple(draft.lines.values())),
        declared_empty=None if empty is None else bool(empty),
        tare_kg=None if tare is None else float(tare),
        problem=draft.problem,
    )
