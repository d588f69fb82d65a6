"""DICOM PS3.15 Table E.1-1 as data: what the Basic Application Level Confidentiality Profile does with each attribute.

`ps3_15.csv` holds the column "Basic Prof." of the edition below, without the options.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal, cast

from pydicom.tag import BaseTag

EDITION = "DICOM PS3.15 2026c, Table E.1-1, Basic Application Level Confidentiality Profile"

Action = Literal["X", "Z", "D", "U"]
"""Removed; emptied; replaced by a dummy; replaced by a pseudonymous UID."""

_TABLE = Path(__file__).with_name("ps3_15.csv")
_STRICTEST_FIRST: tuple[Action, ...] = ("X", "Z", "D", "U")


def action_of(tag: int) -> Action | None:
    """What becomes of an element; where the table leaves a choice (`X/Z/D`) the strictest. None: it is not listed.

    Private elements, curves (50xx) and overlays (60xx) are removed whole, data or not.
    """
    if BaseTag(tag).is_private or tag >> 24 in (0x50, 0x60):
        return "X"
    said = actions().get(f"{tag:08X}")
    return None if said is None else next(action for action in _STRICTEST_FIRST if action in said.split("/"))


@cache
def actions() -> dict[str, str]:
    """The table: actions as they are printed, by tag in eight digits (`x` where it stands for a repeating group)."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {cast("str", row["tag"]): cast("str", row["action"]) for row in csv.DictReader(file)}
