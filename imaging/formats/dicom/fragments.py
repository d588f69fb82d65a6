"""Compressed frames out of their fragments."""

from __future__ import annotations

import struct

from pydicom.encaps import generate_frames

from imaging.errors import UnreadableScan
from imaging.formats.content import Content
from imaging.formats.dicom.header import PixelElement, quiet
from imaging.formats.picture import truncated
from imaging.formats.stream import stream_of

_ITEM, _DELIMITER = (0xFFFE, 0xE000), (0xFFFE, 0xE0DD)


def compressed_frames(content: Content, element: PixelElement, frames: int) -> list[bytes]:
    """The compressed frames of an encapsulated pixel value, after the chain of its fragments has been walked.

    Source: DICOM PS3.5 annex A.4.

    Raises:
        UnreadableScan: no fragments, a chain that leaves the file or does not end, or another number of frames.
    """
    _check_chain(content, element.start)
    stream = stream_of(content, element.start)
    with quiet():
        found = list(generate_frames(stream, number_of_frames=frames))
    # A last empty frame is padding that some writers leave behind.
    found = [frame for index, frame in enumerate(found) if frame or index < frames]
    if len(found) != frames:
        raise UnreadableScan(
            f"the header announces {frames} frame(s)", f"{len(found)} in the fragments", "export the file again"
        )
    return found


def _check_chain(content: Content, position: int) -> None:
    """Walk from item to item up to their delimiter; the first is the table of offsets."""
    while position + 8 <= len(content):
        group, element, length = struct.unpack_from("<HHI", content, position)
        if (group, element) == _DELIMITER:
            return
        if (group, element) != _ITEM or position + 8 + length > len(content):
            break
        position += 8 + length
    raise truncated("DICOM fragments that end before their delimiter")
