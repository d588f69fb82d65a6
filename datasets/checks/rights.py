"""Checks of rights and months."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts

_OLDEST = "1970-01"


def licences_stated(facts: Facts) -> Iterator[str]:
    """Every scan states its licence."""
    for (scan_id,) in facts.rows("SELECT scan_id FROM scans WHERE trim(licence) = ''"):
        yield f"{scan_id}: the licence is empty"


def licences_known(facts: Facts) -> Iterator[str]:
    """No licence is unknown."""
    question = "SELECT site, count(*) FROM scans WHERE lower(trim(licence)) IN ('unknown', 'none', '?') GROUP BY site"
    for site, count in facts.rows(question):
        yield f"site {site!r}: licence unknown, scans: {count}"


def rights_agree(facts: Facts) -> Iterator[str]:
    """Under one licence of one site, the same is allowed for every scan."""
    question = (
        "SELECT site, licence FROM scans GROUP BY site, licence HAVING count(DISTINCT may_train) > 1 "
        "OR count(DISTINCT may_redistribute) > 1"
    )
    for site, licence in facts.rows(question):
        yield f"site {site!r}, licence {licence!r}: some scans may be used in a way that others may not"


def months_plausible(facts: Facts) -> Iterator[str]:
    """Months have a number from 1 to 12 and lie between 1970 and today."""
    question = "SELECT scan_id, captured FROM scans WHERE captured IS NOT NULL"
    for scan_id, month in facts.rows(question):
        if not (_OLDEST <= month <= facts.this_month and "01" <= month[5:] <= "12"):
            yield f"{scan_id}: captured in {month}"
