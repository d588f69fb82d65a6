"""A pool -> the same pool, split anew: by group, with a scanner, a site or a time held out for testing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from datasets.bring import bring_files
from datasets.leaks import leaks
from datasets.pool.draft import Draft
from datasets.pool.errors import PoolError
from datasets.pool.records import Month, Operation, PoolInfo, ScanRecord, Split
from datasets.pool.store import read_record
from datasets.pool.stream import PoolStream
from datasets.regroup import alike_in, keep_prints, regroup
from datasets.verbs.outcome import Track

_RECORDS = "\x00 declarations and truth"
"""Key of what is not a scan, in the draft; no scan is called so."""


@dataclass(frozen=True)
class HoldOut:
    """One rule of what is kept for testing: `field` is scanner, site or from."""

    field: str
    value: str

    def holds(self, scan: ScanRecord) -> bool:
        """Whether a scan is kept for testing; one whose month is not known is not kept by a month."""
        if self.field == "from":
            return scan.captured is not None and scan.captured >= self.value
        return str(getattr(scan, self.field)) == self.value


@dataclass(frozen=True)
class Resplit:
    """What came of a split: the pool's head, groups joined, leaks that are left."""

    info: PoolInfo
    joined: int
    leaks: tuple[str, ...]


def hold_outs(rules: Sequence[str], pool: PoolStream) -> tuple[HoldOut, ...]:
    """Rules in words, such as `scanner=NAME`, understood and proven to hold something out.

    Raises:
        PoolError: when a rule is not understood, or holds out nothing or everything.
    """
    understood = tuple(_rule(text) for text in rules)
    held, total = dict.fromkeys(understood, 0), 0
    for scan in pool.scans() if understood else ():
        total += 1
        for rule in understood:
            held[rule] += rule.holds(scan)
    for rule, count in held.items():
        if count in (0, total):
            raise PoolError(
                "a part is held out, and a part is left to train on",
                f"{rule.field}={rule.value} holds out {count} of {total} scans",
                "see CARD.md for scanners, sites and months of the pool",
            )
    return understood


def split_pool(root: Path, out: Path, rules: Sequence[str], *, track: Track) -> Resplit:
    """Write a pool with the same scans, split by group; a run that was cut off goes on.

    Groups are joined first where their scans share a unit, a consignment or a file, or show the same. A group of which
    one scan is held out is held out whole. The same pool gives the same bytes, wherever it is written.

    Raises:
        PoolError: when a rule is not understood, or the pool is broken.
    """
    pool = PoolStream(root)
    held = hold_outs(rules, pool)
    words = ", ".join(sorted(f"{rule.field}={rule.value}" for rule in held))
    with Draft(out, {"verb": "split", "pool": pool.info.content_hash, "hold_out": words}) as draft:
        _take_all(draft, pool, track)
        alike = list(track(alike_in(draft), "finding look-alikes"))
        joined = regroup(draft, alike, _put(held))
        left = tuple(leaks(draft.scans(), alike))
        step = Operation(verb="split", arguments={"hold_out": words})
        info = pool.info.model_copy(update={"history": (*pool.info.history, step)})
        return Resplit(draft.finish(info, sealed=pool.is_sealed), joined, left)


def _rule(text: str) -> HoldOut:
    field, _, value = text.partition("=")
    if field not in ("scanner", "site", "from") or not value:
        raise PoolError("what is held out is scanner=NAME, site=NAME or from=YYYY-MM", repr(text), "write it so")
    if field == "from":
        try:
            TypeAdapter(Month).validate_python(value)
        except ValidationError as error:
            raise PoolError("a month is YYYY-MM", repr(value), "write it so") from error
    return HoldOut(field, value)


def _put(held: Sequence[HoldOut]) -> Callable[[ScanRecord], Split | None]:
    return lambda scan: "test" if any(rule.holds(scan) for rule in held) else None


def _take_all(draft: Draft, pool: PoolStream, track: Track) -> None:
    profiles = {profile.name: profile for profile in pool.info.scanners}
    for entry in track(pool.entries(), "splitting", total=pool.count()):
        scan_id = entry.scan.scan_id
        if not draft.is_done(scan_id):
            brought = bring_files(entry, pool.root, draft.root)
            draft.add_scan(brought.scan, brought.annotated)
            keep_prints(draft, scan_id, read_record(draft.root, brought.scan, profiles.get(entry.scan.scanner)))
            draft.done(scan_id)
    if not draft.is_done(_RECORDS):
        for declaration in pool.declarations():
            draft.add_declaration(declaration)
        for truth in pool.truth():
            draft.add_truth(truth)
        draft.done(_RECORDS)
