"""What a decoder gives, and how much it may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from imaging.errors import ScanTooLarge, UnreadableScan
from imaging.scan import Geometry, Pixels, Quantity, Rescale


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The most that one file may ask for, decided from its header before anything is allocated.

    `max_pixels` counts rows x columns x frames; `max_bytes` holds for the file as it lies and once decoded;
    `max_frames` counts pages, slices or frames of one file; `max_nesting` is how deep its records may stand in another.
    """

    max_pixels: int = 400_000_000
    max_bytes: int = 4 * 1024**3
    max_frames: int = 20_000
    max_nesting: int = 16

    def check(self, height: int, width: int, bytes_per_pixel: float, pages: int = 1) -> None:
        """Refuse a header that asks for nothing or for too much.

        Raises:
            UnreadableScan: when a side, or the number of frames, is less than one.
            ScanTooLarge: when a limit is passed.
        """
        if min(height, width, pages) < 1:
            found = f"{width} x {height}, {pages} frame(s)"
            raise UnreadableScan("a picture has rows and columns", found, "export the scan again")
        pixels = height * width * pages
        if pages > self.max_frames or pixels > self.max_pixels or pixels * bytes_per_pixel > self.max_bytes:
            raise ScanTooLarge(
                f"one file holds at most {self.max_pixels} pixels, {self.max_frames} frames and {self.max_bytes} "
                "decoded bytes",
                f"a header of {width} x {height}, {pages} frame(s), {bytes_per_pixel:g} bytes a pixel",
                "raise the read limits if the file is genuine",
            )


DEFAULT_LIMITS = ReadLimits()
MOST_DEFLATE = 1032  # bytes out of one byte of deflate: 258 from two codes of one bit each


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """One decoded file: `planes` CHW, or CDHW for a volume, in its own dtype, alpha dropped.

    `colour` where the planes are red, green, blue. The rest is what the file itself states; None where it is silent:
    what the numbers are, the name of its only channel (`low`, `high`), the pitch (row, column), for volumes (slice,
    row, column), distances, the line from stored to physical values, the stored value that fills what was not scanned.
    """

    planes: Pixels
    colour: bool
    quantity: Quantity | None = None
    channel: str | None = None
    spacing_mm: tuple[float, ...] | None = None
    geometry: Geometry | None = None
    rescale: Rescale | None = None
    padding: int | None = None


def truncated(found: str) -> UnreadableScan:
    """The error for a file that stops before its own end."""
    return UnreadableScan("a scan file is whole", found, "copy or export the file again")


def check_expansion(decoded_bytes: float, stored_bytes: int, most: int) -> None:
    """Refuse a header that promises more than its compressed bytes can hold: memory is taken for what can come.

    `most` is the largest number of bytes that one stored byte of the compression can unpack to.

    Raises:
        UnreadableScan: when the stored bytes cannot unpack to `decoded_bytes`.
    """
    if decoded_bytes > stored_bytes * most:
        raise truncated(f"a header that promises {decoded_bytes:.0f} bytes, and {stored_bytes} compressed ones")
