"""`pool.py anonymise`: a folder of confidential scans and tables -> a pseudonymised pool, a quarantine and an audit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from datasets.anonymise.audit import Totals
from datasets.anonymise.rules import Rules
from datasets.anonymise.run import anonymise
from datasets.pool.records import Rights
from datasets.verbs.outcome import Outcome, Track
from imaging import read_profile
from imaging.anonymisation.codes import check_code_reader
from imaging.anonymisation.ocr import check_reader
from imaging.anonymisation.profile_table import EDITION
from imaging.anonymisation.pseudonym import Pseudonyms, read_key


def run(
    *,
    source: Path,
    site: str,
    out: Path,
    key_file: Path | None,
    quarantine: Path | None,
    profile: Path | None,
    licence: str,
    may_train: bool,
    may_redistribute: bool,
    text: Literal["find", "none"],
    people: Literal["find", "none"],
    dates: Literal["month", "shift"],
    code_digits: int,
    mass_step_kg: float,
    origin: Literal["region", "country", "none"],
    descriptions: Literal["keep", "none"],
    workers: int,
    track: Track,
) -> Outcome:
    """Make the pool; what was held back is a problem each kind, what is urgent before all others.

    Raises:
        PoolError: when the folders do not fit, or a rule can not be.
        ScanError: when the key or profile can not be read, `source` is no folder, or text is to be looked for without
            the extra `ocr`.
    """
    rules = Rules(
        pseudonyms=Pseudonyms(site, read_key(key_file)),
        text=text,
        people=people,
        dates=dates,
        code_digits=code_digits,
        mass_step_kg=mass_step_kg,
        origin=origin,
        descriptions=descriptions,
    )
    if text == "find":
        check_reader()
        check_code_reader()
    place = quarantine or out.with_name(f"{out.name}.quarantine")
    done = anonymise(
        source,
        out,
        rules=rules,
        rights=Rights(licence=licence, may_train=may_train, may_redistribute=may_redistribute),
        profile=None if profile is None else read_profile(profile),
        quarantine=place,
        workers=workers,
        edition=EDITION,
        track=track,
    )
    figure = done.k_anonymity
    rows = {
        **_counts(done.totals),
        "k-anonymity of declarations": f"{figure.k} ({figure.alone} of {figure.declarations} stand alone)",
        "the output is": "pseudonymised, not anonymous",
        "audit": f"{done.audit} and {done.audit.with_suffix('.html').name}",
        "content hash": done.info.content_hash,
    }
    return Outcome({str(out): rows}, tuple(_problems(done.totals, place)))


def _counts(totals: Totals) -> dict[str, object]:
    return {
        "files that came in": totals.inputs,
        "of them in scans of the pool": f"{totals.files_written_from} ({totals.scans} scans)",
        "of them looked at for people": f"{totals.looked_for_people} scans",
        "of them tables that were read": totals.files_of_tables,
        "of them held back": totals.files_held_back,
        "values and places taken out": sum(totals.removed.values()) + totals.cells_removed,
    }


def _problems(totals: Totals, quarantine: Path) -> list[str]:
    problems = [f"{count} held back: {reason}" for reason, count in sorted(totals.reasons.items())]
    if totals.urgent:
        urgent = (
            f"URGENT: a person may be seen in {totals.urgent} scan(s): an officer must look at once, in {quarantine}"
        )
        problems.insert(0, urgent)
    return problems
