"""What an image says about a unit, in the terms of a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MassEvidence:
    """Mass seen in a unit's region, packaging, container and chassis included.

    `lower_kg` and `upper_kg` bound it; `upper_kg` is None where an opaque part leaves only a lower bound.
    """

    value_kg: float
    lower_kg: float
    upper_kg: float | None


@dataclass(frozen=True)
class Evidence:
    """Evidence on one unit.

    `goods_logit` holds one log-odds per goods group of the taxonomy (empty where no goods network fits the scan).
    `fill` is the share (0 to 1) of the unit's region that attenuates more than an empty unit would.
    `missing` says, per kind of evidence (`goods`, `mass`, `fill`), why there is none.
    """

    goods_logit: Mapping[str, float] = field(default_factory=dict)
    mass: MassEvidence | None = None
    fill: float | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
