"""Country -> region of the world.

`regions.csv`: ISO 3166-1 alpha-2 -> sub-region of the United Nations' M49 standard with its code ("Standard country or
area codes for statistical use"). M49 lists no code for TW; it stands with Eastern Asia, where its neighbours are.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("regions.csv")


@cache
def _regions() -> dict[str, str]:
    with _TABLE.open(encoding="ascii", newline="") as stream:
        return {row["country"]: row["region"] for row in csv.DictReader(stream)}


def region_of(country: str) -> str | None:
    """Region of an alpha-2 code; None for anything else."""
    return _regions().get(country.strip().upper())


def is_country(text: str) -> bool:
    """Whether a text is an alpha-2 code."""
    return text.strip().upper() in _regions()
