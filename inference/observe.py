"""Evidence on the units of scans: goods from the goods network, mass and fill from the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from declarations.evidence import Evidence, MassEvidence
from declarations.schema import UnitClaim
from gpu import Batch
from imaging import Scan, ScanError, ScannerProfile, View, estimate_mass, fill_share
from inference.errors import PackageMisfit
from inference.passes import attempt, run_network
from inference.prepare import Prepared, prepare
from models import Component

LOGIT_DECIMALS = 6
Logits = dict[str, float]


def goods_logits(
    component: Component | None, scans: Sequence[Scan], claims: Sequence[Sequence[UnitClaim]]
) -> list[list[Logits | Exception]]:
    """Log-odds per goods group, for each scan and each of its units; or why there are none.

    A unit's region is that of the scan's first view.
    """
    if component is None:
        misfit = PackageMisfit("goods are judged by a goods network", "none in this package", "pack one into it")
        return [[misfit for _ in units] for units in claims]
    flat = [(number, claim) for number, units in enumerate(claims) for claim in units]
    images = [attempt(partial(_unit_image, component, scans[number].views[0], claim)) for number, claim in flat]

    def weigh(batch: Batch) -> list[list[float]]:
        return component.module(batch.image_BCHW, batch.size_B2).double().cpu().tolist()

    logits: list[list[Logits | Exception]] = [[] for _ in scans]
    for (number, _), answer in zip(flat, run_network(component, images, weigh), strict=True):
        logits[number].append(answer if isinstance(answer, Exception) else _named(component.spec.labels, answer))
    return logits


def evidence_of(view: View, profile: ScannerProfile | None, claim: UnitClaim, goods: Logits | Exception) -> Evidence:
    """Everything that a view says about one unit; what it cannot say is named in `missing`."""
    missing: dict[str, str] = {}
    if claim.problem is not None:
        return Evidence(missing=dict.fromkeys(("goods", "mass", "fill"), claim.problem))
    if isinstance(goods, Exception):
        missing["goods"] = str(goods)
    fill = None
    try:
        fill = fill_share(view, claim.region_xyxy)
    except ScanError as error:
        missing["fill"] = str(error)
    mass = None
    try:
        mass = _mass(view, profile, claim)
    except ScanError as error:
        missing["mass"] = str(error)
    return Evidence({} if isinstance(goods, Exception) else goods, mass, fill, missing)


def _unit_image(component: Component, view: View, claim: UnitClaim) -> Prepared:
    if claim.problem is not None:  # nothing to compare with: the network need not look
        raise PackageMisfit("goods are looked for where some were declared", claim.problem, "link a declaration")
    return prepare(view, component.spec, claim.region_xyxy)


def _mass(view: View, profile: ScannerProfile | None, claim: UnitClaim) -> MassEvidence | None:
    if profile is None:
        raise ScanError("mass needs the scanner's profile", "none", "give one with --profile")
    seen = estimate_mass(view, profile, claim.region_xyxy)
    return MassEvidence(seen.mass_kg, seen.lower_kg, seen.upper_kg)


def _named(groups: Sequence[str], answer: Sequence[float]) -> Logits:
    return {group: round(value, LOGIT_DECIMALS) for group, value in zip(groups, answer, strict=True)}
