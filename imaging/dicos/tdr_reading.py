"""Threat detection reports from files. A report that contradicts itself is refused: it is evidence of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydicom import Dataset

from imaging.dicos.elements import NO_TIME, Instance
from imaging.dicos.report import (
    Ability,
    AbortReason,
    AlarmDecision,
    PotentialThreatObject,
    ReportType,
    ThreatCategory,
    ThreatFlag,
    ThreatReport,
)
from imaging.dicos.uids import DICOS_TDR, RADIOGRAPHS
from imaging.errors import ReportError, UnreadableScan, UnsupportedScan
from imaging.formats.content import read_content
from imaging.formats.dicom.header import quiet, read_header
from imaging.formats.dicom.refusal import refused_by_name
from imaging.formats.dicom.values import items, number, numbers, text, texts, whole
from imaging.formats.picture import DEFAULT_LIMITS, ReadLimits

_Word = TypeVar("_Word", bound=StrEnum)
_WORST_FIRST = (ThreatFlag.HIGH_THREAT, ThreatFlag.THREAT, ThreatFlag.UNKNOWN, ThreatFlag.NO_THREAT)


def read_tdr(path: Path, limits: ReadLimits = DEFAULT_LIMITS) -> ThreatReport:
    """Read a threat detection report about one image.

    Of several assessments of one object the gravest holds. Bitmaps and polygons are not read.

    Raises:
        UnreadableScan: no report, damaged, or without an element that it needs.
        UnsupportedScan: words that are not known, or objects on several images.
        ReportError: a report that contradicts itself (CLEAR with an alarm object, CLEAR of an aborted scan, ...).
        ScanTooLarge: the file passes the limits.
    """
    content = read_content(path, limits.max_bytes)
    with refused_by_name(path.name):
        header = read_header(content, limits)
        with quiet():
            return _report(header.dataset)


def instance_of(path: Path, limits: ReadLimits = DEFAULT_LIMITS) -> Instance:
    """The identity of a DICOM or DICOS image on disk, for a report to refer to.

    Raises:
        UnreadableScan: when the file does not state it.
        ScanTooLarge: the file passes the limits.
    """
    content = read_content(path, limits.max_bytes)
    with refused_by_name(path.name):
        header = read_header(content, limits)
        with quiet():
            return _instance((header.dataset,), "SOP", path)


def _report(dataset: Dataset) -> ThreatReport:
    if text(dataset, "SOPClassUID") != DICOS_TDR:
        found = text(dataset, "Modality") or "something else"
        raise UnreadableScan("a threat detection report says that it is one", found, "name a report")
    entries = items(dataset, "ThreatSequence")
    shown = [one for entry in entries for one in items(entry, "PTORepresentationSequence")]
    about = _about(dataset, shown)
    report = ThreatReport(
        about=about,
        decision=_word(AlarmDecision, dataset, "AlarmDecision"),
        objects=tuple(_object(entry, radiograph=about.sop_class_uid in RADIOGRAPHS) for entry in entries),
        abort_reason=_abort_reason(dataset),
        report_type=_word(ReportType, dataset, "TDRType"),
        algorithm=texts(dataset, "ThreatDetectionAlgorithmAndVersion"),
        object_type=text(dataset, "OOIType"),
        object_id=text(dataset, "PatientID"),
        processing_ms=number(dataset, "TotalProcessingTime") or 0.0,
        decided=_time(text(dataset, "AlarmDecisionTime")),
        image_scale=number(dataset, "ImageScaleRepresentation") or 1.0,
    )
    for keyword, counted in (("Total", len(report.objects)), ("Alarm", len(report.alarm_objects))):
        said = whole(dataset, f"NumberOf{keyword}Objects")
        if said != counted:
            found = f"{said} announced, {counted} there"
            raise ReportError(f"a report counts its {keyword.lower()} objects", found, "export the report again")
    return report


def _about(dataset: Dataset, shown: list[Dataset]) -> Instance:
    named = [one for entry in shown for one in items(entry, "ReferencedInstanceSequence")]
    about = {_instance((one,), "ReferencedSOP") for one in named}
    if len(about) > 1:
        raise UnsupportedScan("a report is about one image", f"{len(about)} images", "ask for a report on each")
    return about.pop() if about else _instance(items(dataset, "ReferencedStudySequence")[:1], "ReferencedSOP")


def _instance(places: Sequence[Dataset], prefix: str, path: Path | None = None) -> Instance:
    for place in places:
        instance = Instance(text(place, f"{prefix}ClassUID"), text(place, f"{prefix}InstanceUID"), path)
        if instance.sop_class_uid and instance.sop_instance_uid:
            return instance
    raise UnreadableScan("an image is named by its class and instance", "no such name", "export the file again")


def _abort_reason(dataset: Dataset) -> AbortReason | None:
    flag = text(dataset, "AbortFlag")
    if flag not in ("SUCCESS", "ABORT"):
        raise UnreadableScan("a report says SUCCESS or ABORT", f"{flag!r}", "export the report again")
    return _word(AbortReason, dataset, "AbortReason") if flag == "ABORT" else None


def _object(entry: Dataset, *, radiograph: bool) -> PotentialThreatObject:
    shown = items(entry, "PTORepresentationSequence")
    assessed = items(entry, "ATDAssessmentSequence")
    if len(shown) != 1 or not assessed:
        found = f"{len(shown)} place(s) and {len(assessed)} assessment(s)"
        raise UnreadableScan("an object of a report has one place and is assessed", found, "export the report again")
    gravest = min(assessed, key=lambda one: _WORST_FIRST.index(_word(ThreatFlag, one, "ATDAssessmentFlag")))
    probability = number(gravest, "ATDAssessmentProbability")
    return PotentialThreatObject(
        object_id=whole(entry, "PotentialThreatObjectID"),
        box=_box(shown[0], radiograph=radiograph),
        flag=_word(ThreatFlag, gravest, "ATDAssessmentFlag"),
        category=_word(ThreatCategory, gravest, "ThreatCategory"),
        ability=_word(Ability, gravest, "ATDAbilityAssessment"),
        probability=None if probability is None or probability < 0 else probability,  # toolkits write -1 for none
        description=text(gravest, "ThreatCategoryDescription"),
        mass=number(shown[0], "Mass"),
        density=number(shown[0], "Density"),
        effective_z=number(shown[0], "ZEffective"),
    )


def _box(shown: Dataset, *, radiograph: bool) -> tuple[float, ...]:
    regions = items(shown, "ThreatROIVoxelSequence")
    base = numbers(regions[0], "ThreatROIBase", 3) if len(regions) == 1 else None
    extents = numbers(regions[0], "ThreatROIExtents", 3) if len(regions) == 1 else None
    if base is None or extents is None:
        raise UnreadableScan(
            "an object of a report has one region with base and extents", f"{len(regions)} region(s)", "export it again"
        )
    axes = 2 if radiograph else 3
    return (*base[:axes], *(low + extent for low, extent in zip(base[:axes], extents[:axes], strict=True)))


def _word(words: type[_Word], dataset: Dataset, keyword: str) -> _Word:
    said = text(dataset, keyword)
    if said not in set(words):
        found = f"{keyword} {said!r}"
        raise UnsupportedScan(f"a report uses the words {', '.join(words)}", found, "export the report again")
    return words(said)


def _time(said: str) -> datetime | None:
    """A time of the form YYYYMMDDHHMMSS.FFFFFF with or without a zone; None where there is none."""
    for pattern in ("%Y%m%d%H%M%S.%f%z", "%Y%m%d%H%M%S.%f"):
        try:
            time = datetime.strptime(said, pattern)  # noqa: DTZ007 -- the file may state no zone
        except ValueError:
            continue
        return None if time.replace(tzinfo=None) == NO_TIME else time
    return None
