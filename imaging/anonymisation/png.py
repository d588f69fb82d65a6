"""PNG: header, palette and pixels stay; texts, times, EXIF and whatever else a chunk may hold go."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator

import imagecodecs

from imaging.anonymisation.cleaned import Cleaned, Tally, told
from imaging.anonymisation.png_hidden import hidden_in, palette_left, written_anew
from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import truncated

_SIGNATURE_BYTES = 8
_ANY = 1 << 32
_PALETTE = 3  # colour type
# Chunks of the standard and its registered extensions; others are not named, since a name may be anything.
_NAMES = (
    *(b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs", b"eXIf", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD"),
    *(b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"cICP", b"mDCV", b"cLLI", b"oFFs", b"pCAL", b"sCAL", b"gIFg"),
    *(b"gIFx", b"gIFt", b"sTER", b"dSIG", b"PLTE", b"tRNS"),
)


def clean_png(content: Content) -> Cleaned:
    """IHDR, PLTE, IDAT and IEND of a PNG, as they stand; of an animation the default picture.

    Alpha, bytes behind the last row and bits behind the last column could be anything, and no reader of ours shows
    them: a file with some is written anew without, every level of the picture as it was. Transparency goes, and
    colours of a palette that no pixel has become black. Source: W3C PNG specification, third edition: 5 (chunks), 11.

    Raises:
        UnreadableScan: truncated, damaged or malformed.
        UnsupportedScan: a critical chunk that the standard does not know.
    """
    view, tally = memoryview(content), Tally()
    chunks = _chunks(view)
    kind, begin, end = next(chunks, (b"", 0, 0))
    header = bytes(view[begin + 8 : end - 4])
    room = _room(kind, header)
    spans, found = [(0, end)], defaultdict[bytes, list[memoryview]](list)
    for kind, begin, end in chunks:
        if end - begin - 12 > room.get(kind, -1) or (kind in found and kind != b"IDAT"):
            tally[_place(kind), "removed"] += 1
            continue
        found[kind].append(view[begin + 8 : end - 4])
        first = spans.pop()[0] if spans[-1][1] == begin else begin  # joined with what stays before it
        spans.append((first, end))
    if room.keys() - found.keys():
        raise truncated("a PNG without pixels, without their colours or without its end marker")
    if end < len(view):
        tally["PNG bytes behind the end", "removed"] += 1
    parts = tuple(view[begin:end] for begin, end in spans)
    if hidden := hidden_in(header, b"".join(found[b"IDAT"])):
        tally[hidden, "removed"] += 1
        return Cleaned((written_anew(b"".join(parts)),), told(tally))
    if b"PLTE" in room and (left := palette_left(b"".join(parts), bytes(found[b"PLTE"][0]))):
        tally["PNG colours that no pixel has", "blanked"] += 1
        return Cleaned((left,), told(tally))
    return Cleaned(parts, told(tally))


def _chunks(view: memoryview) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of each chunk up to IEND; a wrong checksum is refused, since its bytes may be anything."""
    position, kind = _SIGNATURE_BYTES, b""
    while position + 12 <= len(view) and kind != b"IEND":
        end = position + 12 + struct.unpack_from(">I", view, position)[0]
        if end > len(view):
            raise truncated("a PNG that stops within a chunk")
        checksum = imagecodecs.deflate_crc32(bytes(view[position + 4 : end - 4]))
        if checksum != struct.unpack_from(">I", view, end - 4)[0]:
            raise UnreadableScan("every PNG chunk fits its checksum", "a damaged one", "copy the file again")
        kind = bytes(view[position + 4 : position + 8])
        yield kind, position, end
        position = end


def _room(kind: bytes, header: bytes) -> dict[bytes, int]:
    """The most bytes that each chunk has that may stay."""
    if kind != b"IHDR" or len(header) != 13 or header[10] or header[11] or header[9] not in (0, 2, 3, 4, 6):
        raise UnreadableScan("a PNG begins with its header", "one that says nothing known", "export the file again")
    room = {b"IDAT": _ANY, b"IEND": 0}
    return {**room, b"PLTE": 3 << min(header[8], 8)} if header[9] == _PALETTE else room


def _place(kind: bytes) -> str:
    """The name of a chunk that goes; a critical one that is unknown is refused.

    Raises:
        UnsupportedScan: then.
    """
    if kind[:1].isupper() and kind != b"PLTE":
        raise UnsupportedScan("critical PNG chunks are those of the standard", "another", "export the file again")
    return f"PNG {kind.decode() if kind in _NAMES else 'chunk of another kind'}"
