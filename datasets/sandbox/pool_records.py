"""Simulated scans -> the records of a pool. What is false in a declaration stands in the truth alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.pool import image_ids, split_of, write_pool
from datasets.pool.records import (
    AnnotatedImage,
    Annotation,
    Annotations,
    Category,
    FileRecord,
    Operation,
    PoolInfo,
    Rights,
    ScanRecord,
    TruthRecord,
    UnitRecord,
    ViewRecord,
)
from datasets.sandbox.contraband.hiding import LABELS
from datasets.sandbox.labels import Labelled
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.plan import Rates, ScanPlan
from datasets.sandbox.profile import sandbox_profile
from datasets.sandbox.simulate import SimulatedScan
from declarations.schema import Declaration, DeclaredPart, Line
from imaging import Quantity

VIEW_ID = "side"
RIGHTS = Rights(licence="CC0-1.0", may_train=True, may_redistribute=True)


@dataclass(frozen=True, eq=False)
class ScanRecords:
    """What a pool says of one scan, without its pixels: small enough to come back from another process.

    `objects` have no numbers yet: those are known when all scans are.
    """

    plan: ScanPlan
    file: FileRecord
    size_hw: tuple[int, int]
    unit: UnitRecord
    truth: TruthRecord
    lines: tuple[Line, ...]
    objects: tuple[Annotation, ...]


def scan_id(seed: int, index: int) -> str:
    """Name of a scan: its seed and number."""
    return f"{seed}-{index:05d}"


def records_of(scan: SimulatedScan, seed: int, file: FileRecord) -> ScanRecords:
    """Records of one scan whose pixels are in `file`."""
    said = scan.declaration
    part = DeclaredPart(
        declaration_id=_declaration_id(seed, scan.plan),
        line_nos=tuple(_line_no(scan.plan, line) for line in said.lines),
        gross_mass_kg=round(sum(line.gross_mass_kg or 0.0 for line in said.lines), 1),
    )
    unit = UnitRecord(
        unit_id=f"u{scan_id(seed, scan.plan.index)}",
        region_xyxy=scan.region_xyxy,
        iso_type="22G1",
        tare_kg=scan.tare_kg,
        declared_empty=said.declared_empty,
        declarations=(part,) if said.lines else (),
    )
    return ScanRecords(
        plan=scan.plan,
        file=file,
        size_hw=(scan.counts_CHW.shape[1], scan.counts_CHW.shape[2]),
        unit=unit,
        truth=TruthRecord(
            unit_id=unit.unit_id,
            outcome=_outcome(scan),
            basis="simulated",
            falsehoods=said.falsehoods,
            lines=said.actual,
        ),
        lines=tuple(line.model_copy(update={"line_no": _line_no(scan.plan, line)}) for line in said.lines),
        objects=tuple(_annotation(label) for label in scan.objects),
    )


def write_records(
    out: Path, written: Sequence[ScanRecords], *, seed: int, site: str, rates: Rates, scanner: Scanner
) -> None:
    """Write every file of the pool but its images; `written` in the order of the scans."""
    profile = sandbox_profile(scanner)
    labels = tuple(sorted(LABELS))
    scans = [_scan_record(one, seed, site, scanner, labels) for one in written]
    arguments = {
        "scans": len(scans),
        "seed": seed,
        "contraband_rate": rates.contraband,
        "mismatch_rate": rates.mismatch,
        "empty_rate": rates.empty,
        "scanner": scanner.name,
        "pitch_mm": scanner.pitch_mm.value,
    }
    info = PoolInfo(
        name=f"sandbox-cargo-{seed}",
        labels=labels,
        sites=(site,),
        scanners=(profile,),
        history=(Operation(verb="sandbox", arguments=arguments),),
    )
    truth = [one.truth for one in written]
    write_pool(out, info, scans, _declarations(written, seed), truth, _annotations(scans, written, labels))


def _scan_record(one: ScanRecords, seed: int, site: str, scanner: Scanner, labels: tuple[str, ...]) -> ScanRecord:
    group = f"c{scan_id(seed, one.plan.consignment)}"
    view = ViewRecord(
        view_id=VIEW_ID,
        quantity=Quantity.COUNTS,
        channels=one.file.channels,
        files=(one.file,),
        size_hw=one.size_hw,
        spacing_mm=(scanner.pitch_mm.value, scanner.pitch_mm.value),
    )
    return ScanRecord(
        scan_id=scan_id(seed, one.plan.index),
        site=site,
        scanner=scanner.name,
        captured=one.plan.month,
        split=split_of(group),
        group=group,
        rights=RIGHTS,
        examined_for=labels,
        exam_basis="simulated",
        views=(view,),
        units=(one.unit,),
    )


def _declarations(written: Iterable[ScanRecords], seed: int) -> list[Declaration]:
    """One for each consignment that has lines; the units of a consignment add theirs."""
    lines: dict[str, list[Line]] = {}
    for one in written:
        if one.lines:
            lines.setdefault(_declaration_id(seed, one.plan), []).extend(one.lines)
    return [Declaration(declaration_id=name, lines=tuple(found)) for name, found in lines.items()]


def _annotations(scans: Sequence[ScanRecord], written: Sequence[ScanRecords], labels: tuple[str, ...]) -> Annotations:
    ids = image_ids(scans)
    flat = [
        (ids[scan.scan_id, VIEW_ID], entry) for scan, one in zip(scans, written, strict=True) for entry in one.objects
    ]
    return Annotations(
        images=tuple(
            AnnotatedImage(
                id=ids[scan.scan_id, VIEW_ID],
                scan_id=scan.scan_id,
                view_id=VIEW_ID,
                file_name=scan.views[0].files[0].path,
                height=scan.views[0].size_hw[0],
                width=scan.views[0].size_hw[1],
            )
            for scan in scans
        ),
        annotations=tuple(
            entry.model_copy(update={"id": number, "image_id": image_id})
            for number, (image_id, entry) in enumerate(flat, start=1)
        ),
        categories=tuple(Category(id=number, name=label) for number, label in enumerate(labels, start=1)),
    )


def _declaration_id(seed: int, plan: ScanPlan) -> str:
    return f"d{scan_id(seed, plan.consignment)}"


def _line_no(plan: ScanPlan, line: Line) -> int:
    """Lines of the second unit of a consignment are numbered after those that the first one can have."""
    return line.line_no + 10 * (plan.index - plan.consignment)


def _outcome(scan: SimulatedScan) -> str:
    return {
        (False, False): "clean",
        (True, False): "contraband",
        (False, True): "false_declaration",
        (True, True): "both",
    }[bool(scan.objects), bool(scan.declaration.falsehoods)]


def _annotation(label: Labelled) -> Annotation:
    """An object without its numbers in the pool, which are known when all scans are."""
    x0, y0, x1, y1 = label.box_xyxy
    return Annotation(
        id=0,
        image_id=0,
        category_id=sorted(LABELS).index(label.label) + 1,
        bbox=(x0, y0, x1 - x0, y1 - y0),
        area=float(label.mask_HW.sum()),
        segmentation=_outlines(label.mask_HW),
        attributes=label.attributes,
    )


def _outlines(mask_HW: NDArray[np.bool_]) -> tuple[tuple[float, ...], ...]:
    """Outer contours as COCO polygons; a contour of fewer than three corners is no polygon."""
    contours, _ = cv2.findContours(mask_HW.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return tuple(tuple(contour.ravel().astype(float).tolist()) for contour in contours if len(contour) > 2)
