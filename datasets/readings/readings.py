"""What was made of files, under their names, for as long as they stay as they were."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel, ValidationError

_LOG = logging.getLogger(__name__)


class Reading(BaseModel, frozen=True, ser_json_bytes="base64", val_json_bytes="base64"):
    """What was made of the bytes of files, and of nothing else; as JSON it loses nothing."""


Made = TypeVar("Made", bound=Reading)


class Readings(Protocol):
    """Reads files, or knows what they held."""

    def of(self, what: str, files: Sequence[Path], model: type[Made], read: Callable[[], Made]) -> Made:
        """What `read` makes of these files.

        Args:
            what: Names what is made of them, and all that it depends on beside their bytes.
            files: The files; none where it depends on no bytes but what its name tells.
            model: What it is kept as.
            read: Reads them.
        """
        ...


class AnewEachTime:
    """Readings of which nothing is kept."""

    def of(self, what: str, files: Sequence[Path], model: type[Made], read: Callable[[], Made]) -> Made:
        """Read the files."""
        del what, files, model
        return read()


class KeptReadings:
    """Readings in a database: a file is read again where its size or a time of it is another than when it was read.

    Each is on disk when the next one begins. What can not be kept any more (a full disk) is read all the same.

    Args:
        database: With a table `readings`.
        path: Where it lies, for messages.
    """

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database, self._path = database, path
        self._keeps = True

    def of(self, what: str, files: Sequence[Path], model: type[Made], read: Callable[[], Made]) -> Made:
        """What was kept of the files, or what is read now."""
        names, stamp = b"\0".join(os.fsencode(path) for path in files), _stamp(files)
        kept = None if stamp is None else self._kept(what, names, stamp, model)
        if kept is not None:
            return kept
        made = read()
        if stamp is not None:  # that of before: what changes while it is read is read again
            self._keep(what, names, stamp, made)
        return made

    def _kept(self, what: str, names: bytes, stamp: str, model: type[Made]) -> Made | None:
        question = "SELECT line FROM readings WHERE what = ? AND files = ? AND stamp = ?"
        try:
            row = self._database.execute(question, (what, names, stamp)).fetchone()
            return None if row is None else model.model_validate_json(row[0])
        except (sqlite3.Error, ValidationError):  # a damaged disk: the files themselves say what they hold
            return None

    def _keep(self, what: str, names: bytes, stamp: str, made: Reading) -> None:
        if not self._keeps:
            return
        try:
            line = made.model_dump_json()
        except ValueError:  # text that is no Unicode, as of a hostile file: read again next time
            return
        try:
            self._database.execute("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)", (what, names, stamp, line))
        except sqlite3.Error as error:
            self._keeps = False
            _LOG.warning(
                "%s takes no more (%s): what is read from here on is read again after a kill", self._path, error
            )


def _stamp(files: Sequence[Path]) -> str | None:
    """Sizes and times of change, links followed; None where a file can not be asked."""
    try:
        found = [path.stat() for path in files]
    except OSError:
        return None
    return json.dumps([[one.st_size, one.st_mtime_ns, one.st_ctime_ns] for one in found])
