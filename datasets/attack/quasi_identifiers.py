"""Linking declarations by what is left of them: codes, masses and packages that no other declaration has.

The attacker reads in the pool's history how far codes were cut and masses rounded, and does the same to the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.attack.ledger import Ledger
from datasets.checks.lines import lines_of
from datasets.pool.records import Operation
from datasets.pool.store import DECLARATIONS_FILE
from datasets.pool.stream import PoolStream
from declarations.errors import DeclarationError
from declarations.flat_csv import read_flat_csv
from declarations.schema import Declaration

WAY = "codes, masses and packages of declarations"
KIND = "declaration"


def add_pool(ledger: Ledger, stream: PoolStream) -> None:
    """Mark the declarations of a pool."""
    digits, step_kg = _coarseness(stream.info.history)
    for place, declaration in enumerate(stream.declarations()):
        if declaration.lines:
            ledger.add_item("pool", declaration.declaration_id, place, KIND)
            ledger.add_mark(WAY, "pool", declaration.declaration_id, _mark(declaration, digits, step_kg))


def add_source(ledger: Ledger, path: Path, history: tuple[Operation, ...]) -> None:
    """Mark the declarations in a table of the source, if it is one."""
    digits, step_kg = _coarseness(history)
    for place, declaration in enumerate(_declarations(path)):
        name = f"{path.name}: {declaration.declaration_id}"
        if declaration.lines:
            ledger.add_item("source", name, place, KIND)
            ledger.add_mark(WAY, "source", name, _mark(declaration, digits, step_kg))


def _declarations(path: Path) -> Iterator[Declaration]:
    if path.name == DECLARATIONS_FILE:
        yield from (record for _, record in lines_of(path, Declaration) if isinstance(record, Declaration))
    elif path.suffix.lower() == ".csv":
        try:
            yield from (entry.declaration for entry in read_flat_csv(path).entries)
        except DeclarationError:  # another table
            return


def _coarseness(history: tuple[Operation, ...]) -> tuple[int, float]:
    """Digits that codes keep and the step of masses in kg, as the history says; else 10 digits and no step."""
    given = next((step.arguments for step in history if step.verb == "anonymise"), {})
    return int(given.get("code_digits") or 10), float(given.get("mass_step_kg") or 0)


def _mark(declaration: Declaration, digits: int, step_kg: float) -> str:
    def rounded(mass_kg: float | None) -> float | None:
        return mass_kg if mass_kg is None or not step_kg else round(step_kg * round(mass_kg / step_kg), 6)

    lines = [
        (
            line.commodity_code[:digits],
            rounded(line.gross_mass_kg),
            rounded(line.net_mass_kg),
            sum(package.count for package in line.packages),
        )
        for line in declaration.lines
    ]
    return repr(sorted(lines, key=repr))
