"""Lines by key on disk while a reader is at work, so that memory does not hold what a large source lists."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(*tables: str) -> Iterator[sqlite3.Connection]:
    """An empty database with these tables, each given as SQLite's `CREATE TABLE` wants it; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="layout-") as folder:
        database = sqlite3.connect(Path(folder) / "scratch.sqlite", isolation_level=None)
        try:
            for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16384"):
                database.execute(f"PRAGMA {setting}")
            for table in tables:
                database.execute(f"CREATE TABLE {table}")
            database.execute("BEGIN")
            yield database
        finally:
            database.close()


def is_new(database: sqlite3.Connection, name: str) -> bool:
    """Put a name into the table `seen (name)`; whether it was not there before."""
    return database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (name,)).rowcount == 1
