"""Declarations <-> JSON Lines. Byte-stable: same declarations, same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from declarations.errors import DeclarationError
from declarations.schema import Declaration


def read_declarations(path: Path) -> dict[str, Declaration]:
    """Declarations by id; of several versions of one declaration the highest holds.

    Raises:
        DeclarationError: when the file cannot be read, a line breaks the schema, or a version stands twice.
    """
    found: dict[str, Declaration] = {}
    seen: set[tuple[str, int]] = set()
    for number, line in _lines(path):
        try:
            entry = Declaration.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = f"{path.name} line {number}, {'.'.join(map(str, first['loc']))}"
            rule = "every line is a declaration by the schema"
            raise DeclarationError(rule, f"{place}: {first['msg']}", "mend the line") from error
        if (entry.declaration_id, entry.version) in seen:
            found_twice = f"{entry.declaration_id!r} version {entry.version} again in {path.name} line {number}"
            raise DeclarationError("a version of a declaration stands once", found_twice, "take one of them out")
        seen.add((entry.declaration_id, entry.version))
        if entry.declaration_id not in found or entry.version > found[entry.declaration_id].version:
            found[entry.declaration_id] = entry
    return found


def write_declarations(path: Path, declarations: Iterable[Declaration] | Mapping[str, Declaration]) -> None:
    """Write declarations, sorted by id and version, keys sorted."""
    entries = declarations.values() if isinstance(declarations, Mapping) else declarations
    ordered = sorted(entries, key=lambda entry: (entry.declaration_id, entry.version))
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(
            json.dumps(entry.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
            for entry in ordered
        )


def _lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines that are not blank."""
    rule = "declarations are a UTF-8 file of JSON Lines"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DeclarationError(rule, f"{path}: {error.strerror}", "name a readable file") from error
    except UnicodeDecodeError as error:
        raise DeclarationError(
            rule, f"{path.name}: {error.reason} at byte {error.start}", "save it as UTF-8"
        ) from error
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
