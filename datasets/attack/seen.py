"""Files of both sides as an attacker sees them: what their bytes tell, and the scan that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datasets.readings import Reading


class Look(Reading):
    """What the bytes of a file tell.

    Args:
        sha256: Of the file.
        size_hw: Rows and columns of the picture; None where it is no picture that can be read.
        is_slice: Whether it is one of a CT series.
        planes: A hash of the pixels of each plane that is not one value all over.
        prints: By which the picture is known again: one of a colour picture, else one of each channel.
        strings: Texts of the header (of files of the source).
        dates: Dates of the header, as written (of files of the source).
    """

    sha256: str
    size_hw: tuple[int, int] | None = None
    is_slice: bool = False
    planes: tuple[str, ...] = ()
    prints: tuple[bytes, ...] = ()
    strings: tuple[bytes, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """A file: the item that it belongs to, where it lies, and what it tells.

    Args:
        name: The scan: of a pool its scan_id; of a source its path without suffix and energy, or a folder of CT slices.
        path: The file.
        relative: Its path below its side's folder.
        look: What its bytes tell.
        month: When it was taken, as YYYY-MM, where that is known.
    """

    name: str
    path: Path
    relative: str
    look: Look
    month: str | None = None
