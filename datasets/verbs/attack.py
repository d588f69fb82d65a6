"""`pool.py attack`: tries to link a pool back to the folder that it was made from."""

from __future__ import annotations

import json
from pathlib import Path

from datasets.attack.run import attack
from datasets.attack.summary import Attack, Linked
from datasets.pool.errors import PoolError
from datasets.readings import working_readings
from datasets.verbs.outcome import Outcome, Track
from evaluation.statistics import Interval
from imaging.writing.whole import write_whole


def run(*, pool: Path, source: Path, out: Path | None, track: Track) -> Outcome:
    """Try every way, and say what share could be linked; that something can be linked is a figure, not a problem.

    What is read of files is kept in `POOL.attack` until the figures are there: an attack that was cut off goes on.

    Raises:
        PoolError: when there is no pool or no source, or the figures would lie in the pool.
    """
    if not source.is_dir():
        raise PoolError("the source is the folder that the pool was made from", f"no folder {source}", "name it")
    if out is not None and out.resolve().is_relative_to(pool.resolve()):
        raise PoolError("a pool holds its own files alone", f"--out {out} inside", "name another place")
    purpose = {"source": source, "there": source.resolve()}
    with working_readings(pool, "attack", purpose=purpose, beside=out, apart_from=[source]) as readings:
        came_to = attack(pool, source, track, readings)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            write_whole(out, (json.dumps(came_to.as_dict(), indent=1, sort_keys=True) + "\n").encode())
    return Outcome({f"share of {pool} that is linked to exactly one of {source}": _table(came_to)})


def _table(came_to: Attack) -> dict[str, str]:
    rows = {"scans": f"{came_to.pool_scans:,} in the pool, {came_to.source_scans:,} in the source"}
    rows |= {linked.way: _row(linked) for linked in came_to.ways}
    rows["anything but the picture"] = _share(came_to.without_pictures)
    rows["guessing with nothing known"] = f"{came_to.ways[0].chance:.2%} right"
    order = came_to.order
    if order.correlation is not None:
        rows["order of lines"] = f"rank correlation {order.correlation:+.2f} (p {order.p_value:.3f})"
        rows["at the same place"] = f"{order.same_rank:,} of {order.pairs:,}; by chance about 1"
    rows["strings of headers and names"] = f"{came_to.strings_found:,} of {came_to.strings:,} stand in the pool"
    return rows


def _row(linked: Linked) -> str:
    wrong = f", {linked.contradicted:,} of them wrongly" if linked.contradicted else ""
    return f"{_share(linked.one)}{wrong}; to several {linked.several:,}; by guessing {linked.by_guessing:.1%}"


def _share(interval: Interval) -> str:
    if interval.value is None:
        return "none"
    return f"{interval.value:.1%} [{interval.lower:.1%}, {interval.upper:.1%}]"
