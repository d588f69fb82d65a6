"""Evidence on a unit against its claim: every check that applies, with a verdict at the rate that the operator sets."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calibration import CalibrationTable, conformal_p_value, fine_p_value, units_needed
from declarations.errors import DeclarationError
from declarations.evidence import Evidence
from declarations.measure import Measured
from declarations.schema import Check, UnitClaim, Verdict
from declarations.scores import measure
from declarations.verdict import at_most


def check_unit(
    claim: UnitClaim, evidence: Evidence, tables: Sequence[CalibrationTable], scanner: str, loose_rate: float
) -> tuple[Check, ...]:
    """Do every check that applies to a unit; none for a claim with a problem.

    A check is a mismatch when its own p-value is at most `loose_rate` (0 to 1): it alone flags that share of honest
    units. What all of them together come to is for `unit_verdict`, which holds the rate for the unit. A check whose
    table is so small that it could never flag the unit answers `cannot_tell`, not `consistent`; its p-value is told.

    Raises:
        DeclarationError: when the rate is not between 0 and 1, or two tables are for one check and scanner.
    """
    if not 0 < loose_rate < 1:
        raise DeclarationError("a false-flag rate lies between 0 and 1", f"{loose_rate}", "set it, as in 0.05")
    measured = measure(claim, evidence)
    checks = []
    for name, found in measured.items():
        table = _table(tables, name, scanner)
        p_value, fine = (
            (None, None)
            if table is None or found.score is None
            else (conformal_p_value(table, found.score), fine_p_value(table, found.score))
        )
        verdict, reason = _judge(found, table, scanner, loose_rate, len(measured))
        checks.append(
            Check(
                name=name,
                verdict=verdict,
                p_value=p_value,
                declared=found.declared,
                observed=found.observed,
                region=claim.region_xyxy,
                reason=reason,
                fine_p_value=fine,
            )
        )
    return tuple(checks)


def _judge(
    found: Measured, table: CalibrationTable | None, scanner: str, loose_rate: float, n_checks: int
) -> tuple[Verdict, str]:
    if found.score is None:
        return Verdict.CANNOT_TELL, found.sentence
    if table is None:
        reason = f"{found.sentence} Not calibrated for scanner {scanner}: how odd that is cannot be said."
        return Verdict.CANNOT_TELL, reason
    needed = units_needed(loose_rate, n_checks)
    if table.n < needed:
        return Verdict.CANNOT_TELL, (
            f"{found.sentence} But n = {table.n} calibration units cannot support a rate of {100 * loose_rate:.3g} % "
            f"over {n_checks} checks; at least {needed} are needed."
        )
    p_value = conformal_p_value(table, found.score)
    verdict = Verdict.MISMATCH if at_most(p_value, loose_rate) else Verdict.CONSISTENT
    return verdict, f"{found.sentence} {_in_words(p_value, table.n, verdict)}"


def _table(tables: Sequence[CalibrationTable], check: str, scanner: str) -> CalibrationTable | None:
    found = [table for table in tables if (table.check, table.scanner) == (check, scanner)]
    if len(found) > 1:
        rule = "a check has one calibration table for a scanner"
        raise DeclarationError(rule, f"{len(found)} for {check} on {scanner}", "calibrate the package anew")
    return found[0] if found else None


def _in_words(p_value: float, n: int, verdict: Verdict) -> str:
    odder = round(p_value * (n + 1)) - 1
    count = "none" if odder == 0 else str(odder)
    if verdict is Verdict.MISMATCH:
        return f"Of {n} honest units that this was calibrated on, {'only ' if odder else ''}{count} looked as odd."
    return f"That is not unusual: of {n} honest units that this was calibrated on, {count} looked as odd or odder."
