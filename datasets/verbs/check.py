"""`pool.py check`: all problems of a pool on disk, and a report to look at."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from datasets.check_report.report import write_report
from datasets.checks.check import Finding
from datasets.checks.gather import gathered
from datasets.checks.run import findings_of
from datasets.pool.errors import PoolError
from datasets.readings import working_readings
from datasets.verbs.outcome import Outcome, Track


def run(*, pool: Path, report: Path | None, pixels: bool, track: Track) -> Outcome:
    """Check the pool; what is wrong is a problem each, what should be looked at is counted in a table.

    What is read of files is kept in `POOL.check` until the check is done: one that was cut off goes on.

    Raises:
        PoolError: when it is no pool, or the report would lie in it.
    """
    if report is not None and report.resolve().is_relative_to(pool.resolve()):
        raise PoolError("a pool holds its own files alone", f"--report {report} inside", "name another place")
    kept = working_readings(pool, "check", purpose={}, beside=report) if pixels else nullcontext()
    with kept as readings, gathered(pool, pixels=pixels, track=track, readings=readings) as facts:
        found = findings_of(facts, track)
        if report is not None:
            write_report(report, facts, found, pixels=pixels, track=track)
    problems = _of(found, "problem")
    warnings = _of(found, "warning")
    tables = {
        f"{pool}: {len(found)} checks": {
            "find problems": len(problems),
            "find something to be looked at": len(warnings),
            **{finding.check.rule: f"{finding.count:,} times not" for finding in problems},
        }
    }
    if warnings:
        tables["to be looked at"] = {finding.check.rule: _first(finding) for finding in warnings}
    return Outcome(tables, tuple(line for finding in problems for line in finding.lines))


def _of(found: tuple[Finding, ...], severity: str) -> list[Finding]:
    return [finding for finding in found if finding.count and finding.check.severity == severity]


def _first(finding: Finding) -> str:
    return f"{finding.count:,}, such as: {finding.examples[0]}"
