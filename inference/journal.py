"""The journal of a run: whole batches on disk, so that a run which was cut off goes on where it stood."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inference.canonical import canonical, write_whole
from inference.errors import OutputRefused

FINGERPRINT_FILE = "fingerprint.json"
Fingerprint = Mapping[str, str | int | float | None]


class Journal:
    """Batches in a folder, one file each; `files` of a batch are those that it wrote elsewhere, with their sizes.

    Args:
        folder: Folder of the journal; made when it is not there.
        fingerprint: What the run is made of. A journal of another run is refused.

    Raises:
        OutputRefused: when the folder holds a journal of another run; the message names what differs.
    """

    def __init__(self, folder: Path, fingerprint: Fingerprint) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            self._take(fingerprint)
        except BaseException:
            self._lock.close()
            raise

    def _take(self, fingerprint: Fingerprint) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            found = f"another at work in {self._folder.parent}"
            raise OutputRefused("one run at a time writes to an output folder", found, "wait for it") from error
        path = self._folder / FINGERPRINT_FILE
        if path.is_file():
            refuse_difference(_read(path) or {}, fingerprint, self._folder.parent)
        else:
            write_whole(path, canonical(dict(fingerprint)).encode())

    def batch(self, number: int) -> list[dict[str, Any]] | None:
        """Records of a finished batch; None where it is to be made (again): no entry, or its pictures are gone."""
        entry = _read(self._path(number))
        if entry is None or not all(
            _has_size(self._folder.parent / name, size) for name, size in entry["files"].items()
        ):
            return None
        records: list[dict[str, Any]] = entry["records"]
        return records

    def write(self, number: int, records: list[dict[str, Any]], files: list[str]) -> None:
        """Write a batch whole; `files` are names relative to the output folder that its records speak of."""
        sizes = {name: (self._folder.parent / name).stat().st_size for name in files}
        write_whole(self._path(number), canonical({"records": records, "files": sizes}).encode())

    def remove(self) -> None:
        """Take the journal away, once everything stands in the results."""
        for path in sorted(self._folder.iterdir()):
            path.unlink()
        self._folder.rmdir()
        self.close()

    def close(self) -> None:
        """Let another run have the folder; the end of the process does it too."""
        self._lock.close()

    def _path(self, number: int) -> Path:
        return self._folder / f"batch-{number:07d}.json"


def refuse_difference(stood: Mapping[str, Any], wanted: Fingerprint, out: Path) -> None:
    """Refuse to go on with a run of something else.

    Raises:
        OutputRefused: naming every part that differs.
    """
    differing = [key for key in sorted({*stood, *wanted}) if stood.get(key) != wanted.get(key)]
    if differing:
        raise OutputRefused(
            "a run goes on with the inputs, model and options that it began with",
            f"another run in {out}: "
            + ", ".join(f"{key} was {_short(stood.get(key))}, now {_short(wanted.get(key))}" for key in differing),
            "give another --out, or start the first command again",
        )


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) > 40 else text


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, or a disk that lost it: the batch is made again
        return None
    return content if isinstance(content, dict) else None
