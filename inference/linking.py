"""Declarations that an operator brings, linked to the jobs of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from declarations import (
    Declaration,
    Declared,
    FlatEntry,
    UnitClaim,
    read_declarations,
    read_flat_csv,
    read_link_csv,
)
from inference.jobs import ScanJob


@dataclass(frozen=True)
class Brought:
    """Everything declared, the link table if there is one, and a sentence for each row that could not be read."""

    declarations: Sequence[FlatEntry] | Mapping[str, Declaration]
    link: Mapping[str, tuple[str, ...]] | None
    problems: tuple[str, ...]


def read_brought(
    path: Path, link: Path | None = None, *, decimal_mark: str | None = None, mass_unit: str | None = None
) -> Brought:
    """Read a flat CSV or JSON Lines of declarations (told apart by their first character), and a link table.

    Raises:
        DeclarationError: when a file cannot be read as a whole.
    """
    links = None if link is None else read_link_csv(link)
    if _is_json(path):
        return Brought(read_declarations(path), links, ())
    flat = read_flat_csv(path, decimal_mark=decimal_mark, mass_unit=mass_unit)
    return Brought(flat.entries, links, tuple(str(problem) for problem in flat.problems))


def with_declarations(jobs: Sequence[ScanJob], brought: Brought) -> tuple[ScanJob, ...]:
    """The same jobs with what was declared of them in place of what they came with.

    A job that came with one unit (out of a pool) keeps its name, kind, region and tare.
    """
    scan_ids = [job.scan_id for job in jobs if job.skip_reason is None]
    declared = Declared.of(brought.declarations, brought.link, scan_ids)
    return tuple(
        job
        if job.skip_reason is not None
        else replace(job, claims=(_same_unit(job.claims, declared.claim(job.scan_id)),))
        for job in jobs
    )


def _same_unit(before: Sequence[UnitClaim], claim: UnitClaim) -> UnitClaim:
    if len(before) != 1:
        return claim
    (unit,) = before
    tare_kg = unit.tare_kg if claim.tare_kg is None else claim.tare_kg
    kept = {"unit_id": unit.unit_id, "kind": unit.kind, "region_xyxy": unit.region_xyxy, "tare_kg": tare_kg}
    return claim.model_copy(update=kept)


def _is_json(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            head = stream.read(1024)
    except OSError:
        return False  # the reader of tables says what is wrong with it
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
