"""All checks of a pool."""

from __future__ import annotations

from pathlib import Path

from datasets.checks.catalogue import CHECKS
from datasets.checks.check import Finding, ask
from datasets.checks.facts import Facts
from datasets.checks.gather import gathered
from datasets.pool.store import Pool
from datasets.verbs.outcome import Track, quietly


def findings_of(facts: Facts, track: Track = quietly) -> tuple[Finding, ...]:
    """What each check found, in the order of `CHECKS`; a check that found nothing has a count of 0."""
    return tuple(ask(check, facts) for check in track(CHECKS, "checking", len(CHECKS)))


def problems_at(root: Path, *, read_pixels: bool = True) -> list[str]:
    """The problems of a pool, one sentence each; an empty list is a sound pool. Warnings are left out.

    Args:
        root: The pool's folder.
        read_pixels: Whether to read, hash and decode every file as well (slow on large pools).

    Raises:
        PoolError: when it is no pool.
    """
    with gathered(root, pixels=read_pixels, track=quietly) as facts:
        found = findings_of(facts)
    return [line for finding in found if finding.check.severity == "problem" for line in finding.lines]


def check_pool(pool: Pool, *, read_pixels: bool = True) -> list[str]:
    """`problems_at` the folder of a pool that was read."""
    return problems_at(pool.root, read_pixels=read_pixels)
