"""Lines of text under keys, in tables of a database on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from datasets.pool.errors import PoolError

_PAGE = 256
"""Rows that are read at once: between two pages others may be written, as when scans are replaced one by one."""


def open_tables(path: Path, tables: tuple[str, ...]) -> sqlite3.Connection:
    """Open the database, with these tables in it; names of tables are our own, never given from outside."""
    database = sqlite3.connect(path)
    for table in tables:
        database.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, line TEXT) WITHOUT ROWID")
    database.execute("PRAGMA journal_mode = WAL")  # a commit a scan then costs no wait for the disk
    database.execute("PRAGMA synchronous = NORMAL")
    return database


def put(database: sqlite3.Connection, table: str, key: str, line: str) -> None:
    """Add a line under a new key.

    Raises:
        PoolError: when the key is taken, or is no Unicode text.
    """
    try:
        database.execute(f"INSERT INTO {table} VALUES (?, ?)", (key, line))  # noqa: S608 - our own names
    except sqlite3.IntegrityError as error:
        raise PoolError(
            f"every name among the {table} of a pool is its own", f"{key!r} twice", "rename one of them"
        ) from error
    except UnicodeEncodeError as error:
        raise PoolError("names of a pool are Unicode text", f"{key!r}", "rename it") from error


def get(database: sqlite3.Connection, table: str, key: str) -> str | None:
    """The line under a key."""
    row = database.execute(f"SELECT line FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
    return None if row is None else str(row[0])


def rows(database: sqlite3.Connection, table: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Rows whose key begins so, by key, in the order of code points, as Python sorts."""
    query = f"SELECT key, line FROM {table} WHERE key {{}} ? ORDER BY key LIMIT {_PAGE}"  # noqa: S608
    page = database.execute(query.format(">="), (prefix,)).fetchall()
    while page:
        for key, line in page:
            if not key.startswith(prefix):
                return
            yield key, line
        page = database.execute(query.format(">"), (page[-1][0],)).fetchall()
