"""`pool.py anonymise` from folder to pool: inputs, a draft, the audit, then the pool at once.

A run that was killed goes on where it was cut off, and ends with the same bytes, whatever the number of processes.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from datasets.anonymise.audit import Head, Totals, write_audit
from datasets.anonymise.from_folder import take_folder
from datasets.anonymise.from_pool import pool_profiles, refuse_several_sites, take_pool
from datasets.anonymise.inputs import found_inputs
from datasets.anonymise.k_anonymity import KAnonymity
from datasets.anonymise.keeping import Run, entries, k_anonymity_of, say_why
from datasets.anonymise.one_view import pool_profile
from datasets.anonymise.quarantine import refuse_places
from datasets.anonymise.rules import Rules
from datasets.pool.draft import Draft
from datasets.pool.records import Operation, PoolInfo, Rights
from datasets.pool.store import POOL_FILE
from datasets.pool.stream import PoolStream
from datasets.regroup import alike_in, put_on_purpose, regroup
from datasets.verbs.outcome import Track
from imaging import ScannerProfile


@dataclass(frozen=True)
class Anonymised:
    """What came of a run."""

    info: PoolInfo
    totals: Totals
    k_anonymity: KAnonymity
    audit: Path


def anonymise(
    source: Path,
    out: Path,
    *,
    rules: Rules,
    rights: Rights,
    profile: ScannerProfile | None,
    quarantine: Path,
    workers: int,
    edition: str,
    track: Track,
) -> Anonymised:
    """Make the pool `out` of `source`, a folder or a pool; what is in doubt goes to `quarantine`.

    Raises:
        PoolError: when the folders lie in each other, `out` is not empty, nothing lies in `source`, or it is a pool of
            several sites.
        ScanError: when `source` is no folder.
    """
    refuse_places(source, out, quarantine)
    stream = PoolStream(source) if (source / POOL_FILE).is_file() else None
    if stream is not None:
        refuse_several_sites(stream)
    listed = found_inputs(source, profile) if stream is None else nullcontext()
    with listed as inputs, Draft(out, _purpose(source, rules, rights, profile)) as draft:
        run = Run(draft, rules, rights, profile, quarantine)
        if inputs is not None:
            take_folder(run, inputs, workers, track)
        if stream is not None:
            take_pool(run, stream, workers, track)
        regroup(draft, alike_in(draft), put_on_purpose)
        figure = k_anonymity_of(run)
        head = Head(out.name, rules.pseudonyms.site, edition, rules.told(), figure)
        audit = out.with_name(f"{out.name}.audit.json")
        totals = write_audit(audit, audit.with_suffix(".html"), head, lambda: entries(run))
        if totals.held_back:
            say_why(run)
        is_sealed = stream is not None and stream.is_sealed
        return Anonymised(draft.finish(_info(run, stream, out.name), sealed=is_sealed), totals, figure, audit)


def _info(run: Run, stream: PoolStream | None, name: str) -> PoolInfo:
    given = pool_profile(run.profile)
    scanners = (given,) if given is not None else () if stream is None else pool_profiles(stream)
    return PoolInfo(
        name=name,
        labels=() if stream is None else stream.info.labels,
        sites=(run.rules.pseudonyms.site,),
        scanners=scanners,
        history=(Operation(verb="anonymise", arguments=run.rules.told()),),
    )


def _purpose(source: Path, rules: Rules, rights: Rights, profile: ScannerProfile | None) -> dict[str, object]:
    return {
        "verb": "anonymise",
        "source": rules.pseudonyms.of("source", str(source.resolve())),  # also says whether the key is the same
        "site": rules.pseudonyms.site,
        "profile": None if profile is None else profile.model_dump_json(),
        **rules.told(),
        **rights.model_dump(),
    }
