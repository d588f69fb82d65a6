"""Linking by what the pictures show: works through re-compression, crops, scaling, masks and blanked text."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.attack.ledger import Ledger, Side
from datasets.attack.seen import Seen
from datasets.duplicates import near_duplicate_pairs, view_print
from datasets.readings import Readings
from imaging import Channel, Quantity, View
from imaging.formats import Picture

WAY = "near-duplicate"
_PREFIX: dict[Side, str] = {"pool": "p:", "source": "s:"}


def add_prints(ledger: Ledger, side: Side, seen: Seen) -> None:
    """Keep the prints of a file."""
    for print_ in seen.look.prints:
        ledger.database.execute("INSERT INTO prints VALUES (?, ?)", (_PREFIX[side] + seen.name, print_))


def link(ledger: Ledger, readings: Readings) -> None:
    """Link every scan of the pool with those of the source that look the same."""
    for one, other in near_duplicate_pairs(ledger.rows("SELECT name, print FROM prints"), readings=readings):
        if one[:2] != other[:2]:  # the prefixes sort the pool before the source
            ledger.add_link(WAY, one[2:], other[2:])


def prints(picture: Picture) -> Iterator[bytes]:
    """A print of a colour picture, else one of each channel."""
    planes = picture.planes
    for part in (planes,) if picture.colour else (planes[place : place + 1] for place in range(len(planes))):
        channels = tuple(Channel(f"channel {place}") for place in range(len(part)))
        yield view_print(View("", part, channels, Quantity.DISPLAY))
