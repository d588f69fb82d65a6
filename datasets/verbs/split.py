"""`pool.py split`: how a pool is split, or a pool that is split anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from datasets.leaks import leaks
from datasets.pool.errors import PoolError
from datasets.pool.records import Split
from datasets.pool.split import count_groups
from datasets.pool.stream import PoolStream
from datasets.resplit import split_pool
from datasets.verbs.outcome import Outcome, Track


def run(*, pool: Path, out: Path | None, hold_out: Sequence[str], track: Track) -> Outcome:
    """Print the split of a pool, or of a new one that is split so; leaks are a problem each."""
    if out is None:
        if hold_out:
            raise PoolError("what is held out is written to a new pool", f"--hold_out {hold_out}", "name --out as well")
        stream = PoolStream(pool)
        return Outcome(_sides(stream, track), tuple(leaks(stream.scans())))
    done = split_pool(pool, out, hold_out, track=track)
    tables = {str(out): {"groups joined into others": done.joined, "content hash": done.info.content_hash}}
    return Outcome(tables | _sides(PoolStream(out), track), done.leaks)


def _sides(pool: PoolStream, track: Track) -> dict[str, dict[str, object]]:
    """Scans, groups and objects of each label on each side; groups stand on one side, so that they count once."""
    sides: dict[str, Counter[str]] = {side: Counter(scans=0, groups=0) for side in get_args(Split)}
    for entry in track(pool.entries(), "counting"):
        side = sides[entry.scan.split]
        side["scans"] += 1
        side.update(one.label for view in entry.annotated or () for one in view.objects)
    for name, count in count_groups(pool.scans()).items():
        sides[name]["groups"] = count
    return {side: dict(counts) for side, counts in sides.items()}
