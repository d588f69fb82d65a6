"""A pool that is being written: records in a database on disk until all are there, then the files of a pool at once.

A run that is killed leaves `OUT.draft`, never half a pool: the same command goes on where it was cut off. Memory does
not grow with the number of scans: SQLite sorts and keeps the lines.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from datasets.pool.coco import write_annotations
from datasets.pool.errors import PoolError
from datasets.pool.objects import LabelledObject, ViewObjects
from datasets.pool.records import AnnotatedImage, PoolInfo, ScanRecord, TruthRecord
from datasets.pool.rows import get, open_tables, put, rows
from datasets.pool.store import (
    ANNOTATIONS_FILE,
    DECLARATIONS_FILE,
    SCANS_FILE,
    TRUTH_FILE,
    canonical,
    seal_info,
)
from declarations.schema import Declaration

__all__ = ["Draft", "LabelledObject", "ViewObjects"]

_TABLES = ("begun", "scans", "declarations", "truth", "objects", "notes", "done")
_DATABASE = "draft.sqlite"


class Draft:
    """A pool being written to `OUT.draft`, which becomes `OUT` when it is finished.

    Use as a context manager. What was added under a `key` that is `done` is on disk for good: a run that goes on skips
    it. Records that share an id with one that is there are refused.

    Args:
        out: Folder of the pool to be; must not exist or be empty.
        purpose: What the draft is for (verb and arguments), so that another command does not go on with it.

    Raises:
        PoolError: when `out` holds files, or the draft beside it was begun by another command.
    """

    def __init__(self, out: Path, purpose: Mapping[str, object]) -> None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise PoolError("a pool is written to an empty folder", f"{out} with files", "name another --out")
        self.out = out
        self.root = out.with_name(out.name + ".draft")
        self.root.mkdir(parents=True, exist_ok=True)
        self._database = open_tables(self.root / _DATABASE, _TABLES)
        self._claim(json.dumps({name: str(value) for name, value in sorted(purpose.items())}))

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def is_done(self, key: str) -> bool:
        """Whether all that belongs to this input is in the draft."""
        return self._get("done", key) is not None

    def done(self, key: str, result: str = "") -> None:
        """Say that all that belongs to this input was added: it outlives a kill. `results` hands `result` back."""
        self._put("done", key, result)
        self._database.commit()

    def results(self) -> Iterator[tuple[str, str]]:
        """Inputs that are done, by key, with their results."""
        yield from self._rows("done")

    def add_scan(self, scan: ScanRecord, annotated: Sequence[ViewObjects] | None) -> None:
        """Add a scan, with what is annotated in its views; None when nobody annotated it (the pool is sealed).

        Raises:
            PoolError: when a scan of this name is there, or a view is annotated that it does not have, or twice.
        """
        self._put("scans", scan.scan_id, canonical(scan))
        if annotated is not None:
            _refuse_strange_views(scan, annotated)
            self._put("objects", scan.scan_id, json.dumps([one.model_dump(mode="json") for one in annotated]))

    def replace_scan(self, scan: ScanRecord) -> None:
        """Write another record over that of a scan which is there, as when groups are joined; also amid `scans`."""
        self._database.execute("UPDATE scans SET line = ? WHERE key = ?", (canonical(scan), scan.scan_id))

    def replace_objects(self, scan_id: str, annotated: Sequence[ViewObjects]) -> None:
        """Write other annotations over those of a scan which is there."""
        line = json.dumps([one.model_dump(mode="json") for one in annotated])
        self._database.execute("INSERT OR REPLACE INTO objects VALUES (?, ?)", (scan_id, line))

    def scan(self, scan_id: str) -> ScanRecord | None:
        """The scan of this name, where the draft has it."""
        line = self._get("scans", scan_id)
        return None if line is None else ScanRecord.model_validate_json(line)

    def note(self, key: str) -> str | None:
        """The note kept under this key."""
        return self._get("notes", key)

    def objects(self, scan_id: str) -> tuple[ViewObjects, ...] | None:
        """What is annotated in a scan that is there; None when nobody annotated it."""
        line = self._get("objects", scan_id)
        return None if line is None else tuple(ViewObjects(**one) for one in json.loads(line))

    def add_declaration(self, declaration: Declaration) -> None:
        """Add a declaration."""
        self._put("declarations", declaration.declaration_id, canonical(declaration))

    def add_truth(self, truth: TruthRecord) -> None:
        """Add what really is in a unit."""
        self._put("truth", truth.unit_id, canonical(truth))

    def has_scan(self, scan_id: str) -> bool:
        """Whether a scan of this name is in the draft."""
        return self._get("scans", scan_id) is not None

    def declaration(self, declaration_id: str) -> Declaration | None:
        """The declaration of this name, where the draft has it."""
        line = self._get("declarations", declaration_id)
        return None if line is None else Declaration.model_validate_json(line)

    def keep(self, key: str, note: str) -> None:
        """Keep a note of the verb's own (a thumbnail, a count), over the one that was there."""
        self._database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, note))

    def kept(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Notes whose key begins with `prefix`, by key."""
        yield from self._rows("notes", prefix)

    def scans(self) -> Iterator[ScanRecord]:
        """Scans by scan_id."""
        for _, line in self._rows("scans"):
            yield ScanRecord.model_validate_json(line)

    def finish(self, info: PoolInfo, *, sealed: bool = False) -> PoolInfo:
        """Write the files of the pool and give the folder its name. The draft can not be used afterwards.

        Returns:
            `info` with both hashes filled in.
        """
        self._database.commit()
        _write(self.root / SCANS_FILE, (line for _, line in self._rows("scans")))
        _write(self.root / DECLARATIONS_FILE, (line for _, line in self._rows("declarations")))
        if next(self._rows("truth"), None) is not None:
            _write(self.root / TRUTH_FILE, (line for _, line in self._rows("truth")))
        if not sealed:
            write_annotations(self.root / ANNOTATIONS_FILE, info.labels, self._annotated)
        finished = seal_info(self.root, info)
        self._database.close()
        for rest in self.root.glob(f"{_DATABASE}*"):
            rest.unlink()
        if self.out.exists():
            self.out.rmdir()
        self.root.rename(self.out)
        return finished

    def give_up(self) -> None:
        """Remove the draft."""
        self._database.close()
        shutil.rmtree(self.root)

    def _claim(self, purpose: str) -> None:
        claimed = self._get("begun", "purpose")
        if claimed is None:
            self._put("begun", "purpose", purpose)
            self._database.commit()
        elif claimed != purpose:
            raise PoolError(
                "a draft is finished by the command that began it",
                f"{self.root}, begun with {claimed}",
                "give the same options again, or remove that folder",
            )

    def _annotated(self) -> Iterator[tuple[AnnotatedImage, tuple[LabelledObject, ...]]]:
        """Every annotated view with its objects, in the order of image ids."""
        number = 0
        for scan in self.scans():
            found = {one.view_id: one for one in self.objects(scan.scan_id) or ()}
            for view in scan.views:
                number += 1
                if view.view_id in found:
                    height, width = view.size_hw
                    image = AnnotatedImage(
                        id=number,
                        scan_id=scan.scan_id,
                        view_id=view.view_id,
                        file_name=view.files[0].path,
                        height=height,
                        width=width,
                        mask=found[view.view_id].mask,
                    )
                    yield image, found[view.view_id].objects

    def _put(self, table: str, key: str, line: str) -> None:
        put(self._database, table, key, line)

    def _get(self, table: str, key: str) -> str | None:
        return get(self._database, table, key)

    def _rows(self, table: str, prefix: str = "") -> Iterator[tuple[str, str]]:
        return rows(self._database, table, prefix)


def _refuse_strange_views(scan: ScanRecord, annotated: Sequence[ViewObjects]) -> None:
    there = {view.view_id for view in scan.views}
    named = [one.view_id for one in annotated]
    if len(set(named)) < len(named) or not set(named) <= there:
        raise PoolError(
            "what is annotated is a view of the scan, once",
            f"{sorted(named)} in {scan.scan_id!r}, which has {sorted(there)}",
            "name each view of the scan once",
        )


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(line + "\n" for line in lines)
