"""A folder of scans and tables into the draft: tables first, for scans ask what they declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, tee

from datasets.anonymise.inputs import Input, Inputs
from datasets.anonymise.keeping import Run, count_declarations, done, hold_back, is_done
from datasets.anonymise.ledger import Kind
from datasets.anonymise.one_scan import HeldBack, Task, Written
from datasets.anonymise.places import places_of
from datasets.anonymise.records import audit_file, scan_record, unit_record
from datasets.anonymise.rules import Rules
from datasets.anonymise.side_by_side import anonymised
from datasets.anonymise.tables import Linked, linked_to, take_table
from datasets.anonymise.unit_names import container_in, plain_name
from datasets.regroup import keep_view_prints
from datasets.verbs.outcome import Track
from declarations.errors import DeclarationError

_UNIT = "unit "


def take_folder(run: Run, inputs: Inputs, workers: int, track: Track) -> None:
    """Take all inputs, each kind in its order, so that the draft is the same each time."""
    for one in track(chain(_left(run, inputs, "table"), _left(run, inputs, "other")), "tables"):
        _take_other(run, one)
    total = sum(1 for _ in _left(run, inputs, "scan"))
    scans, ahead = tee(_left(run, inputs, "scan"))
    results = anonymised(_tasks(run, ahead), run.draft.root, run.rules, workers)
    for one, result in zip(scans, track(results, "scans", total=total), strict=True):
        if isinstance(result, HeldBack):
            hold_back(run, one, result.reason, result.detail, urgent=result.urgent)
        else:
            _add(run, one, result)


def _left(run: Run, inputs: Inputs, kind: Kind) -> Iterator[Input]:
    return (one for one in inputs.of(kind) if not is_done(run, one))


def _tasks(run: Run, scans: Iterable[Input]) -> Iterator[Task]:
    for one in scans:
        scan_id = run.rules.pseudonyms.of("scan", one.name)
        linked = linked_to(run.draft, one.name, run.rules)
        views = places_of(scan_id, one.files, run.profile)
        yield Task(scan_id, views, _group(one.name, linked, run.rules), run.profile)


def _take_other(run: Run, one: Input) -> None:
    if one.kind != "table":
        hold_back(run, one, one.reason, one.reason)
        return
    try:
        taken, counts = take_table(run.draft, one.files[0], run.rules)
    except DeclarationError as error:
        hold_back(run, one, "a table that can not be read whole", str(error))
        return
    count_declarations(run, taken)
    done(run, one, "read", **counts)


def _add(run: Run, one: Input, written: Written) -> None:
    linked = linked_to(run.draft, one.name, run.rules)
    name, group = _unit_id(run, one.name), _group(one.name, linked, run.rules)
    unit = unit_record(name, linked, is_container=container_in(one.name) is not None)
    site, scanner = run.rules.pseudonyms.site, "unknown" if run.profile is None else run.profile.name
    run.draft.add_scan(scan_record(written, unit, site=site, scanner=scanner, group=group, rights=run.rights), None)
    keep_view_prints(run.draft, written.scan_id, written.prints)
    done(run, one, "written", files=tuple(map(audit_file, written.files)), looked_for_people=written.looked_for_people)


def _group(name: str, linked: Linked, rules: Rules) -> str:
    """What belongs together: scans of one declaration, else of one container, else the scan alone."""
    if linked.parts:
        return rules.pseudonyms.of("group", linked.parts[0].declaration_id)
    return rules.pseudonyms.of("group", container_in(name) or plain_name(name))


def _unit_id(run: Run, name: str) -> str:
    """The pseudonym of the container, or of the scan where none is named; numbered where it was scanned before."""
    unit_id = run.rules.pseudonyms.of("unit", container_in(name) or plain_name(name))
    times = int(run.draft.note(f"{_UNIT}{unit_id}") or 0) + 1
    run.draft.keep(f"{_UNIT}{unit_id}", str(times))
    return unit_id if times == 1 else f"{unit_id}-{times}"
