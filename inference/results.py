"""The line of `results.jsonl` that a scan ends in: strict records, floats rounded so that bytes are stable."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

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
from inference.canonical import canonical
from inference.findings import Box, Finding
from inference.jobs import ScanJob
from inference.lanes import Lane, Standing, Thresholds, UnitFacts, lane_of
from inference.predict import Prediction

SCHEMA = 1
DECIMALS = 6
Status = Literal["ok", "unreadable", "unusable", "failed", "skipped"]


@dataclass(frozen=True)
class FindingRecord:
    """A finding with its name; `alarm` from the lowest frozen threshold on."""

    finding_id: str
    view_id: str
    label: str
    score: float
    box_xyxy: Box
    alarm: bool
    model: str
    box_xyzxyz: None = None  # findings in volumes; no network of ours gives any


@dataclass(frozen=True)
class UnitRecord:
    """What was declared of a unit and what its checks came to; `reason` says why there is no verdict."""

    unit_id: str
    declarations: tuple[str, ...]
    verdict: str
    p_value: float | None
    mismatch_score: float | None
    checks: tuple[dict[str, Any], ...]
    reason: str | None


@dataclass(frozen=True)
class ScanRecord:
    """A line but for its `priority`, which takes all lines to know."""

    scan_id: str
    inputs: tuple[str, ...]
    status: Status
    lane: Lane
    reason: str | None
    findings: tuple[FindingRecord, ...] = ()
    units: tuple[UnitRecord, ...] = ()
    annotated: tuple[str, ...] = ()
    models: tuple[dict[str, str], ...] = ()
    anomaly: None = None  # no package holds an anomaly network yet
    schema: int = SCHEMA

    def as_dict(self) -> dict[str, Any]:
        """Plain values as they come back from JSON, so that a resumed run goes on with the very same.

        Raises:
            ValueError: when a number is none that JSON has.
        """
        plain: dict[str, Any] = json.loads(canonical(asdict(self)))
        return plain


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


def stopped(job: ScanJob, status: Status, reason: str) -> ScanRecord:
    """The record of a scan that could not be processed, or of a file that is none. Never green."""
    return ScanRecord(
        scan_id=job.scan_id,
        inputs=job.inputs,
        status=status,
        lane="manual",
        reason=reason,
        units=tuple(_unseen(claim, status) for claim in job.claims),
    )


def standing(line: dict[str, Any]) -> Standing:
    """What a line (as a dictionary) is ranked by."""
    scores = [finding["score"] for finding in line["findings"]]
    odd = [unit["mismatch_score"] for unit in line["units"] if unit["mismatch_score"] is not None]
    return Standing(
        scan_id=line["scan_id"],
        status=line["status"],
        lane=line["lane"],
        top_score=max(scores, default=-math.inf),
        alarm=any(finding["alarm"] for finding in line["findings"]),
        oddness=max(odd, default=None),
    )


def _unseen(claim: UnitClaim, status: str) -> UnitRecord:
    verdict = Verdict.CANNOT_TELL if claim.problem is None else Verdict.NONE
    reason = claim.problem or f"the scan is {status}: nothing could be compared"
    return UnitRecord(claim.unit_id, claim.declaration_ids, verdict.value, None, None, (), reason)


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
