"""What the audit keeps of each input: a line by pseudonym, nothing that was removed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Kind = Literal["scan", "table", "other"]


class AuditPlace(BaseModel, frozen=True):
    """A place whose values are gone, what became of them, how many."""

    place: str
    treatment: str
    count: int


class AuditFile(BaseModel, frozen=True):
    """A file of the pool, with its checksum, and the areas blanked in it: x0, y0, x1, y1, ends not included."""

    path: str
    sha256: str
    size_bytes: int
    removed: tuple[AuditPlace, ...]
    blanked: tuple[tuple[int, int, int, int], ...] = ()


class AuditEntry(BaseModel, frozen=True):
    """An input: a scan or table, what came of it, and why it was held back, where it was."""

    name: str
    kind: Kind
    outcome: Literal["written", "read", "held back"]
    inputs: int
    urgent: bool = False
    looked_for_people: bool = False
    reason: str = ""
    files: tuple[AuditFile, ...] = ()
    rows: int = 0
    declarations: int = 0
    lines: int = 0
    cells_removed: int = 0
