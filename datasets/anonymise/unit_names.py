"""Names under which files and tables speak of one unit: a container number, the place of a file, its stem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

_CONTAINER = re.compile(r"(?<![A-Za-z])([A-Za-z]{3}[UuJjZz])[ _-]?(\d{6})[ _-]?(\d)(?!\d)")
"""ISO 6346: owner code and category, serial number, check digit, in any of the ways in which people write it."""


def plain_name(name: str) -> str:
    """A name without what differs between a file system and a table: case, white space at the ends, kind of slash."""
    return name.strip().replace("\\", "/").casefold()


def container_in(name: str) -> str | None:
    """The last container number in a name, as eleven capitals and digits; None where there is none."""
    found = _CONTAINER.findall(name)
    return "".join(found[-1]).upper() if found else None


def names_of_scan(scan_id: str) -> Iterator[str]:
    """Names under which a table may speak of a scan, the surest first: its place, container, file, folder."""
    place = PurePosixPath(scan_id)
    yield plain_name(scan_id)
    container = container_in(scan_id)
    if container is not None:
        yield plain_name(container)
    yield plain_name(place.name)
    if place.parent.name:
        yield plain_name(place.parent.name)


def name_in_table(cell: str) -> str:
    """The name that a cell gives a unit: its container number, where the cell is one, else the cell's text."""
    container = container_in(cell)
    if container is not None and len(re.sub(r"[\s_-]", "", cell)) == len(container):
        return plain_name(container)
    return plain_name(cell)
