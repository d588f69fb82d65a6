"""A pool's files <-> records. Byte-stable: same records, same bytes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from datasets.pool.errors import PoolError
from datasets.pool.records import SCHEMA_VERSION, Annotation, Annotations, PoolInfo, ScanRecord, TruthRecord, UnitRecord
from declarations.schema import Declaration, Line, UnitClaim
from imaging import Scan, ScannerProfile, Source, read_scan

POOL_FILE, SCANS_FILE, DECLARATIONS_FILE = "pool.json", "scans.jsonl", "declarations.jsonl"
TRUTH_FILE, ANNOTATIONS_FILE = "truth.jsonl", "annotations.json"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, eq=False)
class Pool:
    """A pool in memory, without its pixels. `truth` and `annotations` are None in a sealed pool."""

    root: Path
    info: PoolInfo
    scans: tuple[ScanRecord, ...]
    declarations: Mapping[str, Declaration]
    truth: Mapping[str, TruthRecord] | None
    annotations: Annotations | None

    def profile(self, record: ScanRecord) -> ScannerProfile | None:
        """Profile of the scanner that made a scan; None where the pool has none."""
        return next((profile for profile in self.info.scanners if profile.name == record.scanner), None)

    def read_scan(self, record: ScanRecord) -> Scan:
        """Read a scan's pixels, with their meaning.

        Raises:
            imaging.ScanError: when a file is missing or broken.
        """
        return read_record(self.root, record, self.profile(record))

    def claims(self, record: ScanRecord) -> tuple[UnitClaim, ...]:
        """What was declared of each unit of a scan."""
        return tuple(_claim(unit, self.declarations, self._shared_declarations) for unit in record.units)

    @cached_property
    def _shared_declarations(self) -> frozenset[str]:
        """Declarations that stand whole in several units: which of their goods is in which is not said."""
        whole = Counter(
            part.declaration_id
            for scan in self.scans
            for unit in scan.units
            for part in unit.declarations
            if part.line_nos is None
        )
        return frozenset(declaration_id for declaration_id, count in whole.items() if count > 1)

    @cached_property
    def annotations_by_view(self) -> dict[tuple[str, str], list[Annotation]]:
        """Annotations by (scan_id, view_id); every annotated image has an entry, also without objects.

        Raises:
            PoolError: when the pool is sealed.
        """
        if self.annotations is None:
            raise PoolError(
                "training and evaluation need annotations",
                f"no {ANNOTATIONS_FILE} in {self.root}",
                "ask the owner of this sealed pool for it",
            )
        key_of = {image.id: (image.scan_id, image.view_id) for image in self.annotations.images}
        found: dict[tuple[str, str], list[Annotation]] = {key: [] for key in key_of.values()}
        for annotation in self.annotations.annotations:
            found[key_of[annotation.image_id]].append(annotation)
        return found


def read_record(root: Path, record: ScanRecord, profile: ScannerProfile | None) -> Scan:
    """Read the pixels of a scan of a pool, view by view, with their meaning; views are named as in the record.

    Raises:
        imaging.ScanError: when a file is missing or broken.
    """
    read = [
        read_scan([root / file.path for file in view.files], profile, scan_id=record.scan_id) for view in record.views
    ]
    views = tuple(replace(scan.view, view_id=view.view_id) for scan, view in zip(read, record.views, strict=True))
    return replace(read[0], views=views, source=_all_files([scan.source for scan in read]))


def _all_files(sources: Sequence[Source]) -> Source:
    return Source(tuple(file for source in sources for file in source.files), sources[0].format)


def image_ids(scans: Iterable[ScanRecord]) -> dict[tuple[str, str], int]:
    """COCO image id of every (scan_id, view_id): its place, from 1, in the order of `scans.jsonl`."""
    keys = [(scan.scan_id, view.view_id) for scan in scans for view in scan.views]
    return {key: number for number, key in enumerate(keys, start=1)}


def read_info(root: Path) -> PoolInfo:
    """Read `pool.json`.

    Raises:
        PoolError: when there is none, or its schema is of another version.
    """
    if not (root / POOL_FILE).is_file():
        raise PoolError("a pool is a folder with pool.json", f"none in {root}", "name a pool's folder")
    text = (root / POOL_FILE).read_text(encoding="utf-8")
    try:
        version = json.loads(text).get("schema_version")
    except (ValueError, AttributeError, RecursionError) as error:
        raise PoolError("pool.json is a JSON object", f"{root / POOL_FILE}: {error}", "restore it") from error
    if version != SCHEMA_VERSION:
        raise PoolError(
            f"this version reads pools of schema {SCHEMA_VERSION}",
            f"schema {version!r} in {root}",
            "read it with the version that wrote it",
        )
    return validated(PoolInfo, text, root / POOL_FILE, 1)


def read_pool(root: Path) -> Pool:
    """Read a pool's records; pixels are read later, scan by scan.

    Raises:
        PoolError: when it is no pool, its schema is of another version, or a line breaks the schema.
    """
    info = read_info(root)
    truth, annotations = root / TRUTH_FILE, root / ANNOTATIONS_FILE
    return Pool(
        root=root,
        info=info,
        scans=tuple(sorted(read_lines(root / SCANS_FILE, ScanRecord), key=lambda scan: scan.scan_id)),
        declarations={entry.declaration_id: entry for entry in read_lines(root / DECLARATIONS_FILE, Declaration)},
        truth={entry.unit_id: entry for entry in read_lines(truth, TruthRecord)} if truth.is_file() else None,
        annotations=validated(Annotations, annotations.read_text(encoding="utf-8"), annotations, 1)
        if annotations.is_file()
        else None,
    )


def write_pool(
    root: Path,
    info: PoolInfo,
    scans: Sequence[ScanRecord],
    declarations: Iterable[Declaration],
    truth: Iterable[TruthRecord] | None,
    annotations: Annotations | None,
) -> PoolInfo:
    """Write a pool's records beside its images, which already lie below `root`.

    `pool.json` comes last: a folder without it is not a pool, so a run that was cut off leaves none.

    Returns:
        `info` with both hashes filled in.
    """
    root.mkdir(parents=True, exist_ok=True)
    _write_lines(root / SCANS_FILE, scans, "scan_id")
    _write_lines(root / DECLARATIONS_FILE, declarations, "declaration_id")
    if truth is not None:
        _write_lines(root / TRUTH_FILE, truth, "unit_id")
    if annotations is not None:
        (root / ANNOTATIONS_FILE).write_text(canonical(annotations) + "\n", encoding="utf-8")
    return seal_info(root, info)


def seal_info(root: Path, info: PoolInfo) -> PoolInfo:
    """Write `pool.json` with the hashes of the files that stand beside it, at once: it is whole or not there."""
    finished = info.model_copy(update={"content_hash": content_hash(root), "truth_hash": truth_hash(root)})
    beside = root / f"{POOL_FILE}.new"
    beside.write_text(json.dumps(finished.model_dump(mode="json"), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(root / POOL_FILE)
    return finished


def content_hash(root: Path) -> str:
    """SHA-256 over scans and declarations; `scans.jsonl` names the hash of every image. Sealing does not change it."""
    return _hash_of(root / SCANS_FILE, root / DECLARATIONS_FILE)


def truth_hash(root: Path) -> str:
    """SHA-256 over truth and annotations, as far as they are there; empty for a sealed pool."""
    there = [path for path in (root / TRUTH_FILE, root / ANNOTATIONS_FILE) if path.is_file()]
    return _hash_of(*there) if there else ""


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _hash_of(*paths: Path) -> str:
    return hashlib.sha256("".join(f"{path.name}:{file_sha256(path)}\n" for path in paths).encode()).hexdigest()


def _claim(unit: UnitRecord, declarations: Mapping[str, Declaration], shared: Collection[str]) -> UnitClaim:
    lines: list[Line] = []
    for part in unit.declarations:
        declared = declarations[part.declaration_id].lines
        lines += [line for line in declared if part.line_nos is None or line.line_no in part.line_nos]
    gross = [part.gross_mass_kg for part in unit.declarations]
    known = [mass for mass in gross if mass is not None]
    return UnitClaim(
        unit_id=unit.unit_id,
        kind=unit.kind,
        region_xyxy=unit.region_xyxy,
        tare_kg=unit.tare_kg,
        declared_empty=unit.declared_empty,
        declaration_ids=tuple(part.declaration_id for part in unit.declarations),
        lines=tuple(lines),
        lines_shared=any(part.declaration_id in shared for part in unit.declarations),
        gross_mass_kg=sum(known) if known and len(known) == len(gross) else None,
        problem=None if unit.declarations or unit.declared_empty else "no declaration is linked to this unit",
    )


def read_lines(path: Path, model: type[Model]) -> Iterator[Model]:
    """Records of a file, a line each, as they come.

    Raises:
        PoolError: when there is no such file, or (while reading) a line breaks the schema.
    """
    if not path.is_file():
        raise PoolError("a pool has all its files", f"no {path.name} in {path.parent}", "restore it")
    with path.open(encoding="utf-8", errors="surrogateescape") as stream:
        for number, line in enumerate(stream, start=1):
            yield validated(model, line, path, number)


def validated(model: type[Model], text: str, path: Path, number: int) -> Model:
    """A record of the text in line `number` of a file.

    Raises:
        PoolError: when it breaks the schema; the message names file, line, field and rule.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise PoolError(
            "every line of a pool follows its schema",
            f"{path.name} line {number}, {'.'.join(map(str, first['loc']))}: {first['msg']}",
            "mend the line, or import the source again",
        ) from error


def _write_lines(path: Path, records: Iterable[BaseModel], key: str) -> None:
    """Records by rising key, a line each."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(canonical(record) + "\n" for record in sorted(records, key=attrgetter(key)))


def canonical(record: BaseModel) -> str:
    """A record as one line of JSON, always the same one."""
    return json.dumps(record.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
