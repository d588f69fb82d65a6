"""Which declaration speaks of a scan: named by the CSV or a link table, else by the file's or the folder's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from declarations.csv_rows import read_table
from declarations.errors import DeclarationError
from declarations.flat_csv import FlatEntry
from declarations.schema import Declaration, UnitClaim

Link = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Declared:
    """Everything declared, gathered once for many scans: by scan, and by declaration where no scan is named."""

    by_scan: Mapping[str, tuple[FlatEntry, ...]]
    by_declaration: Mapping[str, FlatEntry]
    scans_of: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, declarations: Iterable[FlatEntry] | Mapping[str, Declaration]) -> Declared:
        """Gather the entries of a flat CSV, or declarations by their id."""
        if isinstance(declarations, Mapping):
            entries = [FlatEntry(None, declaration) for declaration in declarations.values()]
        else:
            entries = list(declarations)
        by_scan: dict[str, list[FlatEntry]] = {}
        scans_of: dict[str, list[str]] = {}
        for entry in entries:
            if entry.scan_id is not None:
                by_scan.setdefault(entry.scan_id, []).append(entry)
                scans_of.setdefault(entry.declaration.declaration_id, []).append(entry.scan_id)
        return cls(
            by_scan={scan_id: tuple(found) for scan_id, found in by_scan.items()},
            by_declaration={entry.declaration.declaration_id: entry for entry in entries if entry.scan_id is None},
            scans_of={declaration_id: tuple(scans) for declaration_id, scans in scans_of.items()},
        )


def read_link_csv(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a table of `scan_id, declaration_id`: declaration ids by scan, each once, in the order of the file.

    Raises:
        DeclarationError: when the file or one of its rows cannot be read: a lost row would link a scan to nothing.
    """
    link: dict[str, tuple[str, ...]] = {}
    for row in read_table(path, ("scan_id", "declaration_id")).rows:
        if row.problem is not None:
            raise row.problem
        scan_id, declaration_id = row.cells["scan_id"].strip(), row.cells["declaration_id"].strip()
        if not scan_id or not declaration_id:
            rule = "a link names a scan and a declaration"
            raise DeclarationError(rule, f"an empty cell in {path.name}, row {row.number}", "fill it in")
        before = link.get(scan_id, ())
        link[scan_id] = before if declaration_id in before else (*before, declaration_id)
    return link


def claim_for_scan(
    scan_id: str,
    declarations: Declared | Sequence[FlatEntry] | Mapping[str, Declaration],
    link: Link | None = None,
    *,
    scan_ids: Collection[str] | None = None,
) -> UnitClaim:
    """What was declared of a scan that holds one unit.

    Named by the CSV or the link table, else by the name of the file, else by that of its folder. A link table names a
    declaration for several scans, or a folder holds several: then its lines are shared. `scan_ids`, all scans of the
    run, tell how many a folder holds; without them a folder's declaration counts as shared.

    Returns:
        A claim; its `problem` says why no declaration, or no single one, could be linked.
    """
    declared = declarations if isinstance(declarations, Declared) else Declared.of(declarations)
    named = declared.by_scan.get(scan_id, ())
    if spoilt := next((entry for entry in named if entry.problem is not None), None):
        return _claim(scan_id, spoilt, shared=False)
    linked = (link or {}).get(scan_id, ())
    ids = dict.fromkeys([*(entry.declaration.declaration_id for entry in named), *linked])
    if len(ids) > 1:
        return _no_claim(scan_id, f"several declarations are named for this scan: {', '.join(map(repr, ids))}")
    if named:
        return _claim(scan_id, named[0], shared=False)
    if linked:
        entry = declared.by_declaration.get(linked[0])
        shared = Counter(declaration_id for found in (link or {}).values() for declaration_id in found)[linked[0]] > 1
        return _no_claim(scan_id, _why_not(linked[0], declared)) if entry is None else _claim(scan_id, entry, shared)
    return _by_name(scan_id, declared, scan_ids)


def _by_name(scan_id: str, declared: Declared, scan_ids: Collection[str] | None) -> UnitClaim:
    place = PurePosixPath(scan_id)
    if entry := declared.by_declaration.get(place.name):
        return _claim(scan_id, entry, shared=False)
    if entry := declared.by_declaration.get(place.parent.name):
        others = [other for other in scan_ids or () if PurePosixPath(other).parent == place.parent and other != scan_id]
        return _claim(scan_id, entry, shared=scan_ids is None or bool(others))
    return _no_claim(
        scan_id,
        "no declaration was found for this scan: none names it, no link does, "
        f"and none has the id of its file ({place.name!r}) or folder ({place.parent.name!r})",
    )


def _why_not(declaration_id: str, declared: Declared) -> str:
    if scans := declared.scans_of.get(declaration_id):
        return f"the linked declaration {declaration_id!r} names other scans: {', '.join(map(repr, scans[:3]))}"
    return f"the linked declaration {declaration_id!r} is not among those given"


def _claim(scan_id: str, entry: FlatEntry, shared: bool) -> UnitClaim:
    if entry.problem is not None:
        return _no_claim(scan_id, f"its declaration could not be read whole: {entry.problem}")
    declaration_id = entry.declaration.declaration_id
    return UnitClaim(
        unit_id=scan_id,
        kind="unknown",
        tare_kg=entry.tare_kg,
        declared_empty=entry.declared_empty,
        declaration_ids=(declaration_id,) if declaration_id else (),
        lines=entry.declaration.lines,
        lines_shared=shared,
    )


def _no_claim(scan_id: str, problem: str) -> UnitClaim:
    return UnitClaim(unit_id=scan_id, kind="unknown", problem=problem)
