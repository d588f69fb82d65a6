"""A threat detection report: what an algorithm or an officer decided about one image, and on which objects.

The words are those that an independent DICOS toolkit writes for each of its values. A report cannot be built that
says CLEAR of a scan that was not looked at, or that holds an object flagged as a threat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from imaging.dicos.elements import Instance
from imaging.dicos.uids import RADIOGRAPHS
from imaging.errors import ReportError


class AlarmDecision(StrEnum):
    """What was decided. Whoever abstains says UNKNOWN."""

    ALARM = "ALARM"
    CLEAR = "CLEAR"
    UNKNOWN = "UNKNOWN"


class AbortReason(StrEnum):
    """Why no decision could be reached: unreadable input, too little time, nobody there."""

    INCOMPLETE_SCAN = "INCOMPLETE_SCAN"
    FAILED_RECON = "FAILED_RECON"
    TIMEOUT = "TIMEOUT"
    NOT_REVIEWED = "NOT_REVIEWED"
    USER_INTERRUPT = "USER_INTERRUPT"
    OUT_OF_BOUNDS = "OUT_OF_BOUNDS"
    OVERSIZE_BAG = "OVERSIZE_BAG"
    CLIPPED_BAG = "CLIPPED_BAG"
    UNKNOWN_DATATYPE = "UNKNOWN_DATATYPE"


class ReportType(StrEnum):
    """Who reports."""

    MACHINE = "MACHINE"
    OPERATOR = "OPERATOR"
    GROUND_TRUTH = "GROUND TRUTH"
    AGGREGATE = "AGGREGATE"
    MOD_AGGREGATE = "MOD_AGGREGATE"
    UNDEFINED = "UNDEFINED"


class ThreatFlag(StrEnum):
    """Verdict on one object."""

    HIGH_THREAT = "HIGH_THREAT"
    THREAT = "THREAT"
    NO_THREAT = "NO_THREAT"
    UNKNOWN = "UNKNOWN"

    @property
    def alarm(self) -> bool:
        """Whether an object of this flag is an alarm."""
        return self in (ThreatFlag.HIGH_THREAT, ThreatFlag.THREAT)


class ThreatCategory(StrEnum):
    """What an object is taken for."""

    EXPLOSIVE = "EXPLOSIVE"
    PROHIBITED_ITEM = "PI"
    CONTRABAND = "CONTRABAND"
    ANOMALY = "ANOMALY"
    LAPTOP = "LAPTOP"
    PHARMACEUTICAL = "PHARMACEUTICAL"
    OTHER = "OTHER"


class Ability(StrEnum):
    """Whether something hid the object from the algorithm."""

    NO_INTERFERENCE = "NO_INTERFERENCE"
    SHIELD = "SHIELD"


@dataclass(frozen=True, slots=True)
class PotentialThreatObject:
    """One object.

    `box` is half open, in pixels of the image (x0, y0, x1, y1) for a radiograph, in voxels (x0, y0, z0, x1, y1, z1) for
    a volume: x along columns, y along rows, z along slices. `mass`, `density` and `effective_z` are as stored: the
    file states no units.
    """

    object_id: int
    box: tuple[float, ...]
    flag: ThreatFlag
    category: ThreatCategory
    ability: Ability = Ability.NO_INTERFERENCE
    probability: float | None = None
    description: str = ""
    mass: float | None = None
    density: float | None = None
    effective_z: float | None = None

    def __post_init__(self) -> None:
        sides = len(self.box) // 2
        lows, highs = self.box[:sides], self.box[sides:]
        if len(self.box) not in (4, 6) or not all(map(math.isfinite, self.box)):
            raise ReportError("a box has 4 or 6 finite edges", f"{self.box}", "state x0, y0, x1, y1 in pixels")
        if any(low >= high for low, high in zip(lows, highs, strict=True)):
            raise ReportError("a box has an inside", f"{self.box} of {self.object_id}", "state lower edges first")
        if not 0 <= self.object_id <= 65_535:
            raise ReportError("the number of an object has 16 bits", f"{self.object_id}", "count from 1")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ReportError("a probability lies in 0 to 1", f"{self.probability}", "leave it out when unknown")


@dataclass(frozen=True, slots=True)
class ThreatReport:
    """A report on one image.

    ALARM stands exactly where an object is flagged as a threat (an alarm without a place has the whole image for its
    box), CLEAR only where nothing was aborted and every object is NO_THREAT.

    `algorithm` is name, version and parameters. `processing_ms` is the total time. `decided` is the time of the
    decision. `image_scale` is as stored; the boxes that we write are in pixels of the image (scale 1).
    """

    about: Instance
    decision: AlarmDecision
    objects: tuple[PotentialThreatObject, ...] = ()
    abort_reason: AbortReason | None = None
    report_type: ReportType = ReportType.MACHINE
    algorithm: tuple[str, ...] = ("unknown", "unknown")
    object_type: str = "BAGGAGE"
    object_id: str = "unknown"
    processing_ms: float = 0.0
    decided: datetime | None = None
    image_scale: float = 1.0

    def __post_init__(self) -> None:
        alarms = [threat.object_id for threat in self.objects if threat.flag.alarm]
        if bool(alarms) != (self.decision is AlarmDecision.ALARM):
            found = f"{self.decision} with the alarm objects {alarms}"
            raise ReportError("a report decides ALARM when it holds an alarm object", found, "look at the scan again")
        if self.decision is AlarmDecision.CLEAR and self.abort_reason is not None:
            found = f"CLEAR, aborted for {self.abort_reason}"
            raise ReportError("a scan that could not be judged is never CLEAR", found, "report UNKNOWN")
        if self.decision is AlarmDecision.CLEAR and any(threat.flag is ThreatFlag.UNKNOWN for threat in self.objects):
            raise ReportError("CLEAR has judged every object", "an object flagged UNKNOWN", "report UNKNOWN")
        if len({threat.object_id for threat in self.objects}) != len(self.objects):
            raise ReportError("objects of one report have numbers of their own", "a number twice", "count from 1")
        axes = 4 if self.about.sop_class_uid in RADIOGRAPHS else 6
        if any(len(threat.box) != axes for threat in self.objects):
            raise ReportError(f"boxes on this kind of image have {axes} edges", "others", "state pixels or voxels")

    @property
    def alarm_objects(self) -> tuple[PotentialThreatObject, ...]:
        """The objects flagged as threats."""
        return tuple(threat for threat in self.objects if threat.flag.alarm)
