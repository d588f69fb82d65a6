"""Pools -> one pool: one set of labels, every scan once, look-alikes on one side of the split, rights kept.

The order in which pools are given changes nothing. A scan keeps its own `examined_for`: labels that only other pools
have are unknown in it, not absent.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from datasets.agreement import agreed_head
from datasets.bring import bring_files, bring_mask
from datasets.leaks import leaks
from datasets.pool.draft import Draft
from datasets.pool.errors import PoolError
from datasets.pool.records import PoolInfo, ScanRecord
from datasets.pool.store import read_record
from datasets.pool.stream import PoolEntry, PoolStream
from datasets.regroup import alike_in, keep_prints, put_on_purpose, regroup
from datasets.same_scan import combined, contradiction, pixel_hash
from datasets.verbs.outcome import Track

_PIXELS, _UNIT = "pixels ", "unit "
_DUPLICATE, _REFUSED, _TIED = "duplicate ", "refused ", "tied "


@dataclass(frozen=True)
class Merged:
    """What came of a merge: the pool's head, exact duplicates, those refused with the reason, groups joined, leaks."""

    info: PoolInfo
    duplicates: int
    refused: tuple[str, ...]
    joined: int
    leaks: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """A scan of one of the pools, under the name that it gets."""

    pool: PoolStream
    entry: PoolEntry
    prefix: str

    @property
    def key(self) -> str:
        """Its name among the inputs of the merge."""
        return f"{_tag(self.pool)} {self.entry.scan.scan_id}"


def merge_pools(roots: Sequence[Path], out: Path, *, name: str, track: Track) -> Merged:
    """Merge pools; a run that was cut off goes on.

    A scan whose name another site uses too gets its site before it; two scans of one site may not share a name. Scans
    of the very same pixels are kept once, under the first name, if what is said of them agrees; if not, the others are
    refused and listed.

    Raises:
        PoolError: when schemas, labels, scanners or declarations of the pools contradict each other, or a pool is
            broken or not all of them are sealed.
    """
    pools = sorted((PoolStream(root) for root in roots), key=_tag)
    info = agreed_head(pools, name or out.name)
    purpose = {"verb": "merge", "name": info.name, "pools": [_tag(pool) for pool in pools]}
    with Draft(out, purpose) as draft:
        for found in track(_by_name(pools), "merging", total=sum(pool.count() for pool in pools)):
            if not draft.is_done(found.key):
                _take(draft, found, info)
                draft.done(found.key)
        _take_declarations(draft, pools)
        _take_truth(draft, pools)
        alike = list(track(alike_in(draft), "finding look-alikes"))
        tied = (tuple(json.loads(groups)) for _, groups in draft.kept(_TIED))
        joined = regroup(draft, alike, put_on_purpose, tied)
        left = tuple(leaks(draft.scans(), alike))
        refused = tuple(f"{key.removeprefix(_REFUSED)}: {why}" for key, why in draft.kept(_REFUSED))
        duplicates = sum(1 for _ in draft.kept(_DUPLICATE))
        return Merged(draft.finish(info, sealed=pools[0].is_sealed), duplicates, refused, joined, left)


def _by_name(pools: Sequence[PoolStream]) -> Iterator[_Found]:
    """Scans of all pools by name; those that share one have their site before it."""
    streams = [_numbered(number, pool) for number, pool in enumerate(pools)]
    for scan_id, group in groupby(heapq.merge(*streams, key=lambda found: found[:2]), key=lambda found: found[0]):
        same = [(pools[number], entry) for _, number, entry in group]
        distinct = {json.dumps([file.sha256 for view in entry.scan.views for file in view.files]) for _, entry in same}
        sites = {entry.scan.site for _, entry in same}
        if len(distinct) > 1 and len(sites) < len(same):
            raise PoolError(
                "two scans of one site have two names",
                f"{scan_id!r} twice in {sorted(sites)}",
                "import one of the pools again under another site",
            )
        for pool, entry in same:
            yield _Found(pool, entry, f"{entry.scan.site}-" if len(distinct) > 1 else "")


