"""Where readings lie while a verb is at work: `POOL.VERB` beside the pool, gone when the verb is done."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from datasets.pool.store import DECLARATIONS_FILE, POOL_FILE, SCANS_FILE, file_sha256, read_info
from datasets.readings.edition import edition
from datasets.readings.readings import AnewEachTime, KeptReadings, Readings

_LOG = logging.getLogger(__name__)
_ONLY_ME = 0o600  # headers name people
_OURS = 0x43585252
"""What SQLite calls the application id: a database of something else is left alone."""


@contextmanager
def working_readings(
    pool: Path, verb: str, *, purpose: Mapping[str, object], beside: Path | None, apart_from: Sequence[Path] = ()
) -> Iterator[Readings]:
    """Readings of a verb that goes through a pool: those of a run that was cut off, where it did the same.

    They lie in `POOL.<verb>` beside the pool, else beside what the verb writes, and are removed when the verb is done,
    not when it fails. Readings of another pool, purpose or edition of the code are thrown away. Where they can not be
    kept (a disk that is read only, another run at work with them), it is said, and files are read all the same.

    Args:
        pool: The pool.
        verb: Its name.
        purpose: What else the readings depend on.
        beside: A file that the verb writes.
        apart_from: Folders that are read, in which nothing may be written.

    Raises:
        PoolError: when it is no pool.
    """
    read_info(pool)
    claim = _claim(pool, verb, purpose)
    troubles = []
    for path in _places(pool, verb, beside, apart_from):
        try:
            database = _taken(path, claim)
        except (OSError, sqlite3.Error) as error:
            troubles.append(f"{path}: {_why(error)}")
            continue
        try:
            yield KeptReadings(database, path)
            _remove(database, path)
        finally:
            database.close()
        return
    _LOG.warning(
        "what is read is kept for a run that is cut off to go on; found no place for it (%s); "
        "this run would start again: name an output where files can be written",
        "; ".join(troubles) or "both the pool and the output lie in what is read",
    )
    yield AnewEachTime()


def _why(error: OSError | sqlite3.Error) -> str:
    is_locked = isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return "another run is at work with it" if is_locked else str(error)


def _claim(pool: Path, verb: str, purpose: Mapping[str, object]) -> str:
    """All that readings depend on beside the files."""
    heads = [pool / name for name in (POOL_FILE, SCANS_FILE, DECLARATIONS_FILE)]
    hashes = {path.name: file_sha256(path) for path in heads if path.is_file()}
    said = {"verb": verb, "pool": str(pool), "at": str(pool.resolve()), **hashes, "edition": edition(), **purpose}
    return json.dumps({name: str(value) for name, value in sorted(said.items())})


def _places(pool: Path, verb: str, beside: Path | None, apart_from: Sequence[Path]) -> Iterator[Path]:
    name = f"{pool.resolve().name}.{verb}"
    read = [folder.resolve() for folder in (pool, *apart_from)]
    folders = [pool.resolve().parent, *([] if beside is None else [beside.resolve().parent])]
    for folder in dict.fromkeys(folders):
        if not any(folder.is_relative_to(one) for one in read):
            yield folder / name


def _taken(path: Path, claim: str) -> sqlite3.Connection:
    """The database, locked for this run alone, with the readings of this claim.

    Raises:
        OSError: when there can be no such file.
        sqlite3.Error: when another run is at work with it, or it is no database.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, _ONLY_ME))
    found = path.stat().st_ino
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        _refuse_others(database)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")  # until it is closed, or its process is gone
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN EXCLUSIVE")
        if path.stat().st_ino != found:  # its run was done, and removed it, before it could be locked
            raise sqlite3.OperationalError("another run was at work with it")
        _lay(database, claim)
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database


def _refuse_others(database: sqlite3.Connection) -> None:
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if tables and application != _OURS:
        raise sqlite3.DatabaseError("a database of something else")


def _lay(database: sqlite3.Connection, claim: str) -> None:
    database.execute(f"PRAGMA application_id = {_OURS}")
    database.execute("CREATE TABLE IF NOT EXISTS begun (claim TEXT)")
    if database.execute("SELECT claim FROM begun").fetchall() != [(claim,)]:
        database.execute("DROP TABLE IF EXISTS readings")
        database.execute(
            "CREATE TABLE readings (what TEXT, files BLOB, stamp TEXT, line TEXT, PRIMARY KEY (what, files))"
        )
        database.execute("DELETE FROM begun")
        database.execute("INSERT INTO begun VALUES (?)", (claim,))


def _remove(database: sqlite3.Connection, path: Path) -> None:
    """Remove it while it is locked: nobody opens what is about to go, and no journal is left beside it."""
    try:
        database.execute("PRAGMA journal_mode = DELETE")
        path.unlink()
    except (OSError, sqlite3.Error) as error:  # what it was kept for is done
        _LOG.warning("what was read is removed when all is done; %s could not be (%s); remove it", path, error)
