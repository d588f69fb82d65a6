"""A table of declarations -> declarations of the draft, and notes of which unit they speak of, all by pseudonym."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from datasets.anonymise.coarser import coarser_line, rounded_kg
from datasets.anonymise.lines import is_empty, line_of, mass_of, stated_number, text_of
from datasets.anonymise.rows import Row, Table, read_rows
from datasets.anonymise.rules import Rules
from datasets.anonymise.unit_names import name_in_table, names_of_scan, plain_name
from datasets.pool.draft import Draft
from declarations.errors import DeclarationError
from declarations.schema import Declaration, DeclaredPart, Line

_LINK = "link "


class Linked(BaseModel, frozen=True):
    """What tables say of one unit."""

    parts: tuple[DeclaredPart, ...] = ()
    declared_empty: bool | None = None
    tare_kg: float | None = None


@dataclass
class _Gathered:
    """One declaration while its rows come in: lines by number, and the numbers that each unit (or none) has."""

    lines: dict[int, Line] = field(default_factory=dict)
    of_unit: dict[str, list[int]] = field(default_factory=dict)


def take_table(draft: Draft, path: Path, rules: Rules) -> tuple[list[Declaration], dict[str, int]]:
    """Add what a table declares to the draft; nothing is added of a table that can not be read whole.

    Returns:
        Its declarations, and counts: rows, declarations, lines kept, cells of unknown columns removed.

    Raises:
        DeclarationError: when it can not be read, or contradicts a table that was taken before.
    """
    table = read_rows(path)
    gathered, linked = _gathered(table, rules), _facts(table, rules)
    new = [
        Declaration(declaration_id=name, lines=tuple(one.lines[number] for number in sorted(one.lines)))
        for name, one in sorted(gathered.items())
        if one.lines
    ]
    for declaration in new:
        if draft.declaration(declaration.declaration_id) not in (None, declaration):
            raise DeclarationError(
                "a declaration is the same in all tables", "one that differs between two", "keep one of them out"
            )
    for declaration in new:
        if draft.declaration(declaration.declaration_id) is None:
            draft.add_declaration(declaration)
    _keep_links(draft, gathered, linked, rules)
    counts = {
        "rows": len(table.rows),
        "declarations": len(new),
        "lines": sum(len(declaration.lines) for declaration in new),
        "cells_removed": sum(row.unknown for row in table.rows),
    }
    return new, counts


def linked_to(draft: Draft, scan_id: str, rules: Rules) -> Linked:
    """What tables say of the scan of this (original) name; declarations that no table holds are left out."""
    for name in names_of_scan(scan_id):
        note = draft.note(_link_key(name, rules))
        if note is not None:
            linked = Linked.model_validate_json(note)
            there = tuple(part for part in linked.parts if draft.declaration(part.declaration_id) is not None)
            return linked.model_copy(update={"parts": there})
    return Linked()


def _gathered(table: Table, rules: Rules) -> dict[str, _Gathered]:
    """Declarations by pseudonym, with their lines and the units that these stand in."""
    found: dict[str, _Gathered] = {}
    for row in table.rows:
        declared, unit = text_of(row.cells, "declaration_id"), _unit(row)
        if not declared and not text_of(row.cells, "commodity_code"):
            continue
        if not declared and not unit:
            raise DeclarationError("a declared line names its declaration or unit", f"none, {row.place}", "name it")
        one = found.setdefault(rules.pseudonyms.of("declaration", declared or f"of unit {unit}"), _Gathered())
        names = [unit] if unit else [plain_name(declared)]  # a file may bear the declaration's name
        for name in names:
            numbers = one.of_unit.setdefault(name, [])
            if text_of(row.cells, "commodity_code"):
                numbers.append(_add_line(one, row, rules, table.decimal_mark))
    return found


def _add_line(one: _Gathered, row: Row, rules: Rules, decimal_mark: str | None) -> int:
    """Add a line under its own number where that is free, else under the next free one."""
    stated = stated_number(row)
    number = stated if stated is not None and stated not in one.lines else max(one.lines, default=0) + 1
    one.lines[number] = coarser_line(line_of(row, number, decimal_mark), rules)
    return number


def _facts(table: Table, rules: Rules) -> dict[str, Linked]:
    """What rows say of the unit itself, by its name."""
    found: dict[str, Linked] = {}
    for row in table.rows:
        unit, empty = _unit(row), is_empty(row)
        tare_kg = rounded_kg(mass_of(row.cells, "tare", table.decimal_mark), rules)
        if unit and (empty is not None or tare_kg is not None):
            found[unit] = Linked(declared_empty=empty, tare_kg=tare_kg)
    return found


def _keep_links(draft: Draft, gathered: dict[str, _Gathered], linked: dict[str, Linked], rules: Rules) -> None:
    for unit, facts in sorted(linked.items()):
        _keep(draft, unit, facts, rules)
    for declaration_id, one in sorted(gathered.items()):
        for unit, numbers in sorted(one.of_unit.items()):
            whole = not numbers or len(numbers) == len(one.lines)
            part = DeclaredPart(
                declaration_id=declaration_id,
                line_nos=None if whole else tuple(sorted(numbers)),
                gross_mass_kg=_sum(one.lines[number].gross_mass_kg for number in numbers),
            )
            _keep(draft, unit, Linked(parts=(part,)), rules)


def _keep(draft: Draft, unit: str, new: Linked, rules: Rules) -> None:
    """Add to what is known of a unit."""
    key = _link_key(unit, rules)
    note = draft.note(key)
    old = Linked() if note is None else Linked.model_validate_json(note)
    joined = Linked(
        parts=_by_declaration((*old.parts, *new.parts)),
        declared_empty=old.declared_empty if new.declared_empty is None else new.declared_empty,
        tare_kg=old.tare_kg if new.tare_kg is None else new.tare_kg,
    )
    draft.keep(key, json.dumps(joined.model_dump(mode="json"), sort_keys=True))


def _by_declaration(parts: Sequence[DeclaredPart]) -> tuple[DeclaredPart, ...]:
    """One part of each declaration: that which says which lines, before one that says all."""
    found: dict[str, DeclaredPart] = {}
    for part in parts:
        there = found.get(part.declaration_id)
        if there is None or there.line_nos is None:
            found[part.declaration_id] = part
    return tuple(found[name] for name in sorted(found))


def _link_key(unit: str, rules: Rules) -> str:
    return f"{_LINK}{rules.pseudonyms.of('link', unit)}"


def _unit(row: Row) -> str:
    return name_in_table(text_of(row.cells, "unit"))


def _sum(masses: Iterable[float | None]) -> float | None:
    known = list(masses)
    if not known or any(mass is None for mass in known):
        return None
    return sum(mass for mass in known if mass is not None)
