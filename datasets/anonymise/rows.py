"""A table -> rows by column name: CSV, JSON and JSON Lines, whatever their nesting; and how often each column stood.

Columns go by many names; `_NAMES` lists those that are read. All others are removed: nobody can know what they hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from datasets.pool.errors import PoolError
from datasets.pool.nesting import refuse_deep
from declarations.csv_rows import MAX_BYTES, MAX_FIELD, read_table
from declarations.errors import DeclarationError

Cell = str | int | float | bool | None
SUFFIXES = (".csv", ".json", ".jsonl")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "unit": ("scan_id", "scan", "unit_id", "unit", "container", "container_no", "container_number", "container_id"),
    "declaration_id": ("declaration_id", "declaration", "declaration_no", "declaration_number"),
    "line_no": ("line_no", "line", "item", "item_no", "goods_item"),
    "commodity_code": ("commodity_code", "hs_code", "hs", "tariff_code"),
    "description": ("description", "goods_description"),
    "gross_mass_kg": ("gross_mass_kg", "gross_weight_kg"),
    "net_mass_kg": ("net_mass_kg", "net_weight_kg"),
    "gross_mass_t": ("gross_mass_t",),
    "net_mass_t": ("net_mass_t",),
    "gross_mass_lb": ("gross_mass_lb",),
    "net_mass_lb": ("net_mass_lb",),
    "packages": ("packages",),
    "origin": ("origin", "country_of_origin", "origin_country"),
    "declared_empty": ("declared_empty", "empty"),
    "tare_kg": ("tare_kg", "tare_mass_kg"),
    "nomenclature": ("nomenclature",),
    "language": ("language",),
}
_MEANING = {name: meaning for meaning, names in _NAMES.items() for name in names}
_LINES, _WRAPPERS = "lines", ("declarations", "rows", "items", "data")


@dataclass(frozen=True)
class Row:
    """A row by the meaning of its columns, where it stood, and how many cells had a column that nobody knows."""

    place: str
    cells: Mapping[str, Cell]
    unknown: int


@dataclass(frozen=True)
class Table:
    """Rows, and the decimal mark that the file states."""

    rows: tuple[Row, ...]
    decimal_mark: str | None = None


def read_rows(path: Path) -> Table:
    """Read a table.

    Raises:
        DeclarationError: when it is no table, a row can not be read, or no column is known: it must not be half used.
    """
    if path.suffix.lower() == ".csv":
        return _from_csv(path)
    rows = tuple(
        _row(f"record {number}", record)
        for number, record in enumerate((flat for one in _documents(path) for flat in _flattened(one)), start=1)
    )
    return Table(_known(rows))


def _from_csv(path: Path) -> Table:
    table = read_table(path, ())
    spoilt = next((row.problem for row in table.rows if row.problem is not None), None)
    if spoilt is not None:
        raise DeclarationError("every row of a table can be read", str(spoilt), "mend the row")
    named = {name: name.strip() for name in table.columns}
    rows = [_row(f"row {row.number}", {named[name]: cell for name, cell in row.cells.items()}) for row in table.rows]
    return Table(_known(rows), table.settings.get("decimal_mark"))


def _known(rows: Iterable[Row]) -> tuple[Row, ...]:
    found = tuple(rows)
    if not any(row.cells for row in found):
        raise DeclarationError(
            "a table has columns that are known", "none", "name them as in the guide, or keep the table out"
        )
    return found


def _row(place: str, record: Mapping[str, object]) -> Row:
    cells: dict[str, Cell] = {}
    unknown = 0
    for name, value in record.items():
        meaning = _MEANING.get(name.strip().lower())
        if meaning is None or (isinstance(value, (list, dict)) and meaning != "packages"):
            unknown += value not in (None, "")
        elif meaning in cells:
            raise DeclarationError("a column stands once in a table", f"{meaning} twice, {place}", "keep one of them")
        else:
            cells[meaning] = _packages(value, place) if isinstance(value, (list, dict)) else _cell(value, place)
    return Row(place, cells, unknown)


def _cell(value: object, place: str) -> Cell:
    if isinstance(value, str) and (len(value) > MAX_FIELD or "\x00" in value):
        raise DeclarationError(f"a cell has at most {MAX_FIELD} characters and no NUL", f"more in {place}", "mend it")
    assert value is None or isinstance(value, (str, int, float, bool))
    return value


def _packages(value: object, place: str) -> str:
    """Packages of the schema as the cell of a flat table: `40 CT|2 PX`."""
    texts = []
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, dict) or type(part.get("count")) is not int:
            raise DeclarationError("packages are counts and types", f"others in {place}", "mend the record")
        texts.append(f"{part['count']} {part.get('type') or 'package'}")
    return "|".join(texts)


def _flattened(record: object) -> Iterator[dict[str, object]]:
    """Records of a document: a list of them, one with lines (a record each), or one under a wrapper's name."""
    if isinstance(record, list):
        for one in record:
            yield from _flattened(one)
        return
    if not isinstance(record, dict):
        raise DeclarationError("a table of JSON holds objects", f"a bare {type(record).__name__}", "mend the file")
    wrapped = next((record[name] for name in _WRAPPERS if isinstance(record.get(name), list)), None)
    if wrapped is not None:
        yield from _flattened(wrapped)
        return
    lines = record.get(_LINES)
    if not isinstance(lines, list):
        yield record
        return
    head = {name: value for name, value in record.items() if name != _LINES}
    for line in lines:
        if not isinstance(line, dict):
            raise DeclarationError("the lines of a declaration are objects", type(line).__name__, "mend the file")
        yield {**head, **line}


def _documents(path: Path) -> Iterator[object]:
    rule = "a table of JSON is UTF-8 text of valid JSON, not deeply nested"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DeclarationError(f"a table has at most {MAX_BYTES} bytes", "more", "split it")
        refuse_deep(path)
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".json":
            yield json.loads(text)
        else:
            yield from (json.loads(line) for line in text.split("\n") if line.strip())
    except PoolError as error:
        raise DeclarationError(rule, "deep nesting", "mend the file") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DeclarationError(rule, f"{type(error).__name__}: {error}", "mend the file") from error
