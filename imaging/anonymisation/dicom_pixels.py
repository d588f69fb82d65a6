"""The pixel value of a DICOM file: the bytes of its samples or of its coded frames, and nothing beside them."""

from __future__ import annotations

import contextlib
import math
import struct
from collections.abc import Callable

import imagecodecs
import numpy as np
from pydicom import uid

from imaging.anonymisation.cleaned import Tally
from imaging.anonymisation.dicom_runs import coded_anew, samples_of
from imaging.anonymisation.jpeg_2000 import clean_jpeg_2000
from imaging.anonymisation.jpeg_segments import clean_segments
from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.dicom.codestream import jpeg_header
from imaging.formats.dicom.fragments import compressed_frames
from imaging.formats.dicom.frames import stored_samples
from imaging.formats.dicom.header import PIXEL_TAGS, Header, PixelElement
from imaging.formats.dicom.layout import Layout
from imaging.formats.jpeg import decode_jpeg
from imaging.formats.picture import DEFAULT_LIMITS, truncated

_WAVELETS = (*uid.JPEG2000TransferSyntaxes, uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)
_UNDEFINED_LENGTH = 0xFFFFFFFF
_DELIMITER = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
_PLACE = "DICOM bytes behind the pixels"
_BYTE = 8  # bits


def pixel_parts(header: Header, layout: Layout, tally: Tally) -> list[Content]:
    """The pixel element of a checked file with its value, as the last element of a file.

    Samples stay byte for byte. Coded frames stand one in a fragment; what JPEG and JPEG 2000 hold beside the picture
    goes, their coded data stay. Run lengths are coded anew.

    Raises:
        UnreadableScan: truncated or damaged.
        UnsupportedScan: a transfer syntax that is not read, or something in bits that samples do not use.
    """
    if layout.value.length is None:
        return _coded(header, layout, tally)
    begin, size = layout.value.start, math.prod(layout.plain_shape) * layout.dtype.itemsize
    if layout.value.vr == "OW" and not header.little_endian:
        size += size % 2  # samples of 8 bits stand crosswise in their words: the last may stand behind its padding
    content = header.whole(begin + size)
    if len(content) < begin + size:
        raise truncated("a DICOM file that ends before its pixels do")
    samples = memoryview(content)[begin : begin + size]
    _refuse_hidden(samples, layout, little_endian=header.little_endian)
    if len(content) > begin + size + size % 2:
        tally[_PLACE, "removed"] += 1
    return [_opening(header, layout.value, size + size % 2), samples, bytes(size % 2)]


def _coded(header: Header, layout: Layout, tally: Tally) -> list[Content]:
    clean = _CLEANERS.get(header.syntax)
    if clean is None:
        raise UnsupportedScan(
            "DICOM pixels are raw, deflated, RLE, JPEG, JPEG-LS, JPEG 2000 or HTJ2K",
            "another transfer syntax",
            "export with explicit little endian or lossless JPEG",
        )
    stored_samples(header, layout)  # refuses what is no more than text that is said to be coded
    frames = [clean(frame, layout, tally) for frame in compressed_frames(header.content, layout.value, layout.frames)]
    items = [_item(frame + bytes(len(frame) % 2)) for frame in frames]
    offsets = np.cumsum([0, *(len(item) for item in items[:-1])])
    table = offsets.astype("<u4").tobytes() if len(frames) > 1 else b""
    return [_opening(header, layout.value, _UNDEFINED_LENGTH), _item(table), *items, _DELIMITER]


def _opening(header: Header, element: PixelElement, length: int) -> bytes:
    tag = next(tag for tag, kind in PIXEL_TAGS.items() if kind == element.kind)
    order = "<" if header.little_endian else ">"
    if header.syntax == uid.ImplicitVRLittleEndian:
        return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, length)
    return struct.pack(f"{order}HH2sHI", tag >> 16, tag & 0xFFFF, element.vr.encode("ascii"), 0, length)


