"""What there is of a pool, as tables that checks ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets.checks.tables import INDEXES, TABLES
from datasets.pool.records import PoolInfo
from datasets.readings import Readings


@dataclass(frozen=True)
class Facts:
    """A pool's records, files and pixels in the tables of `tables.py`.

    Args:
        root: The pool's folder.
        info: Its `pool.json`.
        database: The tables.
        is_sealed: Whether annotations were left out.
        this_month: The month in which the check runs, as YYYY-MM: no scan is younger.
        readings: Read files, or know what a run that was cut off read.
    """

    root: Path
    info: PoolInfo
    database: sqlite3.Connection
    is_sealed: bool
    this_month: str
    readings: Readings

    def rows(self, question: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Rows that answer a question in SQL, one after the other."""
        return self.database.execute(question, values)

    def add(self, table: str, *values: Any) -> None:
        """Write a row."""
        holes = ",".join("?" * len(values))
        self.database.execute(f"INSERT INTO {table} VALUES ({holes})", values)  # noqa: S608 - our own names


def lay_tables() -> sqlite3.Connection:
    """A new database with empty tables, on disk without a name: it is gone with its process, however that ends."""
    database = sqlite3.connect("", isolation_level=None)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
        database.execute(f"PRAGMA {setting}")
    for table, columns in TABLES.items():
        database.execute(f"CREATE TABLE {table} ({columns})")
    database.execute("BEGIN")
    return database


def index(database: sqlite3.Connection) -> None:
    """Make questions quick, once all rows are there."""
    database.execute("COMMIT")
    for table, columns in INDEXES.items():
        database.execute(f"CREATE INDEX {table}_by_id ON {table} ({columns})")
