"""Checks of the files that records name: there, whole, alone, and without metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets.checks.facts import Facts

_CONTAINER = re.compile(r"(?<![A-Z])([A-Z]{3}[UJZ])[ _-]?(\d{6})[ _-]?(\d)(?!\d)", re.IGNORECASE)
_PLATE = re.compile(
    r"(?<![A-Z0-9])(?:[A-Z]{1,3}-[A-Z]{1,2}-?\d{2,4}|\d{1,2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{2}-\d{2,3}-[A-Z]{2}"
    r"|[A-Z]{2}\d{2} ?[A-Z]{3})(?![A-Z0-9])"
)
_MOMENT = re.compile(r"(?<!\d)(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?!\d)")
_ADDRESS = re.compile(r"[^@\s/]+@[^@\s/]+\.[a-z]{2,}", re.IGNORECASE)
_NAMES = (
    "SELECT DISTINCT path FROM files UNION SELECT scan_id FROM scans UNION SELECT unit_id FROM units "
    "UNION SELECT declaration_id FROM declarations UNION SELECT grp FROM scans ORDER BY 1"
)


def files_there(facts: Facts) -> Iterator[str]:
    """Every file that a record names is there."""
    missing = (
        "SELECT f.scan_id, f.path FROM files f LEFT JOIN stored t ON t.path = f.path WHERE t.path IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM strangers s WHERE s.path = f.path)"
    )
    for scan_id, path in facts.rows(missing):
        yield f"{scan_id}: {path} is missing"


def files_inside(facts: Facts) -> Iterator[str]:
    """Every file that a record names lies inside the pool."""
    for (path,) in facts.rows("SELECT path FROM strangers WHERE what = 'leaves the pool'"):
        yield f"{path!r} leaves the pool"


def files_named(facts: Facts) -> Iterator[str]:
    """No file lies in the pool that no record names."""
    for (path,) in facts.rows("SELECT path FROM strangers WHERE what = 'unnamed'"):
        if not (facts.is_sealed and path.startswith("masks/")):  # that is for `sealed_whole` to say
            yield f"{path!r} is named by no record"


def file_hashes(facts: Facts) -> Iterator[str]:
    """Every file is the one that was pooled, byte for byte."""
    changed = (
        "SELECT f.scan_id, f.path, f.kind FROM files f JOIN stored t ON t.path = f.path "
        "WHERE t.sha256 IS NOT NULL AND t.sha256 != f.sha256"
    )
    for scan_id, path, kind in facts.rows(changed):
        yield f"{scan_id}: {path} is not the {'mask' if kind == 'mask' else 'file'} that was pooled"


def files_once(facts: Facts) -> Iterator[str]:
    """No file belongs to two views."""
    for path, count in facts.rows("SELECT path, count(*) FROM files GROUP BY path HAVING count(*) > 1"):
        yield f"{path} is named {count} times"


def metadata_gone(facts: Facts) -> Iterator[str]:
    """Files hold pixels and what is needed to show them, no other metadata."""
    for path, residue in facts.rows("SELECT path, residue FROM stored WHERE residue IS NOT NULL"):
        yield f"{path}: {residue}"


def container_numbers_gone(facts: Facts) -> Iterator[str]:
    """No name holds a container number (ISO 6346, with its check digit)."""
    for (name,) in facts.rows(_NAMES):
        if any(_is_container(*found.groups()) for found in _CONTAINER.finditer(name)):
            yield f"{name!r} holds what reads as a container number"


def names_tell_nothing(facts: Facts) -> Iterator[str]:
    """No name holds what looks like a registration plate, a day or an address of mail."""
    for (name,) in facts.rows(_NAMES):
        for what, pattern in (("a registration plate", _PLATE), ("a day", _MOMENT), ("an address of mail", _ADDRESS)):
            if pattern.search(name):
                yield f"{name!r} holds what reads as {what}"
                break


def _is_container(owner: str, serial: str, digit: str) -> bool:
    """Whether the check digit is right: letters count from 10 without multiples of 11, places double."""
    values = [number for number in range(10, 39) if number % 11]
    numbers = [values[ord(letter) - ord("A")] if letter.isalpha() else int(letter) for letter in owner.upper() + serial]
    return sum(number << place for place, number in enumerate(numbers)) % 11 % 10 == int(digit)
