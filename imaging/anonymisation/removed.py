"""What was taken out of a file: where it stood and what became of it. Never what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Treatment = Literal["removed", "emptied", "replaced", "shifted", "blanked", "masked"]


@dataclass(frozen=True, order=True)
class Removed:
    """A place in a file whose value is no longer there, such as `(0010,0010) PatientName` or `EXIF 0x010F Make`."""

    place: str
    treatment: Treatment
    count: int = 1
