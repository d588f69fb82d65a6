"""Marks and links on disk: memory does not grow with the number of scans."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

Side = Literal["pool", "source"]
_TABLES = (
    "items (side, name, place INTEGER, kind, PRIMARY KEY (side, kind, name)) WITHOUT ROWID",
    "marks (way, side, name, mark)",
    "links (way, pool, source, PRIMARY KEY (way, pool, source)) WITHOUT ROWID",
    "prints (name, print BLOB)",
    "needles (key INTEGER, text BLOB, source, PRIMARY KEY (text, source)) WITHOUT ROWID",
    "found (text BLOB, place, PRIMARY KEY (text, place)) WITHOUT ROWID",
)


class Ledger:
    """Items of both sides (scans, declarations), the marks they bear, and which of them are linked in which way."""

    def __init__(self, path: Path | str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = OFF")
        self.database.execute("PRAGMA synchronous = OFF")
        for table in _TABLES:
            self.database.execute(f"CREATE TABLE {table}")
        self.database.execute("CREATE INDEX by_key ON needles (key)")
        self.database.execute("BEGIN")

    def rows(self, question: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Rows that answer a question in SQL."""
        return self.database.execute(question, values)

    def one(self, question: str, *values: Any) -> int:
        """A count."""
        return int(next(self.rows(question, *values))[0] or 0)

    def add_item(self, side: Side, name: str, place: int, kind: str = "scan") -> None:
        """Say that there is a scan (or declaration), the `place`-th of its side; again is no harm."""
        self.database.execute("INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?)", (side, name, place, kind))

    def add_mark(self, way: str, side: Side, name: str, mark: str) -> None:
        """Say what an item bears."""
        self.database.execute("INSERT INTO marks VALUES (?, ?, ?, ?)", (way, side, name, mark))

    def add_link(self, way: str, pool: str, source: str) -> None:
        """Say that an item of the pool may be one of the source."""
        self.database.execute("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", (way, pool, source))

    def link_marks(self) -> None:
        """Link what bears the same mark. Marks that a thousand of the source share tell nothing and are left out."""
        self.database.execute("CREATE INDEX by_mark ON marks (way, mark, side, name)")
        self.database.execute(
            "INSERT OR IGNORE INTO links SELECT DISTINCT p.way, p.name, s.name FROM marks p JOIN marks s "
            "ON s.way = p.way AND s.mark = p.mark AND s.side = 'source' WHERE p.side = 'pool' AND NOT EXISTS "
            "(SELECT 1 FROM marks m WHERE m.way = p.way AND m.mark = p.mark AND m.side = 'source' LIMIT 1 OFFSET 1000)"
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()
