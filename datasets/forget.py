"""Takes scans out of a pool for good: records, annotations, truth, declarations that only they had, and their files.

The pool is written anew beside the old one, which is replaced only when that is whole; a killed run leaves the old
pool, or the new one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from datasets.bring import bring_files
from datasets.pool.draft import Draft
from datasets.pool.errors import PoolError
from datasets.pool.records import Operation, PoolInfo, ScanRecord
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Track

_NEW, _OLD = ".forgetting", ".forgotten"
_AGAIN = re.compile(r"([0-9a-f]{16})-\d+")
"""A pseudonym and the number of times that the unit was scanned."""
_UNIT, _DECLARATION, _GROUP = "unit ", "declaration ", "group "


@dataclass(frozen=True)
class Forgotten:
    """The pool's head before and after, how many scans are gone, and names that no scan or unit has."""

    before: PoolInfo
    after: PoolInfo
    scans: int
    unknown: tuple[str, ...]


def forget(pool: Path, names: Collection[str], track: Track) -> Forgotten:
    """Remove every scan that has one of the names, or holds a unit that has.

    A unit's name also means the same unit scanned again, whose name is followed by a number.

    Raises:
        PoolError: when it is no pool, names nothing, or is broken.
    """
    put_in_place(pool)
    wanted = set(names)
    if not wanted:
        raise PoolError("what is forgotten is named", "no name", "give --units")
    stream = PoolStream(pool)
    going = [(scan.scan_id, _names(scan)) for scan in stream.scans() if _names(scan) & wanted]
    found = {name for _, names_of_it in going for name in names_of_it & wanted}
    unknown = tuple(sorted(wanted - found))
    if not found:
        return Forgotten(stream.info, stream.info, 0, unknown)
    after = _write_anew(stream, dict(going), track)
    put_in_place(pool)
    return Forgotten(stream.info, after, len(going), unknown)


def put_in_place(pool: Path) -> None:
    """Finish a replacement that was cut off: the new pool takes the old one's name, and the old one goes."""
    new, old = pool.with_name(f"{pool.name}{_NEW}"), pool.with_name(f"{pool.name}{_OLD}")
    if new.is_dir():
        if pool.exists():
            if old.exists():
                shutil.rmtree(old)
            pool.rename(old)
        new.rename(pool)
    if old.exists() and pool.exists():
        shutil.rmtree(old)


def _write_anew(stream: PoolStream, going: Mapping[str, set[str]], track: Track) -> PoolInfo:
    new = stream.root.with_name(f"{stream.root.name}{_NEW}")
    gone = {*going, *(name for names in going.values() for name in names)}
    purpose = {"verb": "forget", "content": stream.info.content_hash, "scans": sorted(going)}
    with Draft(new, purpose) as draft:
        for entry in track(stream.entries(), "forgetting"):
            if entry.scan.scan_id not in going and not draft.is_done(entry.scan.scan_id):
                kept = bring_files(entry, stream.root, draft.root)
                scan = _in_another_group(draft, kept.scan) if kept.scan.group in gone else kept.scan
                draft.add_scan(scan, kept.annotated)
                _note_what_it_has(draft, scan)
                draft.done(scan.scan_id)
        _take_the_rest(draft, stream)
        step = Operation(verb="forget", arguments={"scans": len(going)})
        info = stream.info.model_copy(update={"history": (*stream.info.history, step)})
        return draft.finish(info, sealed=stream.is_sealed)


def _in_another_group(draft: Draft, scan: ScanRecord) -> ScanRecord:
    """The scan on its side of the split, in a group that is no longer called after one that is forgotten."""
    name = draft.note(f"{_GROUP}{scan.group}") or scan.scan_id
    draft.keep(f"{_GROUP}{scan.group}", name)
    renamed: ScanRecord = scan.model_copy(update={"group": name})
    return renamed


def _take_the_rest(draft: Draft, stream: PoolStream) -> None:
    """Declarations and truth of the units that are left."""
    for declaration in stream.declarations():
        name = declaration.declaration_id
        if draft.note(f"{_DECLARATION}{name}") is not None and draft.declaration(name) is None:
            draft.add_declaration(declaration)
    if not draft.is_done(_UNIT):
        for truth in stream.truth():
            if draft.note(f"{_UNIT}{truth.unit_id}") is not None:
                draft.add_truth(truth)
        draft.done(_UNIT)


def _note_what_it_has(draft: Draft, scan: ScanRecord) -> None:
    for unit in scan.units:
        draft.keep(f"{_UNIT}{unit.unit_id}", "")
        for part in unit.declarations:
            draft.keep(f"{_DECLARATION}{part.declaration_id}", "")


def _names(scan: ScanRecord) -> set[str]:
    """Names by which a scan may be asked for; a unit that was scanned again is asked for by its first name too."""
    units = {unit.unit_id for unit in scan.units}
    again = {found[1] for found in map(_AGAIN.fullmatch, units) if found}
    return {scan.scan_id, *units, *again}


def made_from(hashes: Collection[str], folders: Collection[Path]) -> Iterator[tuple[Path, str]]:
    """Pools and model packages below the folders whose history or description names one of these content hashes."""
    for folder in sorted(set(folders)):
        for place, below, names in os.walk(folder):
            below.sort()
            for name in sorted(set(names) & {"pool.json", "model.json"}):
                if _names_hash(Path(place, name), hashes):
                    yield Path(place), "pool" if name == "pool.json" else "model package"


def _names_hash(path: Path, hashes: Collection[str]) -> bool:
    """Whether a file names one of the hashes: any that does was made from that content, however it says so."""
    try:
        content = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(one and one in content for one in hashes)
