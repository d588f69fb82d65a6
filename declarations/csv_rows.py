"""A CSV file -> rows by column name, each readable or with the reason why not; one bad row costs no other.

UTF-8 with or without a byte order mark. The delimiter is read off the header line alone: comma or semicolon. Lines
before the header may state settings: `# key=value`, or `sep=;` as spreadsheets write it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from declarations.errors import DeclarationError, shortened

MAX_BYTES = 256 * 2**20
MAX_FIELD = 10_000
# An unclosed quote swallows what follows: look no further than this for its end, then go on with the next line.
_MAX_LINES = 100
_DELIMITERS = (",", ";")


@dataclass(frozen=True)
class CsvRow:
    """One row: line number in the file (from 1), cells by column, and why it cannot be used.

    The cells of a row with a `problem` are a best effort: good to say whose row it is, not to be believed otherwise.
    """

    number: int
    cells: Mapping[str, str]
    problem: DeclarationError | None = None


@dataclass(frozen=True)
class CsvTable:
    """Header, settings stated before it, and rows."""

    columns: tuple[str, ...]
    settings: Mapping[str, str]
    rows: tuple[CsvRow, ...]


def read_table(path: Path, required: Sequence[str]) -> CsvTable:
    """Read a CSV file.

    Raises:
        DeclarationError: when the file cannot be read as a whole: missing, too large, not UTF-8 text, no header, a
            column twice, or a required column missing.
    """
    lines = _lines(path)
    settings, start = _settings(lines)
    if start == len(lines):
        raise DeclarationError(
            "a table has a header line", f"none in {path.name}", "name the columns in the first line"
        )
    delimiter = settings.get("sep") or (";" if lines[start].count(";") > lines[start].count(",") else ",")
    if delimiter not in _DELIMITERS:
        raise DeclarationError("cells are separated by , or ;", shortened(delimiter), "mend the line sep=")
    columns = tuple(name.strip().lower() for name in lines[start].replace('"', "").split(delimiter))
    named = [name for name in columns if name]
    if len(set(named)) != len(named):
        raise DeclarationError("a column stands once in a header", f"{columns} in {path.name}", "take one of them out")
    if missing := [name for name in required if name not in columns]:
        found = f"{list(columns)} in {path.name}, line {start + 1}"
        raise DeclarationError(f"the header names {', '.join(required)}", found, f"add {', '.join(missing)}")
    return CsvTable(columns, settings, tuple(_rows(lines, start + 1, columns, delimiter)))


def _lines(path: Path) -> list[str]:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            rule = f"a table has at most {MAX_BYTES} bytes"
            raise DeclarationError(rule, f"{size} in {path.name}", "split it")
        raw = path.read_bytes()
    except OSError as error:
        raise DeclarationError("a table is a readable file", f"{path}: {error.strerror}", "name one") from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DeclarationError("a table is UTF-8 text", f"UTF-16 in {path.name}", "save it as CSV UTF-8")
    # A line that is not UTF-8 must not cost the others: its bytes become surrogates, which `_flaw` finds.
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    lines = re.split(r"\r\n|\n|\r", text)
    return lines if lines[-1] else lines[:-1]


def _settings(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """What lines before the header state, and where the header stands."""
    settings: dict[str, str] = {}
    for position, line in enumerate(lines):
        if line.strip() and not line.startswith(("#", "sep=")):
            return settings, position
        key, equals, value = line.removeprefix("#").strip().partition("=")
        if equals:
            settings[key.strip().lower()] = value.strip()
    return settings, len(lines)


def _rows(lines: Sequence[str], start: int, columns: Sequence[str], delimiter: str) -> list[CsvRow]:
    rows: list[CsvRow] = []
    position = start
    while position < len(lines):
        cells, taken, flaw = _record(lines[position : position + _MAX_LINES], delimiter)
        flaw = flaw or _flaw(cells, len(columns)) or _swallowed(cells, lines[position : position + taken], delimiter)
        if flaw is not None and taken > 1:  # a stray quote has swallowed lines: give them back
            cells, taken = lines[position].split(delimiter), 1
        if any(cell.strip() for cell in cells):
            by_column = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
            rows.append(CsvRow(position + 1, by_column, _error(position + 1, flaw, columns) if flaw else None))
        position += taken
    return rows


def _record(lines: Sequence[str], delimiter: str) -> tuple[list[str], int, str | None]:
    """Cells of the record that starts with the first line, how many lines it took, and what is wrong with it."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num, None
    except csv.Error as error:
        return lines[0].split(delimiter), 1, str(error)


def _flaw(cells: Sequence[str], n_columns: int) -> str | None:
    if not cells or not any(cell.strip() for cell in cells):
        return None
    if len(cells) != n_columns:
        return f"{len(cells)} cells where the header has {n_columns}"
    for number, cell in enumerate(cells, start=1):
        if len(cell) > MAX_FIELD:
            return f"{len(cell)} characters in cell {number}"
        if "\0" in cell:
            return f"a NUL in cell {number}"
        if re.search("[\ud800-\udfff]", cell):
            return f"bytes that are not UTF-8 in cell {number}"
    return None


def _swallowed(cells: Sequence[str], lines: Sequence[str], delimiter: str) -> str | None:
    """Cells may hold line breaks; one that takes in what is a row by itself was opened by a stray quote."""
    if not cells or "\n" in cells[0] or not any(line.count(delimiter) >= len(cells) - 1 for line in lines[1:]):
        return None
    return f"a quote left open, which takes in {len(lines) - 1} more rows"


def _error(number: int, flaw: str, columns: Sequence[str]) -> DeclarationError:
    place = re.sub(r"cell (\d+)$", lambda found: f"column {columns[int(found[1]) - 1]}", flaw)
    return DeclarationError(
        f"a row has one UTF-8 cell for each column, of at most {MAX_FIELD} characters",
        f"row {number}: {place}",
        "quote cells that hold the delimiter, close every quote, and save as CSV UTF-8",
    )
