"""Oddness of the goods that an image shows beside the goods that were declared."""

from __future__ import annotations

import math
from collections.abc import Sequence

from declarations.evidence import Evidence
from declarations.measure import Measured, no_score
from declarations.schema import Line, Observed, UnitClaim
from declarations.taxonomy import goods_group_of, goods_groups

# A group with less of the declared mass than this need not show in an image: a consignment of thirty lines would
# otherwise always be odd for the smallest of them.
_MINOR_SHARE = 0.1
_LOG_ODDS = "log-odds"


def undeclared_goods(claim: UnitClaim, evidence: Evidence, empty: bool) -> Measured:
    """Highest log-odds among the groups that are not declared; of a unit declared empty, among all."""
    if reason := _why_no_goods(claim, evidence, empty):
        return no_score(reason, describe(claim.lines) or None)
    declared = _declared(claim, evidence)
    if unknown := [line.commodity_code for line in claim.lines if _known(line, evidence) is None]:
        return no_score(
            f"Declared goods under {', '.join(sorted(set(unknown))[:3])} belong to no group that the image was "
            "searched for: what looks undeclared may be these.",
            describe(claim.lines),
        )
    others = {group: logit for group, logit in evidence.goods_logit.items() if group not in declared}
    if not others:
        return no_score("Every group that the image was searched for is declared.", describe(claim.lines))
    strongest = max(others, key=lambda group: others[group])
    return Measured(
        others[strongest],
        "empty" if empty else describe(claim.lines),
        Observed(value=others[strongest], unit=_LOG_ODDS),
        f"Of all goods that are not declared, the image looks most like {_name(strongest)}.",
    )


def declared_goods_absent(claim: UnitClaim, evidence: Evidence) -> Measured:
    """Over the declared groups, the largest lead of the strongest undeclared group before the declared one.

    The lead, because swapped goods move both ends of it: the true goods rise and the declared ones fall, while a dim or
    cluttered image lowers both and cancels. Before the strongest UNdeclared group and not the strongest of all: in an
    honest mixed load one declared group outshines another by as much as a swap would. A line that belongs to no group
    does not switch this check off, or one such line would hide any swap.
    """
    if reason := _why_no_goods(claim, evidence, empty=False):
        return no_score(reason, describe(claim.lines) or None)
    if claim.lines_shared:
        return no_score("The declared goods are spread over several units: none of them need be in this one.")
    declared = _declared(claim, evidence)
    if not declared:
        return no_score("No declared goods belong to a group that the image was searched for.", describe(claim.lines))
    logit = evidence.goods_logit
    others = [group for group in logit if group not in declared]
    rival = max(others, key=lambda group: logit[group]) if others else None
    weakest = min(_expected(claim, evidence, declared), key=lambda group: logit[group])
    score = (logit[rival] if rival else 0.0) - logit[weakest]
    unlike = "does not look" if score > 0 else "looks"
    sentence = f"{_name(weakest)}: declared, and the image {unlike} more like it"
    return Measured(
        score,
        describe(claim.lines),
        Observed(value=logit[weakest], unit=_LOG_ODDS),
        f"{sentence} than like {_name(rival)}, the likeliest of what is not declared."
        if rival
        else f"{sentence} than not.",
    )


def describe(lines: Sequence[Line]) -> str:
    """The first three lines in a few words; the text is the trader's."""
    shown = "; ".join(f"{line.commodity_code} {line.description[:60]}".strip() for line in lines[:3])
    return shown if len(lines) <= 3 else f"{shown}; and {len(lines) - 3} more"


def _why_no_goods(claim: UnitClaim, evidence: Evidence, empty: bool) -> str | None:
    if not evidence.goods_logit:
        return evidence.missing.get("goods", "No goods were looked for in the image.")
    if not all(math.isfinite(logit) for logit in evidence.goods_logit.values()):
        return "The goods network answered with numbers that are not finite."
    if empty and claim.lines:
        return "The declaration contradicts itself: it says empty, and names goods."
    if not empty and not claim.lines:
        return "The declaration names no goods."
    return None


def _known(line: Line, evidence: Evidence) -> str | None:
    """Group of a line, where the image was searched for it."""
    group = goods_group_of(line.commodity_code)
    return group if group in evidence.goods_logit else None


def _declared(claim: UnitClaim, evidence: Evidence) -> frozenset[str]:
    return frozenset(group for line in claim.lines if (group := _known(line, evidence)) is not None)


def _expected(claim: UnitClaim, evidence: Evidence, declared: frozenset[str]) -> list[str]:
    """Declared groups that should show, sorted: the minor ones are left out where every line states its mass."""
    for kind in ("gross_mass_kg", "net_mass_kg"):
        masses = [getattr(line, kind) for line in claim.lines]
        if None in masses or not sum(masses) > 0:
            continue
        shares = dict.fromkeys(sorted(declared), 0.0)
        for line, mass in zip(claim.lines, masses, strict=True):
            if (group := _known(line, evidence)) is not None:
                shares[group] += mass / sum(masses)
        return [group for group, share in shares.items() if share >= min(_MINOR_SHARE, max(shares.values()))]
    return sorted(declared)


def _name(group: str) -> str:
    return next((entry.name for entry in goods_groups() if entry.group == group), group)
