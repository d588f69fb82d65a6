"""Linking by rows and columns of the picture, and the month where both sides know it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets.attack.seen import Seen

WAY = "size and month"
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.:]?(0[1-9]|1[0-2])[-_.:]?(?:0[1-9]|[12]\d|3[01])(?!\d)")
_POOL_SILENT, _SOURCE_SILENT = "of which the pool does not say when", "of which the source does not say when"


def pool_marks(seen: Seen) -> Iterator[str]:
    """What a file of a pool has in common with one of the source of its size that may be of its month."""
    if seen.look.size_hw is not None:
        size = _size(seen)
        known = (seen.month, _SOURCE_SILENT) if seen.month is not None else (_POOL_SILENT,)
        yield from (f"{size} {when}" for when in known)


def source_marks(seen: Seen) -> Iterator[str]:
    """The same for a file of the source, whose month stands in its header or its name."""
    if seen.look.size_hw is not None:
        yield from (f"{_size(seen)} {when}" for when in (_month(seen) or _SOURCE_SILENT, _POOL_SILENT))


def _size(seen: Seen) -> str:
    assert seen.look.size_hw is not None
    return "{} x {}".format(*seen.look.size_hw)


def _month(seen: Seen) -> str | None:
    for text in (*seen.look.dates, seen.relative):
        if found := _DAY.search(text):
            return f"{found[1]}-{found[2]}"
    return None
