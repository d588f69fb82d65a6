"""Which declaration speaks of a scan: named by the CSV or a link table, else by the file's or the folder's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from declarations.csv_rows import read_table
from declarations.errors import DeclarationError
from declarations.flat_csv import FlatEntry
from declarations.schema import Declaration, UnitClaim

Link = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Declared:
    """Everything declared, gathered once for many scans.

    Entries by scan, and by declaration where they name no scan; the link table; and how many scans of the run stand in
    each folder (empty where the run's scans are not known).
    """

    by_scan: Mapping[str, tuple[FlatEntry, ...]]
    by_declaration: Mapping[str, FlatEntry]
    link: Link = field(default_factory=dict)
    n_linked: Mapping[str, int] = field(default_factory=dict)
    n_in_folder: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        declarations: Iterable[FlatEntry] | Mapping[str, Declaration],
        link: Link | None = None,
        scan_ids: Collection[str] = (),
    ) -> Declared:
        """Gather the entries of a flat CSV, or declarations by their id; a link table; and all scans of the run."""
        if isinstance(declarations, Mapping):
            entries = [FlatEntry(None, declaration) for declaration in declarations.values()]
        else:
            entries = list(declarations)
        by_scan: dict[str, list[FlatEntry]] = {}
        for entry in entries:
            if entry.scan_id is not None:
                by_scan.setdefault(entry.scan_id, []).append(entry)
        return cls(
            by_scan={scan_id: tuple(found) for scan_id, found in by_scan.items()},
            by_declaration={entry.declaration.declaration_id: entry for entry in entries if entry.scan_id is None},
            link=link or {},
            n_linked=Counter(name for found in (link or {}).values() for name in set(found)),
            n_in_folder=Counter(str(PurePosixPath(scan_id).parent) for scan_id in scan_ids),
        )

    def claim(self, scan_id: str) -> UnitClaim:
        """What was declared of a scan that holds one unit: see `claim_for_scan`."""
        named = self.by_scan.get(scan_id, ())
        if spoilt := next((entry for entry in named if entry.problem is not None), None):
            return _claim(scan_id, spoilt, shared=False)
        linked = self.link.get(scan_id, ())
        ids = dict.fromkeys([*(entry.declaration.declaration_id for entry in named), *linked])
        if len(ids) > 1:
            return _no_claim(scan_id, f"several declarations are named for this scan: {', '.join(map(repr, ids))}")
        if named:
            return _claim(scan_id, named[0], shared=False)
        return self._by_link(scan_id, linked[0]) if linked else self._by_name(scan_id)

    def _by_link(self, scan_id: str, declaration_id: str) -> UnitClaim:
        if entry := self.by_declaration.get(declaration_id):
            return _claim(scan_id, entry, shared=self.n_linked[declaration_id] > 1)
        others = [
            other
            for other, entries in self.by_scan.items()
            if any(entry.declaration.declaration_id == declaration_id for entry in entries)
        ]
        why = f"names other scans: {', '.join(map(repr, others[:3]))}" if others else "is not among those given"
        return _no_claim(scan_id, f"the linked declaration {declaration_id!r} {why}")

    def _by_name(self, scan_id: str) -> UnitClaim:
        place = PurePosixPath(scan_id)
        if entry := self.by_declaration.get(place.name):
            return _claim(scan_id, entry, shared=False)
        if entry := self.by_declaration.get(place.parent.name):
            return _claim(scan_id, entry, shared=self.n_in_folder.get(str(place.parent)) != 1)
        return _no_claim(
            scan_id,
            "no declaration was found for this scan: none names it, no link does, "
            f"and none has the id of its file ({place.name!r}) or folder ({place.parent.name!r})",
        )


def claim_for_scan(
    scan_id: str,
    declarations: Sequence[FlatEntry] | Mapping[str, Declaration],
    link: Link | None = None,
    *,
    scan_ids: Collection[str] = (),
) -> UnitClaim:
    """What was declared of a scan that holds one unit. For many scans gather once: `Declared.of(...).claim(scan_id)`.

    Named by the CSV or the link table, else by the name of the file, else by that of its folder. Where a link table
    names one declaration for several scans, or a folder holds several, its lines are shared. `scan_ids`, all scans of
    the run, tell how many a folder holds; without them a folder's declaration counts as shared.

    Returns:
        A claim; its `problem` says why no declaration, or no single one, could be linked.
    """
    return Declared.of(declarations, link, scan_ids).claim(scan_id)


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
