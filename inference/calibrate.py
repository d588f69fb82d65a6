"""Freeze a package's operating points and calibration tables on scans whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from declarations import Evidence, UnitClaim, calibration_tables, score_checks
from evaluation import clean_scans_needed, frozen_threshold
from models import OperatingPoint, PackageSpec, TableRecord


@dataclass(frozen=True)
class HonestUnit:
    """A unit that is known to hold what was declared, and nothing else, with what its image says."""

    claim: UnitClaim
    evidence: Evidence


@dataclass(frozen=True)
class Observation:
    """What a package says of one scan, and what is known of it.

    `clean` means that the scan was examined for every label of the detector and holds none; `top_score` is its highest
    finding, -inf without any.
    """

    scan_id: str
    scanner: str
    top_score: float
    clean: bool
    honest_units: tuple[HonestUnit, ...] = ()


def calibrated(
    spec: PackageSpec,
    observations: Sequence[Observation],
    *,
    strict_rate: float,
    loose_rate: float,
    pool_hash: str,
) -> PackageSpec:
    """The package with thresholds and tables frozen on these scans; what they are too few for is said, not guessed.

    Args:
        spec: the package.
        observations: scans of the calibration split, clean and other.
        strict_rate: promised share of clean scans that go red.
        loose_rate: promised share of clean scans that alarm.
        pool_hash: content hash of the pool that they come from.

    Raises:
        ValueError: when the strict rate is not below the loose one.
    """
    if strict_rate >= loose_rate:
        raise ValueError(
            f"the strict rate lies below the loose one; found {strict_rate} and {loose_rate}; lower --strict_rate"
        )
    honest = [
        (one.scanner, score_checks(unit.claim, unit.evidence)) for one in observations for unit in one.honest_units
    ]
    tables = tuple(TableRecord.model_validate(table.model_dump()) for table in calibration_tables(honest))
    return spec.model_copy(
        update={
            "operating_points": (
                _operating_point("strict", strict_rate, observations),
                _operating_point("loose", loose_rate, observations),
            ),
            "calibration": tables,
            "strict_rate": strict_rate,
            "loose_rate": loose_rate,
            "calibration_pool_hash": pool_hash,
        }
    )


def _operating_point(
    name: Literal["strict", "loose"], rate: float, observations: Sequence[Observation]
) -> OperatingPoint:
    clean = sorted((one for one in observations if one.clean), key=lambda one: one.scan_id)
    threshold = frozen_threshold([one.top_score for one in clean], rate)
    needed = clean_scans_needed(rate)
    return OperatingPoint(
        name=name,
        rate=rate,
        threshold=threshold,
        n_clean=len(clean),
        clean_scans=tuple(one.scan_id for one in clean),
        reason="" if threshold is not None else f"a rate of {rate:.1%} needs at least {needed} clean scans",
    )
