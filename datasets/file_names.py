"""Names of files that come from outside: safe on any disk, and never two the same."""

from __future__ import annotations

import hashlib
import re

_MOST = 100


def file_stem(name: str, *parts: str) -> str:
    """A name as a name of files, parts of it behind `@`, which no name keeps: so that no two are the same.

    What is not a letter, a digit, `_`, `.` or `-` becomes `_`, and a long name is cut; a hash of the whole follows.
    """
    return "@".join(_plain(one) for one in (name, *parts))


def _plain(name: str) -> str:
    plain = re.sub(r"[^\w.-]", "_", name).strip(".")[:_MOST]
    if plain == name and len(plain.encode()) <= 2 * _MOST:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{plain.encode()[:_MOST].decode(errors='ignore')}-{digest}"
