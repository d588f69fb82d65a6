"""DICOS-shaped files: images written for others, threat detection reports written and read."""

from imaging.dicos.companion import write_companion_dx
from imaging.dicos.elements import Instance
from imaging.dicos.image import write_dicom, write_dicos_ct, write_dicos_dx
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
from imaging.dicos.tdr import write_tdr
from imaging.dicos.tdr_reading import instance_of, read_tdr

__all__ = [
    "Ability",
    "AbortReason",
    "AlarmDecision",
    "Instance",
    "PotentialThreatObject",
    "ReportType",
    "ThreatCategory",
    "ThreatFlag",
    "ThreatReport",
    "instance_of",
    "read_tdr",
    "write_companion_dx",
    "write_dicom",
    "write_dicos_ct",
    "write_dicos_dx",
    "write_tdr",
]
