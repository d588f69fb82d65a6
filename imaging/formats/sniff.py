"""Which format a file is, by its first bytes and never by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from imaging.errors import ScanError, UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.dicom import begins_as_data_set, decode_dicom
from imaging.formats.jpeg import decode_jpeg
from imaging.formats.picture import Picture, ReadLimits
from imaging.formats.png import decode_png
from imaging.formats.tiff import decode_tiff

_DECODERS: dict[str, Callable[[Content, ReadLimits], Picture]] = {
    "png": decode_png,
    "tiff": decode_tiff,
    "jpeg": decode_jpeg,
    "dicom": decode_dicom,
}

# (offset, bytes, name); names without a decoder only make the message say what the file is.
_MAGIC = (
    (128, b"DICM", "dicom"),  # first: what stands before it may be a TIFF header without a page
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"II+\x00", "tiff"),
    (0, b"MM\x00+", "tiff"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"BM", "BMP"),
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (4, b"jP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\x93NUMPY", "NumPy array"),
    (0, b"\x89HDF", "HDF5"),
    (0, b"PK\x03\x04", "zip archive"),
    (0, b"\x1f\x8b", "gzip archive"),
    (0, b"%PDF", "PDF"),
)
HEAD_BYTES = 132


def format_of(head: bytes) -> str | None:
    """Name of the format that the first 132 bytes announce; None when they announce nothing that is known."""
    announced = (name for offset, magic, name in _MAGIC if head[offset : offset + len(magic)] == magic)
    return next(announced, "dicom" if begins_as_data_set(head) else None)


def is_readable(name: str | None) -> bool:
    """Whether a format of this name can be decoded."""
    return name in _DECODERS


def decoder_of(head: bytes, limits: ReadLimits) -> tuple[str, Callable[[Content], Picture]]:
    """Name of the format that the first 132 bytes announce, and what decodes a file of it.

    The decoder raises `ScanError`, whatever the bytes are; no other type leaves it.

    Raises:
        UnreadableScan: when they announce nothing that is known.
        UnsupportedScan: when they announce a format that is not read.
    """
    name = format_of(head)
    if name is None:
        raise UnreadableScan(
            "a scan file begins as PNG, TIFF, JPEG or DICOM",
            f"it begins with {head[:8]!r}",
            "export it in one of these",
        )
    if name not in _DECODERS:
        raise UnsupportedScan(
            "scans are read from PNG, TIFF, JPEG or DICOM", f"a {name} file", "export it in one of these"
        )
    return name, partial(_decoded, name=name, limits=limits)


def decode(content: Content, limits: ReadLimits) -> tuple[Picture, str]:
    """Decode the content of one file; returns the picture and the name of its format.

    Raises:
        ScanError: whatever the bytes are; no other type leaves this function.
    """
    name, decoder = decoder_of(bytes(content[:HEAD_BYTES]), limits)
    return decoder(content), name


def _decoded(content: Content, name: str, limits: ReadLimits) -> Picture:
    try:
        return _DECODERS[name](content, limits)
    except ScanError:
        raise
    except Exception as error:  # decoders raise anything on hostile bytes; callers know ScanError only
        raise UnreadableScan(
            f"a {name.upper()} file decodes", f"{type(error).__name__}: {error}"[:300], "copy or export the file again"
        ) from error
