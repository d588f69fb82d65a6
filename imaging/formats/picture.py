"""What a decoder gives, and how much it may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from imaging.errors import ScanTooLarge, UnreadableScan
from imaging.scan import Pixels


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The most that one file may ask for: pixels (rows x columns x pages), and bytes on disk as well as decoded."""

    max_pixels: int = 400_000_000
    max_bytes: int = 4 * 1024**3

    def check(self, height: int, width: int, bytes_per_pixel: float, pages: int = 1) -> None:
        """Refuse a header that asks for nothing or for too much.

        Raises:
            UnreadableScan: when a side is zero.
            ScanTooLarge: when a limit is passed.
        """
        pixels = height * width * pages
        if pixels < 1:
            raise UnreadableScan("a picture has rows and columns", f"{width} x {height}", "export the scan again")
        if pixels > self.max_pixels or pixels * bytes_per_pixel > self.max_bytes:
            raise ScanTooLarge(
                f"one file holds at most {self.max_pixels} pixels and {self.max_bytes} decoded bytes",
                f"a header of {width} x {height}, {pages} page(s), {bytes_per_pixel:g} bytes a pixel",
                "raise the read limits if the file is genuine",
            )


DEFAULT_LIMITS = ReadLimits()


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """One decoded file: `planes` CHW in its own dtype, alpha dropped; `colour` where they are red, green, blue."""

    planes: Pixels
    colour: bool


def truncated(found: str) -> UnreadableScan:
    """The error for a file that stops before its own end."""
    return UnreadableScan("a scan file is whole", found, "copy or export the file again")
