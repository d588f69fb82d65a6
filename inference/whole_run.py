"""A run from its jobs to its last file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from inference.engine import run
from inference.errors import stop_if_out_of_resources
from inference.fingerprint import fingerprint_of
from inference.jobs import ScanJob
from inference.outputs import finish, open_output, ranked, write_outputs
from inference.run_info import described, ended, judge_of
from models import ModelPackage


class Bar(Protocol):
    """Shows progress: called with the number of scans, gives what is told how many more were finished."""

    def __call__(self, total: int) -> AbstractContextManager[Any]:
        """Open the bar."""


@dataclass(frozen=True)
class Ending:
    """How a run ended: its exit code, scans by lane, and whether it had been finished before it was asked for."""

    exit_code: int
    lanes: Mapping[str, int]
    finished_before: bool = False


def process(
    jobs: Sequence[ScanJob],
    package: ModelPackage,
    out: Path,
    *,
    batch_size: int,
    labels: Sequence[str],
    declarations_given: bool,
    bar: Bar,
    notes: Mapping[str, Any],
) -> Ending:
    """Work through the jobs, or through what an earlier run left of them, and write every output.

    Args:
        jobs: Sorted jobs.
        package: Networks, settled on their device.
        out: Output folder.
        batch_size: Scans in a batch.
        labels: Labels of the pool in their order; those of the package that are not among them follow.
        declarations_given: Whether the run was given declarations; see `lanes`.
        bar: Shows progress.
        notes: More for `run.json`.

    Raises:
        OutputRefused: when the folder belongs to something else.
        OutOfResources: when memory or disk is full; the same call goes on where it stood.
    """
    started = datetime.now(UTC)
    fingerprint = fingerprint_of(jobs, package, batch_size=batch_size, declarations_given=declarations_given)
    journal = open_output(out, fingerprint)
    if isinstance(journal, int):
        return Ending(journal, {}, finished_before=True)
    judge = judge_of(package, declarations_given=declarations_given)
    try:
        with bar(sum(job.skip_reason is None for job in jobs)) as advance:
            lines = ranked(run(jobs, package, judge, out, journal, batch_size=batch_size, advance=advance))
        categories = tuple(dict.fromkeys((*labels, *package.spec.labels)))
        facts = described(package, categories, declarations_given=declarations_given)
        write_outputs(out, lines, jobs, labels=categories, run=facts)
        ending = ended(package, lines, fingerprint, started=started)
        finish(out, journal, {**facts, **ending, **notes})
    except OSError as error:
        stop_if_out_of_resources(error)
        raise
    finally:
        journal.close()
    return Ending(ending["exit_code"], ending["counts"]["lanes"])
