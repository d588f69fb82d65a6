"""Commodity codes of the Harmonized System: their form, and the levels that their digits name.

Digits 1-2 are the chapter, 3-4 the heading, 5-6 the subheading; what follows is national (8 to 10 digits in all).
"""

from __future__ import annotations

import re

from declarations.errors import DeclarationError

_PUNCTUATION = re.compile(r"[.\s]")
_DIGITS = re.compile(r"[0-9]{2,10}")
# International levels come in pairs of digits; Japan's statistical code has nine.
_LENGTHS = (2, 4, 6, 8, 9, 10)
# 77 is reserved; 98 and 99 are left to national use.
_NO_CHAPTERS = ("00", "77")


def normalise_code(text: str) -> str:
    """Commodity code as bare digits: full stops and white space go ("0901.21" is 090121), leading zeros stay.

    Raises:
        DeclarationError: when anything but 2, 4, 6, 8, 9 or 10 digits is left, or no such chapter exists. An odd
            number of digits mostly means that a spreadsheet dropped a leading zero: it is not put back by guessing.
    """
    code = _PUNCTUATION.sub("", text)
    rule = "a commodity code has 2, 4, 6, 8, 9 or 10 digits"
    if not _DIGITS.fullmatch(code):
        raise DeclarationError(rule, repr(text[:40]), "give the digits of the code, at most ten of them")
    if len(code) not in _LENGTHS:
        found = f"{text[:40]!r} ({len(code)} digits)"
        raise DeclarationError(rule, found, "store codes as text: a spreadsheet drops leading and trailing zeros")
    if chapter(code) in _NO_CHAPTERS:
        raise DeclarationError("chapters run from 01 to 76 and from 78 to 99", repr(text[:40]), "mend the code")
    return code


def chapter(code: str) -> str:
    """First two digits of a normalised code."""
    return code[:2]


def heading(code: str) -> str | None:
    """First four digits of a normalised code; None where it names a chapter only."""
    return code[:4] if len(code) >= 4 else None