def _item(value: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(value)) + value


def _refuse_hidden(samples: memoryview, layout: Layout, *, little_endian: bool) -> None:
    """Refuse bits above or below those that a sample uses: old files keep overlays there, with text in them.

    Repeating the sign, or not, says nothing.
    """
    allocated = layout.dtype.itemsize * 8
    if layout.bits == allocated or layout.dtype.kind == "f":
        return
    stored = np.frombuffer(samples, layout.dtype.newbyteorder("<" if little_endian else ">"))
    lowest, highest = int(stored.min()), int(stored.max())
    least = -(1 << layout.high_bit) if layout.dtype.kind == "i" else 0
    unused = (1 << (layout.high_bit + 1 - layout.bits)) - 1
    if lowest < least or highest >= 2 << layout.high_bit or (unused and np.any(stored & unused)):
        raise UnsupportedScan(
            "bits that DICOM samples do not use say nothing", "something in them", "export without overlays in pixels"
        )


def _clean_jpeg(frame: bytes, _layout: Layout, tally: Tally) -> bytes:
    """Of 8 bits a strict decoder finds bytes between coded data that belong to no pixel; of 12 there is none."""
    clean = b"".join(clean_segments(frame, tally)[0])
    if jpeg_header(clean).bits == _BYTE:
        decode_jpeg(clean, DEFAULT_LIMITS)
    return clean


def _clean_lossless_jpeg(frame: bytes, _layout: Layout, tally: Tally) -> bytes:
    """Where nothing is lost every coded bit counts: bytes that belong to no pixel can be told by changing one.

    Raises:
        UnreadableScan: when there are some.
    """
    *parts, scan, end = map(bytes, clean_segments(frame, tally)[0])
    clean, changed = (b"".join((*parts, each, end)) for each in (scan, _with_another_end(scan)))
    with contextlib.suppress(imagecodecs.Jpeg8Error):
        if changed != clean and np.array_equal(imagecodecs.jpeg8_decode(clean), imagecodecs.jpeg8_decode(changed)):
            raise UnreadableScan("the data of a coded frame end with its pixels", "more", "export the file again")
    return clean


def _with_another_end(scan: bytes) -> bytes:
    """A scan with one bit changed of its last byte but one that is no part of a marker; the last may be filling."""
    start = 2 + struct.unpack_from(">H", scan, 2)[0]
    fitting = (at for at in range(len(scan) - 2, start - 1, -1) if scan[at] < 0xFE and scan[at - 1] != 0xFF)
    at = next(fitting, None)
    return scan if at is None else scan[:at] + bytes([scan[at] ^ 1]) + scan[at + 1 :]


def _clean_jpeg_ls(frame: bytes, _layout: Layout, tally: Tally) -> bytes:
    return b"".join(clean_segments(frame, tally)[0])


def _clean_wavelets(frame: bytes, _layout: Layout, tally: Tally) -> bytes:
    return clean_jpeg_2000(frame, tally)


def _clean_runs(frame: bytes, layout: Layout, tally: Tally) -> bytes:
    """Bits that samples do not use are seen in what other codecs code, but not in these."""
    samples = samples_of(frame, layout)
    _refuse_hidden(memoryview(samples), layout, little_endian=True)
    anew = coded_anew(samples, layout)
    if anew != frame:
        tally["DICOM run lengths", "replaced"] += 1
    return anew


_CLEANERS: dict[str, Callable[[bytes, Layout, Tally], bytes]] = {
    **dict.fromkeys((uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit), _clean_jpeg),
    **dict.fromkeys((uid.JPEGLossless, uid.JPEGLosslessSV1), _clean_lossless_jpeg),
    **dict.fromkeys(uid.JPEGLSTransferSyntaxes, _clean_jpeg_ls),
    **dict.fromkeys(_WAVELETS, _clean_wavelets),
    uid.RLELossless: _clean_runs,
}
