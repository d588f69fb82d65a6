"""How well a run tells false declarations from honest ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from evaluation.auroc import auroc_interval
from evaluation.records import PoolTruth, UnitResult, UnitTruth
from evaluation.statistics import rate_interval

MISMATCH = "mismatch"
CONTRABAND = "contraband"
JUDGED = ("consistent", MISMATCH)


def mismatch_metrics(
    pool: PoolTruth,
    results: Mapping[str, UnitResult],
    processed: Collection[str],
    *,
    strict_rate: float,
    confidence: float = 0.95,
    **options: Any,
) -> dict[str, Any] | None:
    """AUROC over units, and the shares of false and honest units that are flagged; None when a run judged no unit.

    A false unit that was not judged counts as not flagged. An honest unit that was not judged (not processed, nothing
    linked, `cannot_tell`) says nothing about false flags: it is left out of that share and counted apart. `loose` is
    the run's verdict `mismatch`; `strict` also asks for a combined p-value of at most `strict_rate`.

    A unit that is false in nothing but hidden contraband stands aside: to flag it is no false flag, and to find it is
    the detector's task more than the declaration's. `flagged_by_kind` has it as a kind of its own.
    """
    if not results:
        return None
    known = [unit for unit in pool.units if unit.falsehoods is not None]
    false = [unit for unit in known if _lies(unit)]
    honest = [unit for unit in known if not unit.falsehoods]
    aside = [unit for unit in known if unit.falsehoods and not _lies(unit)]
    judged = {
        unit.unit_id
        for unit in known
        if unit.scan_id in processed and unit.unit_id in results and results[unit.unit_id].verdict in JUDGED
    }
    loose = {unit_id for unit_id in judged if results[unit_id].verdict == MISMATCH}
    strict = {unit_id for unit_id in loose if _at_most(results[unit_id].p_value, strict_rate)}
    group_of = pool.group_of_scan

    def share(units: Sequence[UnitTruth], flagged: Collection[str]) -> dict[str, Any]:
        groups = [group_of[unit.scan_id] for unit in units]
        return rate_interval([unit.unit_id in flagged for unit in units], groups, confidence).as_dict()

    honest_judged = [unit for unit in honest if unit.unit_id in judged]
    kinds = sorted({kind for unit in known for kind in unit.falsehoods or ()})
    return {
        "n_false": len(false),
        "n_honest": len(honest),
        "n_aside": len(aside),
        "n_unknown": len(pool.units) - len(known),
        "n_false_not_judged": sum(unit.unit_id not in judged for unit in false),
        "n_honest_not_judged": len(honest) - len(honest_judged),
        "strict_rate": strict_rate,
        "auroc": _auroc(
            [unit for unit in (*false, *honest) if unit.scan_id in processed],
            results,
            group_of,
            len(false) + len(honest),
            **options,
        ),
        "flagged": {
            name: {"false": share(false, flagged), "honest": share(honest_judged, flagged)}
            for name, flagged in (("strict", strict), ("loose", loose))
        },
        "flagged_by_kind": {
            kind: share([unit for unit in known if kind in (unit.falsehoods or ())], loose) for kind in kinds
        },
    }


def _auroc(
    units: Sequence[UnitTruth],
    results: Mapping[str, UnitResult],
    group_of: Mapping[str, str],
    n_known: int,
    **options: Any,
) -> dict[str, Any]:
    scores, false, groups = [], [], []
    for unit in units:
        score = results[unit.unit_id].mismatch_score if unit.unit_id in results else None
        if score is not None:
            scores.append(score)
            false.append(_lies(unit))
            groups.append(group_of[unit.scan_id])
    found = auroc_interval(scores, false, groups, **options)
    return {**found.as_dict(), "n_without_score": n_known - len(scores)}


def _lies(unit: UnitTruth) -> bool:
    """Whether the declaration is false in what it says of the goods."""
    return any(kind != CONTRABAND for kind in unit.falsehoods or ())


def _at_most(value: float | None, limit: float) -> bool:
    return value is not None and value <= limit
