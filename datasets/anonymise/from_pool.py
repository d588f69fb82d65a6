"""A pool into the draft: what is annotated and what is known to be true go with the scans, under new names.

So that scans which were annotated before, in the service, can be given on: `pool.py import` makes a pool of them.
"""

from __future__ import annotations

from itertools import tee
from pathlib import Path

from datasets.anonymise.coarser import coarser_line
from datasets.anonymise.inputs import Input, is_inside
from datasets.anonymise.keeping import Run, count_declarations, done, hold_back, is_done
from datasets.anonymise.one_scan import HeldBack, Task, Written
from datasets.anonymise.one_view import pool_profile
from datasets.anonymise.places import ViewPlaces, view_places
from datasets.anonymise.pooled_records import masked_objects, renamed_scan, renamed_truth
from datasets.anonymise.records import audit_file
from datasets.anonymise.side_by_side import anonymised
from datasets.pool.errors import PoolError
from datasets.pool.records import ScanRecord, ViewRecord
from datasets.pool.store import DECLARATIONS_FILE, TRUTH_FILE
from datasets.pool.stream import PoolEntry, PoolStream
from datasets.regroup import keep_view_prints
from datasets.verbs.outcome import Track
from declarations.schema import Declaration
from imaging import ScannerProfile

_UNIT = "unit "


def refuse_several_sites(stream: PoolStream) -> None:
    """Refuse a pool of several services: each has a key of its own.

    Raises:
        PoolError: when it is one.
    """
    if len(stream.info.sites) > 1:
        raise PoolError(
            "a service anonymises its own scans", f"{len(stream.info.sites)} sites in {stream.root}",
            "anonymise the pool of each site under its key, then merge",
        )  # fmt: skip


def take_pool(run: Run, stream: PoolStream, workers: int, track: Track) -> None:
    """Take declarations, scans with their annotations, and truth of the scans that were not held back."""
    profiles = {profile.name: profile for profile in stream.info.scanners}
    _take_declarations(run, stream)
    left = (entry for entry in stream.entries() if not is_done(run, _input(stream.root, entry.scan)))
    entries, ahead = tee(left)
    whole = (entry for entry in ahead if _lies_inside(stream.root, entry.scan))
    results = anonymised(
        (_task(run, stream.root, entry.scan, profiles) for entry in whole), run.draft.root, run.rules, workers
    )
    for entry in track(entries, "scans", total=stream.count()):
        one = _input(stream.root, entry.scan)
        if not _lies_inside(stream.root, entry.scan):
            hold_back(run, one, "a link that leaves the folder, or no regular file", entry.scan.scan_id)
            continue
        result = next(results)
        if isinstance(result, HeldBack):
            hold_back(run, one, result.reason, result.detail, urgent=result.urgent)
        else:
            _add(run, stream, one, entry, result)
    _take_truth(run, stream)


def pool_profiles(stream: PoolStream) -> tuple[ScannerProfile, ...]:
    """The profiles of a pool, as they may be given on."""
    return tuple(kept for kept in map(pool_profile, stream.info.scanners) if kept is not None)


def _take_declarations(run: Run, stream: PoolStream) -> None:
    one = Input("table", DECLARATIONS_FILE, (stream.root / DECLARATIONS_FILE,))
    if is_done(run, one):
        return
    declarations = lines = 0
    for declaration in stream.declarations():
        coarse = Declaration(
            declaration_id=run.rules.pseudonyms.of("declaration", declaration.declaration_id),
            version=declaration.version,
            lines=tuple(coarser_line(line, run.rules) for line in declaration.lines),
        )
        run.draft.add_declaration(coarse)
        count_declarations(run, [coarse])
        declarations, lines = declarations + 1, lines + len(coarse.lines)
    done(run, one, "read", rows=lines, declarations=declarations, lines=lines)


def _task(run: Run, root: Path, scan: ScanRecord, profiles: dict[str, ScannerProfile]) -> Task:
    scan_id = run.rules.pseudonyms.of("scan", scan.scan_id)
    views = tuple(
        _places(root, view, scan_id if len(scan.views) == 1 else f"{scan_id}_v{number}", str(number))
        for number, view in enumerate(scan.views)
    )
    profile = run.profile or profiles.get(scan.scanner)
    return Task(scan_id, views, run.rules.pseudonyms.of("group", scan.group), profile)


def _places(root: Path, view: ViewRecord, name: str, view_id: str) -> ViewPlaces:
    names = [name]
    if len(view.files) > 1:
        energies = [file.channels[0] if len(file.channels) == 1 else "" for file in view.files]
        told = set(energies) == {"low", "high"} and len(energies) == 2
        names = (
            [f"{name}_{energy}" for energy in energies]
            if told
            else [f"{name}/{number:05}" for number in range(1, len(energies) + 1)]
        )
    return view_places(view_id, [root / file.path for file in view.files], names)


def _add(run: Run, stream: PoolStream, one: Input, entry: PoolEntry, written: Written) -> None:
    known = {profile.name for profile in stream.info.scanners}
    record = renamed_scan(entry.scan, written, run.rules, run.rights, run.profile, known)
    objects, removed, files = masked_objects(entry, written.scan_id, stream.root, run.draft.root, run.rules)
    run.draft.add_scan(record, objects)
    for unit in record.units:
        run.draft.keep(f"{_UNIT}{unit.unit_id}", "")
    keep_view_prints(run.draft, written.scan_id, written.prints)
    all_files = tuple(map(audit_file, (*written.files, *files)))
    done(run, one, "written", files=all_files, cells_removed=removed, looked_for_people=written.looked_for_people)


def _take_truth(run: Run, stream: PoolStream) -> None:
    one = Input("table", TRUTH_FILE, (stream.root / TRUTH_FILE,))
    if is_done(run, one) or not one.files[0].is_file():
        return
    rows = removed = 0
    for truth in stream.truth():
        renamed, lost = renamed_truth(truth, run.rules)
        if run.draft.note(f"{_UNIT}{renamed.unit_id}") is not None:
            run.draft.add_truth(renamed)
            rows, removed = rows + 1, removed + lost
    done(run, one, "read", rows=rows, cells_removed=removed)


def _input(root: Path, scan: ScanRecord) -> Input:
    return Input("scan", scan.scan_id, tuple(root / file.path for view in scan.views for file in view.files))


def _lies_inside(root: Path, scan: ScanRecord) -> bool:
    return all(is_inside(root / file.path, root) for view in scan.views for file in view.files)
