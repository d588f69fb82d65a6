"""What is evaluated: truth of a pool, and what one run said about it. Plain frozen records, no files, no pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Truth:
    """A threat that is there. `box_xyxy` in pixels of the stored view, half-open."""

    image_id: int
    label: str
    box_xyxy: Box
    scan_id: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """A threat that a run claims, with its score (higher = surer)."""

    image_id: int
    label: str
    box_xyxy: Box
    score: float


@dataclass(frozen=True, slots=True)
class ScanTruth:
    """One scan: its images, and the labels that it was examined for (all others are unknown in it)."""

    scan_id: str
    scanner: str
    group: str
    split: str
    image_ids: tuple[int, ...]
    examined_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class UnitTruth:
    """One unit: in what ways its declaration is false (none: honest); None where no truth is known."""

    unit_id: str
    scan_id: str
    falsehoods: tuple[str, ...] | None


@dataclass(frozen=True)
class PoolTruth:
    """Everything true that a run is held against."""

    name: str
    labels: tuple[str, ...]
    scans: tuple[ScanTruth, ...]
    objects: tuple[Truth, ...]
    units: tuple[UnitTruth, ...] = ()
    content_hash: str = ""
    truth_hash: str = ""

    def subset(self, keep: Callable[[ScanTruth], bool]) -> PoolTruth:
        """The same truth, of the scans that `keep` accepts."""
        scans = tuple(scan for scan in self.scans if keep(scan))
        kept = {scan.scan_id for scan in scans}
        return replace(
            self,
            scans=scans,
            objects=tuple(item for item in self.objects if item.scan_id in kept),
            units=tuple(unit for unit in self.units if unit.scan_id in kept),
        )

    @property
    def threat_scans(self) -> tuple[ScanTruth, ...]:
        """Scans with at least one threat."""
        found = {item.scan_id for item in self.objects}
        return tuple(scan for scan in self.scans if scan.scan_id in found)

    @property
    def clean_scans(self) -> tuple[ScanTruth, ...]:
        """Scans that were examined for something and hold no threat."""
        found = {item.scan_id for item in self.objects}
        return tuple(scan for scan in self.scans if scan.scan_id not in found and scan.examined_for)

    @property
    def group_of_scan(self) -> dict[str, str]:
        """Group of every scan."""
        return {scan.scan_id: scan.group for scan in self.scans}

    @property
    def group_of_image(self) -> dict[int, str]:
        """Group of every image."""
        return {image: scan.group for scan in self.scans for image in scan.image_ids}


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What a run said about one unit's declaration."""

    verdict: str
    mismatch_score: float | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class OperatingPoint:
    """An alarm threshold that was frozen before the evaluated scans were seen, or the reason why there is none.

    `frozen_on` names the clean scans behind it, None where the run does not say. `alarms` are the run's own flags;
    None says that an alarm is a prediction with `score >= threshold`.
    """

    name: str
    rate: float | None
    threshold: float | None
    source: str
    n_clean: int | None = None
    frozen_on: frozenset[str] | None = None
    reason: str = ""
    alarms: tuple[Prediction, ...] | None = None


@dataclass(frozen=True)
class Run:
    """What one detector said. `processed` None: it did not say which images it looked at."""

    name: str
    predictions: tuple[Prediction, ...]
    processed: frozenset[int] | None = None
    points: tuple[OperatingPoint, ...] = ()
    units: Mapping[str, UnitResult] = field(default_factory=dict)
    strict_rate: float | None = None
    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
