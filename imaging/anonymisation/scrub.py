"""One file without what names people, firms, places, times and devices, its pixels byte for byte as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from imaging.anonymisation.cleaned import Cleaned
from imaging.anonymisation.dicom import clean_dicom
from imaging.anonymisation.jpeg import clean_jpeg
from imaging.anonymisation.png import clean_png
from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.anonymisation.removed import Removed
from imaging.anonymisation.tiff import clean_tiff
from imaging.errors import ScanError, UnreadableScan, UnsupportedScan
from imaging.formats.content import Content, read_content
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.formats.sniff import HEAD_BYTES, format_of

_BLOCK_BYTES = 1 << 20  # fits a cache: what was hashed is still there when it is written
MARK_BYTES = 16
_SUFFIX = {"png": ".png", "jpeg": ".jpg", "tiff": ".tif", "dicom": ".dcm"}


@dataclass(frozen=True)
class Scrubbed:
    """A file that was written, and what is not in it; never what that was."""

    path: Path
    removed: tuple[Removed, ...]
    sha256: str
    size_bytes: int


def scrub(
    path: Path, target: Path, pseudonyms: Pseudonyms, *, dates: Literal["month", "shift"], group: str
) -> Scrubbed:
    """Write `path` anew with only what is needed to read its pixels, whole or not at all.

    PNG, JPEG, TIFF and DICOM are told apart by content; `target` gets the suffix of the format unless it has it. What
    is not understood is refused, so that it can be held back. Text burnt into pixels stays: it is not looked for here.
    So does what is hidden in the levels of pixels, in numbers (a Huffman code, a rescale slope), and in data of a lossy
    or wavelet coder that no pixel needs; bytes behind the last row or coded pixel go, or the file is refused.

    Args:
        path: The file.
        target: Where to write, in a folder that is there.
        pseudonyms: Of the site, for UIDs and for the days by which dates are shifted.
        dates: Dates of DICOM files become the first of their `month`, or are moved (`shift`) by the days of the group.
        group: What belongs together, such as a consignment.

    Raises:
        ScanError: when the file is not understood or cannot be read.
        OSError: when the target cannot be written to.
    """
    content = read_content(path, DEFAULT_LIMITS.max_bytes)
    name = format_of(bytes(content[:HEAD_BYTES])) or "unknown"
    cleaners: dict[str, Callable[[Content], Cleaned]] = {
        "png": clean_png,
        "jpeg": clean_jpeg,
        "tiff": clean_tiff,
        "dicom": partial(clean_dicom, pseudonyms=pseudonyms, dates=dates, group=group),
    }
    if name not in cleaners:
        raise UnsupportedScan("PNG, TIFF, JPEG and DICOM are anonymised", "another format", "export it in one of these")
    try:
        cleaned = cleaners[name](content)
    except ScanError:
        raise
    except Exception as error:  # parsers raise anything on hostile bytes; callers know ScanError only
        raise UnreadableScan(
            "a scan file can be taken apart", type(error).__name__, "copy or export the file again"
        ) from error
    suffix = _SUFFIX[name]
    return _written(target if target.suffix == suffix else target.with_name(target.name + suffix), cleaned, pseudonyms)


def _blocks(cleaned: Cleaned) -> Iterator[memoryview]:
    for part in cleaned.parts:
        yield from (memoryview(part)[begin : begin + _BLOCK_BYTES] for begin in range(0, len(part), _BLOCK_BYTES))


def _written(target: Path, cleaned: Cleaned, pseudonyms: Pseudonyms) -> Scrubbed:
    """Write beside and rename, hashing on the way: a reader, or a run after a crash, never meets half a file.

    A file that held nothing to take out would be the same to the last byte, and its hash would find the original: 16
    bytes behind the picture, which need the key, part them. DICOM files differ by their identifiers.
    """
    temporary = target.with_name(f".{target.name}.part")
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with temporary.open("wb") as file:
            for block in _blocks(cleaned):
                digest.update(block)
                size_bytes += file.write(block)
            if target.suffix != _SUFFIX["dicom"]:
                mark = bytes.fromhex(pseudonyms.of("file", digest.hexdigest(), 2 * MARK_BYTES))
                digest.update(mark)
                size_bytes += file.write(mark)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return Scrubbed(target, cleaned.removed, digest.hexdigest(), size_bytes)