def _numbered(number: int, pool: PoolStream) -> Iterator[tuple[str, int, PoolEntry]]:
    yield from ((entry.scan.scan_id, number, entry) for entry in pool.entries())


def _take(draft: Draft, found: _Found, info: PoolInfo) -> None:
    """Add a scan to the draft, or join it with the one of the same pixels that is there."""
    record = found.entry.scan
    profile = next((profile for profile in info.scanners if profile.name == record.scanner), None)
    scan = read_record(found.pool.root, record, profile)
    pixels = f"{_PIXELS}{pixel_hash(scan)}"
    twin = draft.note(pixels)
    if twin is not None:
        _join(draft, found, twin)
        return
    entry = bring_files(found.entry, found.pool.root, draft.root, _tag(found.pool))
    renamed = _renamed(entry.scan, found.prefix)
    draft.add_scan(renamed, entry.annotated)
    draft.keep(pixels, renamed.scan_id)
    for old, new in zip(record.units, renamed.units, strict=True):
        draft.keep(_unit_note(found.pool, old.unit_id), new.unit_id)
    keep_prints(draft, renamed.scan_id, scan)


def _join(draft: Draft, found: _Found, twin: str) -> None:
    there = draft.scan(twin)
    assert there is not None
    kept = PoolEntry(there, draft.objects(twin))
    draft.keep(f"{_TIED}{found.key}", json.dumps([there.group, found.entry.scan.group]))
    why = contradiction(kept, found.entry)
    if why is not None:
        draft.keep(f"{_REFUSED}{found.pool.info.name}/{found.entry.scan.scan_id}", f"the pixels of {twin}, but {why}")
        return
    draft.keep(f"{_DUPLICATE}{found.key}", twin)
    one = combined(kept, found.entry)
    draft.replace_scan(one.scan)
    if one.annotated is not None:
        has_mask = {view.view_id for view in kept.annotated or ()}
        bring = [
            view if view.view_id in has_mask else bring_mask(view, found.pool.root, draft.root, _tag(found.pool))
            for view in one.annotated
        ]
        draft.replace_objects(twin, bring)


def _renamed(scan: ScanRecord, prefix: str) -> ScanRecord:
    units = tuple(unit.model_copy(update={"unit_id": f"{prefix}{unit.unit_id}"}) for unit in scan.units)
    return scan.model_copy(update={"scan_id": f"{prefix}{scan.scan_id}", "units": units})


def _take_declarations(draft: Draft, pools: Sequence[PoolStream]) -> None:
    for pool in pools:
        if draft.is_done(f"declarations {_tag(pool)}"):
            continue
        for declaration in pool.declarations():
            there = draft.declaration(declaration.declaration_id)
            if there is None:
                draft.add_declaration(declaration)
            elif there != declaration:
                raise PoolError(
                    "declarations of one name are one declaration",
                    f"two that differ of {declaration.declaration_id!r}, the second in {pool.root}",
                    "import one of the pools again, with other names of its declarations",
                )
        draft.done(f"declarations {_tag(pool)}")


def _take_truth(draft: Draft, pools: Sequence[PoolStream]) -> None:
    """Truth of the units that were taken, under the names that they got."""
    for pool in pools:
        if draft.is_done(f"truth {_tag(pool)}"):
            continue
        for truth in pool.truth():
            unit_id = draft.note(_unit_note(pool, truth.unit_id))
            if unit_id is not None:
                draft.add_truth(truth.model_copy(update={"unit_id": unit_id}))
        draft.done(f"truth {_tag(pool)}")


def _unit_note(pool: PoolStream, unit_id: str) -> str:
    return f"{_UNIT}{_tag(pool)} {unit_id}"


def _tag(pool: PoolStream) -> str:
    """Short name of a pool's content: the folder of its files in the merged pool, whatever the pools are called."""
    return hashlib.sha256(f"{pool.info.content_hash} {pool.info.truth_hash}".encode()).hexdigest()[:12]
