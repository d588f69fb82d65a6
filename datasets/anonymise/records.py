"""What was written, and what is declared of it, as the records of a pool and of its audit."""

from __future__ import annotations

from datasets.anonymise.ledger import AuditFile, AuditPlace
from datasets.anonymise.one_scan import Written, WrittenFile
from datasets.anonymise.tables import Linked
from datasets.pool.records import Rights, ScanRecord, UnitRecord
from datasets.pool.split import split_of


def scan_record(
    written: Written, unit: UnitRecord, *, site: str, scanner: str, group: str, rights: Rights
) -> ScanRecord:
    """The line of a scan that nobody examined yet: all labels are unknown in it."""
    return ScanRecord(
        scan_id=written.scan_id,
        site=site,
        scanner=scanner,
        captured=written.captured,
        split=split_of(group),
        group=group,
        rights=rights,
        examined_for=(),
        exam_basis="assumed",
        views=written.views,
        units=(unit,),
    )


def unit_record(unit_id: str, linked: Linked, *, is_container: bool) -> UnitRecord:
    """The unit in a scan, with what tables say of it."""
    return UnitRecord(
        unit_id=unit_id,
        kind="container" if is_container else "unknown",
        tare_kg=linked.tare_kg,
        declared_empty=linked.declared_empty,
        declarations=linked.parts,
    )


def audit_file(file: WrittenFile) -> AuditFile:
    """What the audit says of a file of the pool."""
    removed = tuple(AuditPlace(place=one.place, treatment=one.treatment, count=one.count) for one in file.removed)
    return AuditFile.model_validate(
        {"path": file.path, "sha256": file.sha256, "size_bytes": file.size_bytes, "removed": removed,
         "blanked": file.blanked}
    )  # fmt: skip
