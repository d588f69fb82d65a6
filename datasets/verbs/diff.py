"""`pool.py diff`: what differs between two versions of a pool."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from datasets.diff import Difference, differences
from datasets.pool.store import content_hash, truth_hash
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Outcome, Track


def run(*, before: Path, after: Path, out: Path | None, track: Track) -> Outcome:
    """Count the differences by kind, and write them all; a pool whose files are not those of its head is a problem."""
    pools = PoolStream(before), PoolStream(after)
    found: Iterator[Difference] = track(differences(*pools), "comparing")
    counts: Counter[str] = Counter()
    counted = _counted(found, counts)
    if out is None:
        for _ in counted:
            pass
    else:
        _write(out, counted)
    hashes: dict[str, object] = {str(pool.root): content_hash(pool.root) for pool in pools}
    told: dict[str, object] = dict(sorted(counts.items())) or {"none": 0}
    tables = {"content hash": hashes, "differences": told}
    return Outcome(tables, tuple(_stale(pool) for pool in pools if not _is_sound(pool)))


def _counted(found: Iterable[Difference], counts: Counter[str]) -> Iterator[Difference]:
    for one in found:
        counts[f"{one.record} {one.change}" if one.record != "pool" else f"pool.json, {one.name}"] += 1
        counts.update(f"scan changed: {kind}" for kind in one.kinds)
        yield one


def _write(out: Path, found: Iterable[Difference]) -> None:
    """A line of JSON each; the file is whole or not there."""
    beside = out.with_name(f"{out.name}.new")
    with beside.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(json.dumps(asdict(one), ensure_ascii=False, sort_keys=True) + "\n" for one in found)
    beside.replace(out)


def _is_sound(pool: PoolStream) -> bool:
    is_whole = content_hash(pool.root) == pool.info.content_hash
    return is_whole and (truth_hash(pool.root) or pool.info.truth_hash) == pool.info.truth_hash


def _stale(pool: PoolStream) -> str:
    return f"{pool.root}: its files are not those that pool.json was written for"
