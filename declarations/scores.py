"""How odd a unit's evidence is beside what was declared of it: one score for each check that applies, higher = odder.

A score ranks; what is odd enough to flag is learnt from honest units (`calibration.py`). A unit has exactly three
checks: goods that were not declared, and mass, apply to every unit; the third is `declared_empty` for a unit declared
empty and `declared_goods_absent` for any other.
"""

from __future__ import annotations

import math

from declarations.evidence import Evidence
from declarations.goods_scores import declared_goods_absent, undeclared_goods
from declarations.measure import Measured, no_score
from declarations.schema import Observed, UnitClaim

CHECK_NAMES = ("undeclared_goods", "declared_goods_absent", "declared_empty", "mass")
# Mass ratios beyond this are all the same absurdity; the bound keeps scores finite.
_MAX_RATIO = 1000.0


def score_checks(claim: UnitClaim, evidence: Evidence) -> dict[str, float | str]:
    """Oddness score of every check that applies, or the reason why it has none; empty for a claim with a problem."""
    return {
        name: found.sentence if found.score is None else found.score for name, found in measure(claim, evidence).items()
    }


def measure(claim: UnitClaim, evidence: Evidence) -> dict[str, Measured]:
    """As `score_checks`, with what was declared and observed, and a sentence for the officer."""
    if claim.problem is not None:
        return {}
    empty = is_declared_empty(claim)
    return {
        "undeclared_goods": undeclared_goods(claim, evidence, empty),
        **(
            {"declared_empty": _declared_empty(claim, evidence)}
            if empty
            else {"declared_goods_absent": declared_goods_absent(claim, evidence)}
        ),
        "mass": _mass(claim, evidence, empty),
    }


def is_declared_empty(claim: UnitClaim) -> bool:
    """Declared empty by its flag; without a flag, by a declared gross mass of zero and no line."""
    if claim.declared_empty is not None:
        return claim.declared_empty
    return not claim.lines and claim.gross_mass_kg == 0


def _declared_empty(claim: UnitClaim, evidence: Evidence) -> Measured:
    """Filled share, plus the share of the tare by which the lower bound of the mass lies above it.

    The lower bound and not the value: an estimate a few per cent off must not drown a filled share of one per cent.
    """
    if evidence.fill is None or not math.isfinite(evidence.fill):
        return no_score(evidence.missing.get("fill", "The filled share of the unit was not measured."), "empty")
    sentence = (
        f"Declared empty; {evidence.fill:.1%} of the picture is denser than bare walls, as floor and frame always are."
    )
    score = evidence.fill
    if evidence.mass is not None and claim.tare_kg and math.isfinite(evidence.mass.lower_kg):
        above_kg = max(0.0, evidence.mass.lower_kg - claim.tare_kg)
        score += above_kg / claim.tare_kg
        if above_kg > 0:
            sentence += f" It seems at least {above_kg:,.0f} kg heavier than its tare."
    return Measured(score, "empty", Observed(value=evidence.fill, unit="share denser than bare walls"), sentence)


def _mass(claim: UnitClaim, evidence: Evidence, empty: bool) -> Measured:
    """|ln(observed / expected)|; of a partly opaque unit only how far its lower bound lies above what is expected."""
    gross_kg = _gross_kg(claim, empty)
    observed = _observed_mass(evidence)
    if isinstance(gross_kg, str):
        return no_score(gross_kg, None, observed)
    declared = f"{gross_kg:,.0f} kg gross" + ("" if claim.tare_kg is None else f" and {claim.tare_kg:,.0f} kg tare")
    if claim.tare_kg is None:
        return no_score("The image weighs the unit too, and its tare is not known.", declared, observed)
    expected_kg = gross_kg + claim.tare_kg
    if observed is None:
        return no_score(evidence.missing.get("mass", "The mass was not measured."), declared)
    if expected_kg <= 0:
        return no_score("Declared mass and tare are both zero: there is nothing to compare with.", declared, observed)
    if observed.value is None:
        ratio = max(1.0, (observed.lower or 0.0) / expected_kg)
        sentence = f"Part of the unit is opaque; the image shows at least {observed.lower:,.0f} kg"
    else:
        ratio = observed.value / expected_kg
        sentence = f"The image shows about {observed.value:,.0f} kg, {ratio - 1:+.0%}"
    score = abs(math.log(min(max(ratio, 1 / _MAX_RATIO), _MAX_RATIO)))
    return Measured(score, declared, observed, f"{sentence} against {expected_kg:,.0f} kg expected with the tare.")


def _gross_kg(claim: UnitClaim, empty: bool) -> float | str:
    """Declared gross mass of the unit's goods, or why there is none."""
    if empty:
        if claim.lines or claim.gross_mass_kg:
            return "The declaration contradicts itself: it says empty, and states goods or a gross mass."
        return 0.0
    if claim.gross_mass_kg is not None:
        return claim.gross_mass_kg
    return _gross_kg_of_lines(claim)


def _gross_kg_of_lines(claim: UnitClaim) -> float | str:
    if not claim.lines:
        return "The declaration has no line and no gross mass."
    if claim.lines_shared:
        return "The declared goods are spread over several units, and this unit's gross mass is not stated."
    masses = [line.gross_mass_kg for line in claim.lines]
    if any(mass is None for mass in masses):
        # Net mass cannot stand in: what packing weighs depends on the goods, from 2 % (bags) to half (glass bottles).
        lacking = [str(line.line_no) for line in claim.lines if line.gross_mass_kg is None]
        return f"No gross mass is declared for line {', '.join(lacking[:5])}: a net mass leaves the packing out."
    return math.fsum(mass for mass in masses if mass is not None)


def _observed_mass(evidence: Evidence) -> Observed | None:
    mass = evidence.mass
    if mass is None:
        return None
    bounds = [mass.lower_kg] if mass.upper_kg is None else [mass.lower_kg, mass.value_kg, mass.upper_kg]
    if not all(math.isfinite(bound) and bound >= 0 for bound in bounds):
        return None
    value = None if mass.upper_kg is None else mass.value_kg
    return Observed(value=value, lower=mass.lower_kg, upper=mass.upper_kg, unit="kg")
