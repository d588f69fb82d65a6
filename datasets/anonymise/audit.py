"""The audit beside a pool, for its data-protection officer: `OUT.audit.json` (all) and `OUT.audit.html` (to read).

It names inputs by pseudonym, and says where something stood and how often, never what it was.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datasets.anonymise.k_anonymity import KAnonymity
from datasets.anonymise.ledger import AuditEntry
from datasets.checks.plain import plain

STATEMENT = (
    "The output is pseudonymised, not anonymous: who holds an original can recognise the picture of its cargo, and who "
    "holds the key can compute the pseudonym of a name again. It stays personal data as far as the originals were."
)
_TEMPLATE = "audit.html.j2"
_SHOWN = 500
"""Scans that the page lists one by one; all are in the JSON file."""


@dataclass(frozen=True)
class Head:
    """What holds for the whole run."""

    pool: str
    site: str
    edition: str
    rules: Mapping[str, object]
    k_anonymity: KAnonymity


@dataclass
class Totals:
    """Counts over all inputs; every file is counted in one of written, tables and held back."""

    inputs: int = 0
    files_written_from: int = 0
    files_of_tables: int = 0
    files_held_back: int = 0
    scans: int = 0
    tables: int = 0
    held_back: int = 0
    urgent: int = 0
    looked_for_people: int = 0
    cells_removed: int = 0
    bytes_written: int = 0
    removed: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, entry: AuditEntry) -> None:
        """Count an input."""
        self.inputs += entry.inputs
        self.cells_removed += entry.cells_removed
        if entry.outcome == "held back":
            self.held_back += 1
            self.files_held_back += entry.inputs
            self.urgent += entry.urgent
            self.reasons[entry.reason] += 1
        elif entry.kind == "table":
            self.tables += 1
            self.files_of_tables += entry.inputs
        else:
            self.scans += 1
            self.looked_for_people += entry.looked_for_people
            self.files_written_from += entry.inputs
        for file in entry.files:
            self.bytes_written += file.size_bytes
            for one in file.removed:
                self.removed[one.treatment, one.place] += one.count


def totals_of(entries: Iterable[AuditEntry]) -> Totals:
    """Counts over all inputs."""
    totals = Totals()
    for entry in entries:
        totals.add(entry)
    return totals


def write_audit(json_path: Path, html_path: Path, head: Head, entries: Callable[[], Iterator[AuditEntry]]) -> Totals:
    """Write both files at once each; `entries` begins anew with each call, in the order in which they are written."""
    totals = totals_of(entries())
    _at_once(json_path, _json_lines(head, totals, entries()))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    page = environment.get_template(_TEMPLATE).render(
        head=head,
        totals=totals,
        statement=STATEMENT,
        removed=sorted(totals.removed.items()),
        reasons=sorted(totals.reasons.items(), key=lambda item: (-item[1], item[0])),
        urgent=list(islice((entry for entry in entries() if entry.urgent), _SHOWN)),
        held=list(islice((one for one in entries() if one.outcome == "held back" and not one.urgent), _SHOWN)),
        tables=list(islice((one for one in entries() if one.outcome == "read"), _SHOWN)),
        written=list(islice((one for one in entries() if one.outcome == "written"), _SHOWN)),
        shown=_SHOWN,
        json_name=json_path.name,
    )
    _at_once(html_path, [page])
    return totals


def _json_lines(head: Head, totals: Totals, entries: Iterator[AuditEntry]) -> Iterator[str]:
    """A JSON object whose entries stand a line each, so that a million of them are written one by one."""
    told: dict[str, object] = {**vars(totals)}
    told["removed"] = [
        {"place": place, "treatment": treatment, "count": count}
        for (treatment, place), count in sorted(totals.removed.items())
    ]
    document = {"statement": STATEMENT, **asdict(head), "totals": told}
    yield json.dumps(document, sort_keys=True, indent=1)[:-2] + ',\n "entries": [\n'
    for number, entry in enumerate(entries):
        yield (",\n" if number else "") + json.dumps(entry.model_dump(mode="json"), sort_keys=True)
    yield "\n ]\n}\n"


def _at_once(path: Path, parts: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(parts)
    beside.replace(path)
