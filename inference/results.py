"""The line of `results.jsonl` that a scan ends in, as strict records."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from declarations import UnitClaim, Verdict
from inference.canonical import canonical
from inference.findings import Box
from inference.jobs import ScanJob
from inference.lanes import Lane, Standing

SCHEMA = 1
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
