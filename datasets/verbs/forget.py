"""`pool.py forget`: scans and units leave a pool for good; what was made from the pool is listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datasets.forget import forget, made_from
from datasets.pool.errors import PoolError
from datasets.verbs.outcome import Outcome, Track


def run(*, pool: Path, units: Sequence[str], search: Sequence[Path], track: Track) -> Outcome:
    """Rewrite the pool without them; names that it does not have, and what was made from it, are a problem each.

    Raises:
        PoolError: when it is no pool or broken, nothing is named, or a folder to search is none.
    """
    for folder in search:
        if not folder.is_dir():
            raise PoolError("pools and packages are searched for in folders", f"{folder}", "name a folder")
    done = forget(pool, units, track)
    hashes = {done.before.content_hash} - {""}
    made = [(path, kind) for path, kind in made_from(hashes, search) if path.resolve() != pool.resolve()]
    rows = {
        "scans removed": done.scans,
        "content hash before": done.before.content_hash,
        "content hash now": done.after.content_hash,
        "made from the pool as it was": len(made),
    }
    problems = [f"no scan or unit is named {name!r}" for name in done.unknown]
    problems += [
        f"{path}: a {kind} made from the pool as it was; forget it there, or train anew" for path, kind in made
    ]
    return Outcome({str(pool): rows}, tuple(problems))
