"""Scans -> findings and evidence. Knows no files: `infer.py` and `train.py calibrate` call the same function."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from declarations.evidence import Evidence
from declarations.schema import UnitClaim
from imaging import Scan, ScannerProfile
from inference.errors import PackageMisfit
from inference.findings import Finding, find
from inference.observe import Logits, evidence_of, goods_logits
from inference.passes import attempt
from models import ModelPackage


@dataclass(frozen=True)
class Request:
    """A scan, what was declared of its units (their regions are those of its first view), and its scanner's profile."""

    scan: Scan
    claims: tuple[UnitClaim, ...] = ()
    profile: ScannerProfile | None = None


@dataclass(frozen=True)
class Prediction:
    """What the networks say of a scan: findings view after view, one evidence for each claim, the roles that spoke."""

    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]
    roles: tuple[str, ...]

    @property
    def top_score(self) -> float:
        """Highest score; -inf without findings."""
        return max((finding.score for finding in self.findings), default=-math.inf)


def predict(package: ModelPackage, requests: Sequence[Request]) -> list[Prediction | Exception]:
    """Run a package over scans.

    Only images of equal padded size share a pass: what is said of a scan does not depend on its neighbours.

    Args:
        package: Networks in eval mode, on the device where they are to run.
        requests: The scans.

    Returns:
        For each scan its prediction, or the error that stopped it: `PackageMisfit` where the detector does not fit.
        A goods network that does not fit is said in the evidence.

    Raises:
        OutOfResources: when memory is full.
    """
    scans = [request.scan for request in requests]
    detector = package.components.get("detector")
    findings = [[] for _ in scans] if detector is None else find(detector, scans)
    logits = goods_logits(package.components.get("goods"), scans, [request.claims for request in requests])
    return [
        attempt(partial(_joined, request, found, goods, ("detector",) if detector is not None else ()))
        for request, found, goods in zip(requests, findings, logits, strict=True)
    ]


def _joined(
    request: Request, found: list[Finding] | Exception, goods: list[Logits | Exception], roles: tuple[str, ...]
) -> Prediction:
    for answer in (found, *goods):
        if isinstance(answer, Exception) and (answer is found or not isinstance(answer, PackageMisfit)):
            raise answer
    evidence = tuple(
        evidence_of(request.scan.views[0], request.profile, claim, answer)
        for claim, answer in zip(request.claims, goods, strict=True)
    )
    spoke = any(one.goods_logit for one in evidence)
    assert not isinstance(found, Exception)
    return Prediction(tuple(found), evidence, (*roles, "goods") if spoke else roles)
