"""What becomes of every input, in the draft, in its ledger and in the quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.anonymise.inputs import Input
from datasets.anonymise.k_anonymity import KAnonymity, k_anonymity, quasi_identifiers
from datasets.anonymise.ledger import AuditEntry
from datasets.anonymise.quarantine import hold, reason_line, write_reasons
from datasets.anonymise.rules import Rules
from datasets.pool.draft import Draft
from datasets.pool.records import Rights
from declarations.schema import Declaration
from imaging import ScannerProfile

_CLASS, _REASON = "class ", "reason "


@dataclass(frozen=True)
class Run:
    """What every step needs."""

    draft: Draft
    rules: Rules
    rights: Rights
    profile: ScannerProfile | None
    quarantine: Path


def is_done(run: Run, one: Input) -> bool:
    """Whether all of an input is in the draft, or held back."""
    return run.draft.is_done(_key(run, one))


def done(run: Run, one: Input, outcome: str, **facts: object) -> None:
    """Say what became of an input: a line of the audit."""
    name = run.rules.pseudonyms.of(one.kind, one.name)
    entry = AuditEntry.model_validate(
        {"name": name, "kind": one.kind, "outcome": outcome, "inputs": len(one.files), **facts}
    )
    run.draft.done(_key(run, one), entry.model_dump_json())


def hold_back(run: Run, one: Input, reason: str, detail: str, *, urgent: bool = False) -> None:
    """Put an input into the quarantine. `reason` holds nothing of it; `detail` may, and stays there."""
    name = run.rules.pseudonyms.of(one.kind, one.name)
    held = hold(run.quarantine, name, one.files)
    originals = [str(file) for file in one.files]
    run.draft.keep(f"{_REASON}{not urgent:d} {name}", reason_line(name, originals, held, detail, urgent=urgent))
    done(run, one, "held back", reason=reason, urgent=urgent)


def say_why(run: Run) -> None:
    """Write the reasons beside what is held back, what is urgent first."""
    write_reasons(run.quarantine, (line for _, line in run.draft.kept(_REASON)))


def count_declarations(run: Run, declarations: Sequence[Declaration]) -> None:
    """Take declarations into the figure of k-anonymity."""
    for declaration in declarations:
        run.draft.keep(f"{_CLASS}{declaration.declaration_id}", quasi_identifiers(declaration))


def k_anonymity_of(run: Run) -> KAnonymity:
    """The figure of all declarations that were counted."""
    return k_anonymity(note for _, note in run.draft.kept(_CLASS))


def entries(run: Run) -> Iterator[AuditEntry]:
    """What became of every input, what is urgent first."""
    for urgent in (True, False):
        for _, line in run.draft.results():
            entry = AuditEntry.model_validate_json(line)
            if entry.urgent == urgent:
                yield entry


def _key(run: Run, one: Input) -> str:
    return f"{one.kind} {run.rules.pseudonyms.of(one.kind, one.name)}"
