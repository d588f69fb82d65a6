"""JPEG: what decodes the picture stays; EXIF, XMP, thumbnails, comments and further pictures go."""

from __future__ import annotations

from imaging.anonymisation.cleaned import Cleaned, Tally, told
from imaging.anonymisation.jpeg_segments import clean_segments
from imaging.formats.content import Content
from imaging.formats.jpeg import decode_jpeg
from imaging.formats.picture import DEFAULT_LIMITS


def clean_jpeg(content: Content) -> Cleaned:
    """Tables, frame and coded data of the first picture in a JPEG file, baseline or progressive, as they stand.

    What is left is decoded once: a decoder finds bytes between coded data that belong to no pixel.

    Raises:
        UnreadableScan: truncated or malformed.
        UnsupportedScan: a segment that is not known, or a picture that readers of ours do not read.
        ScanTooLarge: the header passes the limits.
    """
    tally: Tally = Tally()
    parts, end = clean_segments(content, tally)
    if end < len(content):
        tally["JPEG bytes behind the end", "removed"] += 1
    whole = b"".join(parts)
    decode_jpeg(whole, DEFAULT_LIMITS)
    return Cleaned((whole,), told(tally))
