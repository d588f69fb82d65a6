"""What the networks say of a scan -> its record: alarms, checks, verdicts, lane; floats rounded for stable bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from declarations import (
    CalibrationTable,
    Check,
    Evidence,
    UnitClaim,
    Verdict,
    check_unit,
    mismatch_score,
    unit_p_value,
    unit_verdict,
)
from imaging import Scan
from inference.findings import Finding
from inference.jobs import ScanJob
from inference.lanes import Thresholds, UnitFacts, lane_of
from inference.predict import Prediction
from inference.results import FindingRecord, ScanRecord, UnitRecord

DECIMALS = 6


@dataclass(frozen=True)
class Judge:
    """What a run judges by: thresholds and tables of its package, and whether it was given declarations at all.

    `models` names (and hashes) the network of each role.
    """

    thresholds: Thresholds
    tables: tuple[CalibrationTable, ...]
    models: dict[str, dict[str, str]]
    declarations_given: bool

    def processed(self, job: ScanJob, scan: Scan, prediction: Prediction) -> ScanRecord:
        """The record of a scan that was processed, before its pictures are drawn."""
        units = tuple(
            self._unit(claim, evidence, scan.scanner)
            for claim, evidence in zip(job.claims, prediction.evidence, strict=True)
        )
        placed = lane_of(
            prediction.top_score,
            [_facts(unit) for unit in units],
            self.thresholds,
            declarations_given=self.declarations_given,
        )
        return ScanRecord(
            scan_id=job.scan_id,
            inputs=job.inputs,
            status="ok",
            lane=placed.lane,
            reason=placed.reason,
            findings=self._findings(job.scan_id, prediction.findings),
            units=units,
            models=tuple(self.models[role] for role in prediction.roles),
        )

    def _findings(self, scan_id: str, findings: Sequence[Finding]) -> tuple[FindingRecord, ...]:
        lowest = math.inf if self.thresholds.lowest is None else self.thresholds.lowest
        places: dict[str, int] = {}
        records = []
        for finding in findings:
            place = places[finding.view_id] = places.get(finding.view_id, 0) + 1
            records.append(
                FindingRecord(
                    finding_id=f"{scan_id}#{finding.view_id}#{place}",
                    view_id=finding.view_id,
                    label=finding.label,
                    score=finding.score,
                    box_xyxy=finding.box_xyxy,
                    alarm=finding.score >= lowest,
                    model=self.models["detector"]["name"],
                )
            )
        return tuple(records)

    def _unit(self, claim: UnitClaim, evidence: Evidence, scanner: str) -> UnitRecord:
        checks = check_unit(claim, evidence, self.tables, scanner, self.thresholds.loose_rate)
        p_value = unit_p_value(checks)
        verdict = unit_verdict(checks, self.thresholds.loose_rate)
        said = any(check.p_value is not None for check in checks)
        return UnitRecord(
            unit_id=claim.unit_id,
            declarations=claim.declaration_ids,
            verdict=verdict.value,
            p_value=_rounded(p_value),
            mismatch_score=_rounded(mismatch_score(checks)) if said else None,
            checks=tuple(_check(check) for check in checks),
            reason=claim.problem or _why_open(verdict, checks),
        )


def _facts(unit: UnitRecord) -> UnitFacts:
    mismatch = unit.verdict == Verdict.MISMATCH
    return UnitFacts(unit.unit_id, mismatch, unit.p_value, None if mismatch else unit.reason)


def _why_open(verdict: Verdict, checks: Sequence[Check]) -> str | None:
    """Why a unit that was declared has no verdict, in one sentence."""
    if verdict is not Verdict.CANNOT_TELL:
        return None
    undone = [check.name for check in checks if check.verdict is Verdict.CANNOT_TELL]
    odd = [check.name for check in checks if check.verdict is Verdict.MISMATCH]
    if odd:
        return f"odd by itself, but not beyond doubt among all checks: {_named(odd)}"
    return f"could not be checked: {_named(undone)}"


def _named(checks: Sequence[str]) -> str:
    return ", ".join(check.replace("_", " ") for check in checks)


def _check(check: Check) -> dict[str, Any]:
    observed = check.observed
    return {
        "name": check.name,
        "verdict": check.verdict.value,
        "p_value": _rounded(check.p_value),
        "declared": check.declared,
        "observed": None
        if observed is None
        else {
            "value": _rounded(observed.value),
            "lower": _rounded(observed.lower),
            "upper": _rounded(observed.upper),
            "unit": observed.unit,
        },
        "region": None if check.region is None else [_rounded(edge) for edge in check.region],
        "reason": check.reason,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
