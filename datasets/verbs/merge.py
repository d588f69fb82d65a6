"""`pool.py merge`: pools -> one pool, and what it may be used for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from datasets.merge import Merged, merge_pools
from datasets.pool.errors import PoolError
from datasets.pool.records import PoolInfo, ScanRecord
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Outcome, Track
from declarations.taxonomy.contraband import contraband_labels


def run(*, pools: Sequence[Path], out: Path, name: str, track: Track) -> Outcome:
    """Merge the pools; scans that were refused and leaks that are left are a problem each."""
    if len(pools) < 2:
        raise PoolError("a merge takes two pools or more", f"{len(pools)}", "name more in --pools")
    merged = merge_pools(pools, out, name=name, track=track)
    tables = {
        str(out): _counts(merged),
        "scans by licence, and what a merge of them may be used for": _rights(PoolStream(out).scans()),
    }
    return Outcome(tables, (*merged.refused, *merged.leaks))


def _counts(merged: Merged) -> dict[str, object]:
    return {
        "labels": ", ".join(merged.info.labels),
        "labels outside of the taxonomy": ", ".join(_strange(merged.info)) or "none",
        "scans kept once for several of the same pixels": merged.duplicates,
        "groups joined into others": merged.joined,
        "leaks between the sides of the split": len(merged.leaks),
        "content hash": merged.info.content_hash,
    }


def _strange(info: PoolInfo) -> list[str]:
    known = {entry.label for entry in contraband_labels()}
    return [label for label in info.labels if label not in known]


def _rights(scans: Iterable[ScanRecord]) -> dict[str, object]:
    counts: Counter[str] = Counter()
    for scan in scans:
        counts["scans"] += 1
        counts["may train"] += scan.rights.may_train
        counts["may be passed on"] += scan.rights.may_redistribute
        counts[f"licence: {scan.rights.licence}"] += 1
    return dict(counts)
