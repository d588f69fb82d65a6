"""Simulated scans -> the records of a pool. What is false in a declaration stands in the truth alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    Falsehood,
    FileRecord,
    Operation,
    PoolInfo,
    Rights,
    ScanRecord,
    TruthRecord,
    UnitRecord,
    ViewRecord,
)
from datasets.sandbox.labels import Labelled
from datasets.sandbox.plan import Consignment
from datasets.sandbox.simulated import DeclaredGoods, SimulatedUnit
from declarations.schema import Declaration, DeclaredPart, Line, Strict
from imaging import ScannerProfile

RIGHTS = Rights(licence="CC0-1.0", may_train=True, may_redistribute=True)
_NEVER_DECLARED = ("bag",)
_LINES_PER_PART = 10  # a unit's goods come to fewer lines: those of the next unit of a declaration are numbered on


class ScanRecords(Strict):
    """What a pool says of one scan, without its pixels: small enough to come back from another process, or a file.

    `group` is the number of the scan that names its group; `declarations` hold this scan's lines alone; `objects` have
    no numbers yet, those are known when all scans are; `mask` is the file that says whose every voxel is, where there
    is one.
    """

    index: int
    group: int
    month: str
    view: ViewRecord
    units: tuple[UnitRecord, ...]
    truth: tuple[TruthRecord, ...]
    declarations: tuple[Declaration, ...]
    objects: tuple[Annotation, ...]
    mask: FileRecord | None = None

    @property
    def files(self) -> tuple[FileRecord, ...]:
        """All files of the scan."""
        return (*self.view.files, *(() if self.mask is None else (self.mask,)))


def scan_id(seed: int, index: int) -> str:
    """Name of a scan: its seed and number."""
    return f"{seed}-{index:05d}"


def records_of(
    units: Sequence[SimulatedUnit],
    *,
    seed: int,
    index: int,
    group: int,
    month: str,
    view: ViewRecord,
    labels: Sequence[str],
    mask: FileRecord | None = None,
) -> ScanRecords:
    """Records of one scan whose pixels are in the files of `view`; `labels` are those of the pool, in their order."""
    numbered = [(f"u{scan_id(seed, index)}.{number}", unit) for number, unit in enumerate(units, 1)]
    return ScanRecords(
        index=index,
        group=group,
        month=month,
        view=view,
        units=tuple(_unit(unit_id, unit, seed) for unit_id, unit in numbered),
        truth=tuple(_truth(unit_id, unit) for unit_id, unit in numbered),
        declarations=tuple(
            Declaration(declaration_id=_declaration_id(seed, one.consignment), lines=_lines(one))
            for unit in units
            for one in unit.declared
            if one.said.lines
        ),
        objects=tuple(_annotation(label, labels) for unit in units for label in unit.objects),
        mask=mask,
    )


def write_records(out: Path, written: Sequence[ScanRecords], info: PoolInfo, *, seed: int) -> None:
    """Write every file of the pool but its images; `written` in the order of the scans, `info` without hashes."""
    (site,), (profile,) = info.sites, info.scanners
    scans = [_scan_record(one, seed, site, profile, info.labels) for one in written]
    truth = [entry for one in written for entry in one.truth]
    write_pool(out, info, scans, _declarations(written), truth, _annotations(scans, written, info.labels))


def pool_info(
    kind: str,
    *,
    seed: int,
    site: str,
    profile: ScannerProfile,
    labels: Sequence[str],
    arguments: Mapping[str, str | int | float | bool | None],
) -> PoolInfo:
    """Head of a pool, without its hashes."""
    return PoolInfo(
        name=f"sandbox-{kind}-{seed}",
        labels=tuple(labels),
        sites=(site,),
        scanners=(profile,),
        history=(Operation(verb="sandbox", arguments=dict(arguments)),),
    )


def _scan_record(
    one: ScanRecords, seed: int, site: str, profile: ScannerProfile, labels: tuple[str, ...]
) -> ScanRecord:
    group = f"c{scan_id(seed, one.group)}"
    return ScanRecord(
        scan_id=scan_id(seed, one.index),
        site=site,
        scanner=profile.name,
        captured=one.month,
        split=split_of(group),
        group=group,
        rights=RIGHTS,
        examined_for=labels,
        exam_basis="simulated",
        views=(one.view,),
        units=one.units,
    )


def _unit(unit_id: str, unit: SimulatedUnit, seed: int) -> UnitRecord:
    told = [(one, _lines(one)) for one in unit.declared if one.said.lines]
    return UnitRecord(
        unit_id=unit_id,
        region_xyxy=unit.region_xyxy,
        kind=unit.kind,
        iso_type=unit.iso_type,
        tare_kg=unit.tare_kg,
        declared_empty=None if unit.kind in _NEVER_DECLARED else not told,
        declarations=tuple(
            DeclaredPart(
                declaration_id=_declaration_id(seed, one.consignment),
                line_nos=tuple(line.line_no for line in lines),
                gross_mass_kg=round(sum(line.gross_mass_kg or 0.0 for line in lines), 3),
            )
            for one, lines in told
        ),
    )


def _truth(unit_id: str, unit: SimulatedUnit) -> TruthRecord:
    lies = tuple(lie for one in unit.declared for lie in one.said.falsehoods)
    hidden = tuple(_undeclared(label) for label in unit.objects)
    outcome = {
        (False, False): "clean",
        (True, False): "contraband",
        (False, True): "false_declaration",
        (True, True): "both",
    }
    actual = [line for one in unit.declared for line in one.said.actual]
    return TruthRecord(
        unit_id=unit_id,
        outcome=outcome[bool(hidden), bool(lies)],
        basis="simulated",
        falsehoods=(*lies, *hidden),
        lines=tuple(line.model_copy(update={"line_no": number}) for number, line in enumerate(actual, 1)),
    )


def _undeclared(label: Labelled) -> Falsehood:
    """What is hidden is not declared: a falsehood as well, whatever the rest of the declaration says."""
    facts = {"label": label.label, "mass_kg": label.attributes["mass_kg"], "placement": label.attributes["placement"]}
    return Falsehood(kind="contraband", facts=facts)


def _declaration_id(seed: int, consignment: Consignment) -> str:
    return f"d{seed}-{consignment.name}"


def _lines(one: DeclaredGoods) -> tuple[Line, ...]:
    """Lines of a consignment in one unit, numbered after those that the units before can have."""
    first = _LINES_PER_PART * one.consignment.part
    return tuple(line.model_copy(update={"line_no": line.line_no + first}) for line in one.said.lines)


def _declarations(written: Iterable[ScanRecords]) -> list[Declaration]:
    """One for each consignment that has lines; the units of a consignment add theirs."""
    lines: dict[str, list[Line]] = {}
    for one in written:
        for entry in one.declarations:
            lines.setdefault(entry.declaration_id, []).extend(entry.lines)
    return [Declaration(declaration_id=name, lines=tuple(found)) for name, found in lines.items()]


def _annotations(scans: Sequence[ScanRecord], written: Sequence[ScanRecords], labels: tuple[str, ...]) -> Annotations:
    ids = image_ids(scans)
    keys = [(scan.scan_id, scan.views[0].view_id) for scan in scans]
    flat = [(ids[key], entry) for key, one in zip(keys, written, strict=True) for entry in one.objects]
    return Annotations(
        images=tuple(
            AnnotatedImage(
                id=ids[key],
                scan_id=scan.scan_id,
                view_id=scan.views[0].view_id,
                file_name=scan.views[0].files[0].path,
                height=scan.views[0].size_hw[0],
                width=scan.views[0].size_hw[1],
                mask=one.mask,
            )
            for key, scan, one in zip(keys, scans, written, strict=True)
        ),
        annotations=tuple(
            entry.model_copy(update={"id": number, "image_id": image_id})
            for number, (image_id, entry) in enumerate(flat, start=1)
        ),
        categories=tuple(Category(id=number, name=label) for number, label in enumerate(labels, start=1)),
    )


def _annotation(label: Labelled, labels: Sequence[str]) -> Annotation:
    """An object without its numbers in the pool, which are known when all scans are."""
    return Annotation(
        id=0,
        image_id=0,
        category_id=labels.index(label.label) + 1,
        bbox=_coco(label.box_xyxy),
        visible_bbox=None if label.visible_xyxy is None else _coco(label.visible_xyxy),
        area=float(label.mask_HW.sum()),
        segmentation=_outlines(label.mask_HW),
        attributes=label.attributes,
    )


def _coco(box_xyxy: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box_xyxy
    return x0, y0, x1 - x0, y1 - y0


def _outlines(mask_HW: NDArray[np.bool_]) -> tuple[tuple[float, ...], ...]:
    """Outer contours as COCO polygons; a contour of fewer than three corners is no polygon."""
    contours, _ = cv2.findContours(mask_HW.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return tuple(tuple(contour.ravel().astype(float).tolist()) for contour in contours if len(contour) > 2)
