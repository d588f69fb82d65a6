"""Threat detection reports to files, DICOS-shaped: what an independent toolkit asks for, and no more than is known."""

from __future__ import annotations

import math
from pathlib import Path

from pydicom import Dataset

from imaging.dicos.elements import NO_TIME, Instance, add_dicos, common, item, long_string, write_instance
from imaging.dicos.report import PotentialThreatObject, ThreatReport
from imaging.dicos.uids import DICOS_TDR, uid_of

_IMAGE_SCALE, _OBJECT_START, _OBJECT_END, _OBJECT_MS = 0x40101075, 0x40101080, 0x40101081, 0x40101082
_DATE_TIME = "%Y%m%d%H%M%S.%f%z"


def write_tdr(path: Path, report: ThreatReport) -> Instance:
    """Write a report; the same report gives the same bytes, and its only time is `report.decided`.

    It names the image that it is about (`report.about`), so write a companion image first for a scan of another format
    (`write_companion_dx`). What was aborted is written as `ABORT` with its reason, an abstention as `UNKNOWN`.

    Raises:
        UnsupportedScan: a text of the report that DICOM cannot hold.
    """
    dataset = common(DICOS_TDR, "TDR", uid_of("study of", report.about.sop_instance_uid), report.decided)
    add_dicos(dataset, report.object_type, report.decided)
    dataset.PatientID = long_string(report.object_id)
    dataset.FrameOfReferenceUID = uid_of("frame of", report.about.sop_instance_uid)
    dataset.PositionReferenceIndicator = ""
    dataset.ReferencedStudySequence = [_reference(report.about)]
    dataset.TDRType = report.report_type.value
    dataset.AlarmDecision = report.decision.value
    dataset.AlarmDecisionTime = (report.decided or NO_TIME).strftime(_DATE_TIME)
    dataset.AbortFlag = "SUCCESS" if report.abort_reason is None else "ABORT"
    if report.abort_reason is not None:
        dataset.AbortReason = report.abort_reason.value
    dataset.ThreatDetectionAlgorithmAndVersion = list(map(long_string, report.algorithm))
    dataset.NumberOfTotalObjects = len(report.objects)
    dataset.NumberOfAlarmObjects = len(report.alarm_objects)
    dataset.TotalProcessingTime = report.processing_ms
    dataset.AdditionalScreeningPerformed = "NO"
    dataset.add_new(_IMAGE_SCALE, "FD", report.image_scale)  # pydicom's dictionary has it as text
    dataset.ThreatSequence = [_object(threat, report) for threat in report.objects]
    return write_instance(path, dataset, None)


def _reference(instance: Instance) -> Dataset:
    return item(ReferencedSOPClassUID=instance.sop_class_uid, ReferencedSOPInstanceUID=instance.sop_instance_uid)


def _object(threat: PotentialThreatObject, report: ThreatReport) -> Dataset:
    lows, highs = _corners(threat.box)
    region = item(
        ThreatROIBase=lows,
        ThreatROIExtents=[high - low for low, high in zip(lows, highs, strict=True)],
        ThreatROIBitmap=b"",
    )
    shown = item(ReferencedInstanceSequence=[_reference(report.about)], ThreatROIVoxelSequence=[region])
    # An independent toolkit refuses an alarm object without mass and density: no number says that none is known.
    shown.Mass = math.nan if threat.mass is None else threat.mass
    shown.Density = math.nan if threat.density is None else threat.density
    if threat.effective_z is not None:
        shown.ZEffective = threat.effective_z
    assessed = item(
        ThreatCategory=threat.category.value,
        ATDAbilityAssessment=threat.ability.value,
        ATDAssessmentFlag=threat.flag.value,
    )
    if threat.description:
        assessed.ThreatCategoryDescription = long_string(threat.description)
    if threat.probability is not None:
        assessed.ATDAssessmentProbability = threat.probability
    entry = item(
        PotentialThreatObjectID=threat.object_id,
        PTORepresentationSequence=[shown],
        ATDAssessmentSequence=[assessed],
    )
    for tag in (_OBJECT_START, _OBJECT_END):
        entry.add_new(tag, "DT", (report.decided or NO_TIME).strftime(_DATE_TIME))
    entry.add_new(_OBJECT_MS, "FL", 0.0)
    return entry


def _corners(box: tuple[float, ...]) -> tuple[list[float], list[float]]:
    """Lower and upper corner as (x, y, z); a box in a radiograph is one pixel thick."""
    sides = len(box) // 2
    return [*box[:sides], 0.0][:3], [*box[sides:], 1.0][:3]
