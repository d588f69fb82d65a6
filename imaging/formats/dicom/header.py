"""The data set of a DICOM file up to its pixels: bounded, in one of four encodings, with or without the preamble."""

from __future__ import annotations

import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from imaging.errors import ScanTooLarge, UnreadableScan
from imaging.formats.content import Content
from imaging.formats.dicom.nesting import nests_deeper
from imaging.formats.picture import MOST_DEFLATE, ReadLimits, check_expansion, truncated
from imaging.formats.stream import stream_of

_PREAMBLE_BYTES = 132
PIXEL_TAGS = {0x7FE00008: "float32", 0x7FE00009: "float64", 0x7FE00010: "integer"}
_UNDEFINED_LENGTH = 0xFFFFFFFF
_SERIES_GROUP = 0x20
_MOST_ELEMENTS = 50_000  # genuine headers have some hundreds at the top level
_INFLATED_HEADER_BYTES = 16 * 1024**2  # a header is found in the first part, before the pixels are unpacked
_FIRST_TYPES = (b"UL", b"OB", b"UI", b"CS", b"DA", b"TM", b"SH", b"LO")
_MOST_FIRST_BYTES = 256
_quiet_lock = threading.RLock()


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel value lies in `Header.content`; `length` is None when it is in fragments."""

    kind: str  # `integer`, `float32` or `float64`
    vr: str
    start: int
    length: int | None


@dataclass(frozen=True, eq=False, slots=True)
class Header:
    """A parsed data set without its pixels. Values are converted when asked for: ask inside `quiet()`."""

    dataset: Dataset
    syntax: str  # transfer syntax UID
    little_endian: bool
    content: Content  # of the file, or of the inflated data set
    pixels: PixelElement | None
    deflated: Content | None = None  # the compressed data set that `content` is the beginning of

    def whole(self, end: int) -> Content:
        """`content` up to `end`, where the file has that much."""
        if self.deflated is None:
            return self.content
        check_expansion(end, len(self.deflated), MOST_DEFLATE)
        return _inflate(self.deflated, end)


@contextmanager
def quiet() -> Iterator[None]:
    """Without pydicom's warnings about values that break its rules: scanners write many, and we check what we use.

    The filters of `warnings` belong to the process, so one thread at a time changes them, and they are put back.
    """
    with _quiet_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_header(content: Content, limits: ReadLimits) -> Header:
    """Parse a DICOM file up to its pixel value.

    The encoding of the data set (implicit or explicit, little or big endian) is taken from its first element, because
    files exist that announce another one. Source: DICOM PS3.5 sections 7 and 10, PS3.10 section 7.

    Raises:
        UnreadableScan: when there is no data set.
        ScanTooLarge: when its records are too many, or stand too deep in one another.
    """
    with quiet():
        try:
            header = _read(content)
            too_deep = nests_deeper(header.dataset, limits.max_nesting)
        except RecursionError:
            too_deep = True
    if too_deep:
        rule = f"the records of one file stand at most {limits.max_nesting} deep in one another"
        raise ScanTooLarge(rule, "deeper ones", "raise the read limits")
    return header


def _read(content: Content) -> Header:
    syntax, content, start, deflated = _opened(content, _INFLATED_HEADER_BYTES)
    implicit, little = _encoding(bytes(content[start : start + 8]))
    stream = stream_of(content, start)
    dataset = read_dataset(stream, implicit, little, stop_when=_stop_at_pixels())
    plain = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    if syntax in ("", DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRLittleEndian):
        syntax = plain
    return Header(dataset, syntax, little, content, _pixel_element(content, stream.tell(), implicit, little), deflated)


def read_front(front: bytes) -> Dataset:
    """What the first bytes of a file say up to its series, of a file that goes on behind them. Call it in `quiet()`."""
    _, content, start, _ = _opened(front, len(front))
    implicit, little = _encoding(bytes(content[start : start + 8]))
    stream = stream_of(content, start)
    return read_dataset(stream, implicit, little, stop_when=_behind(_SERIES_GROUP))


def _opened(content: Content, most_inflated: int) -> tuple[str, Content, int, Content | None]:
    """Transfer syntax, the bytes that hold the data set, where it begins in them, and what they were inflated from."""
    start = _PREAMBLE_BYTES if content[128:_PREAMBLE_BYTES] == b"DICM" else 0
    stream = stream_of(content, start)
    meta = read_dataset(stream, False, True, stop_when=_behind(2))
    syntax, start = str(meta.get("TransferSyntaxUID", "")), stream.tell()
    if syntax != DeflatedExplicitVRLittleEndian:
        return syntax, content, start, None
    deflated = content[start:]
    return syntax, _inflate(deflated, most_inflated), 0, deflated


def _behind(group: int) -> Callable[[BaseTag, str | None, int], bool]:
    return lambda tag, _vr, _length: tag.group > group


def _stop_at_pixels() -> Callable[[BaseTag, str | None, int], bool]:
    count = 0

    def stop(tag: BaseTag, _vr: str | None, _length: int) -> bool:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS:
            raise ScanTooLarge(f"a DICOM header has at most {_MOST_ELEMENTS} elements", "more", "export the file again")
        return tag in PIXEL_TAGS

    return stop


def _encoding(first: bytes) -> tuple[bool, bool]:
    """(implicit, little endian) of a data set, from its first element, whose group is below 256."""
    if len(first) < 8:
        raise truncated("a DICOM file that ends before its data set")
    little = first[1] == 0
    explicit = first[4:6].isalpha() and first[4:6].isupper()
    return not explicit, little


def _pixel_element(content: Content, position: int, implicit: bool, little: bool) -> PixelElement | None:
    order = "<" if little else ">"
    element = bytes(content[position : position + 12])
    if len(element) < (8 if implicit else 12):
        return None
    group, number = struct.unpack_from(f"{order}HH", element)
    vr, at = ("OW", 4) if implicit else (element[4:6].decode("latin-1"), 8)
    length = struct.unpack_from(f"{order}I", element, at)[0]
    kind = PIXEL_TAGS.get(group << 16 | number)
    if kind is None:  # reading ended at a stray delimiter
        return None
    return PixelElement(kind, vr, position + at + 4, None if length == _UNDEFINED_LENGTH else length)


def _inflate(deflated: Content, most_bytes: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(deflated, most_bytes)


def begins_as_data_set(head: bytes) -> bool:
    """Whether a file without the DICOM preamble begins with an element of the first groups, as some exporters write.

    The first element is of group 2 or 8, with a known two-letter type, or with a short even length (implicit).
    """
    if len(head) < 16 or head[:2] not in (b"\x02\x00", b"\x08\x00", b"\x00\x08") or head[3:4] > b"\x23":
        return False
    if head[4:6] in _FIRST_TYPES:
        return True
    length = int.from_bytes(head[4:8], "little")
    return head[:2] == b"\x08\x00" and head[3] == 0 and 0 < length <= _MOST_FIRST_BYTES and length % 2 == 0


def no_pixels(found: str) -> UnreadableScan:
    """The error for a data set without a picture."""
    return UnreadableScan("a DICOM scan has pixels", found, "name the file that holds the picture")
