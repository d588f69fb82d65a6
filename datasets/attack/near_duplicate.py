"""Linking by what the pictures show: works through re-compression, crops, scaling, masks and blanked text."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.attack.ledger import Ledger, Side
from datasets.attack.seen import Seen
from datasets.duplicates import near_duplicate_pairs, view_print
from imaging import Channel, Quantity, View

WAY = "near-duplicate"
_PREFIX: dict[Side, str] = {"pool": "p:", "source": "s:"}


def add_prints(ledger: Ledger, side: Side, seen: Seen) -> None:
    """Keep a print of each picture of a file: of a colour picture one, else one of each channel."""
    for view in _views(seen):
        ledger.database.execute("INSERT INTO prints VALUES (?, ?)", (_PREFIX[side] + seen.name, view_print(view)))


def link(ledger: Ledger) -> None:
    """Link every scan of the pool with those of the source that look the same."""
    for one, other in near_duplicate_pairs(ledger.rows("SELECT name, print FROM prints")):
        if one[:2] != other[:2]:  # the prefixes sort the pool before the source
            ledger.add_link(WAY, one[2:], other[2:])


def _views(seen: Seen) -> Iterator[View]:
    if seen.picture is None:
        return
    planes, colour = seen.picture.planes, seen.picture.colour
    for part in (planes,) if colour else (planes[place : place + 1] for place in range(len(planes))):
        channels = tuple(Channel(f"channel {place}") for place in range(len(part)))
        yield View("", part, channels, Quantity.DISPLAY)
