"""What a run has simulated so far, a line a scan, so that a run that was cut off can go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from datasets.pool.store import POOL_FILE, file_sha256
from datasets.sandbox.pool_records import ScanRecords

_FILE = "unfinished.jsonl"


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of a pool that is being written; its first line says what was ordered."""

    path: Path

    @classmethod
    def opened(cls, out: Path, arguments: Mapping[str, str | int | float | bool | None]) -> Journal:
        """The journal of a folder: new where the folder is empty, else that of the run that is to go on.

        `arguments` are all that the pool depends on.

        Raises:
            ValueError: when the folder holds anything but the beginning of this very pool.
        """
        path, head = out / _FILE, json.dumps(arguments, sort_keys=True) + "\n"
        if not path.is_file():
            if out.exists() and any(out.iterdir()):
                found = "a finished pool" if (out / POOL_FILE).is_file() else "other files"
                raise ValueError(f"a pool is written to an empty folder; found {found} in {out}; name another --out")
            out.mkdir(parents=True, exist_ok=True)
            path.write_text(head, encoding="utf-8")
            return cls(path)
        with path.open(encoding="utf-8") as stream:
            begun = stream.readline()
        if begun != head:
            raise ValueError(
                f"a run goes on with the options that it was begun with; found {begun.strip()} in {path}, asked for "
                f"{head.strip()}; repeat those options, or name another --out"
            )
        if not path.read_bytes().endswith(b"\n"):  # cut off within a line: the next one starts afresh
            with path.open("a", encoding="utf-8") as stream:
                stream.write("\n")
        return cls(path)

    def read(self) -> Iterator[ScanRecords]:
        """Scans that were finished: their lines are whole, and their files are what was written."""
        with self.path.open(encoding="utf-8") as stream:
            next(stream, None)
            for line in stream:
                try:
                    one = ScanRecords.model_validate_json(line)
                except ValidationError:  # a line that a run was cut off in
                    continue
                if all(self._is_whole(file.path, file.sha256) for file in one.files):
                    yield one

    def add(self, one: ScanRecords) -> None:
        """Note a scan whose files are written."""
        with self.path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(one.model_dump_json() + "\n")

    def remove(self) -> None:
        """The pool is whole."""
        self.path.unlink()

    def _is_whole(self, name: str, sha256: str) -> bool:
        path = self.path.parent / name
        return path.is_file() and file_sha256(path) == sha256
