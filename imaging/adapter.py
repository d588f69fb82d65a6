"""Where formats come in that are not public: a vendor's own, or the WCO Unified File Format.

A service writes a small class of its own, checks it with `python -m imaging.conformance`, and hands an instance to
`read_scan(..., adapters=[...])`. Nothing is looked up by name and nothing is loaded that was not handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from imaging.errors import ScanError, UnreadableScan, UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.picture import Picture, ReadLimits


class FormatAdapter(Protocol):
    """Reads one format. It is asked only about content that is no PNG, TIFF, JPEG or DICOM.

    `decode` gives the planes in the file's own dtype, native byte order and C order: CHW, or CDHW for a volume. It
    calls `limits.check` with what the header asks for before it allocates anything, and raises `ScanError` only.
    """

    @property
    def name(self) -> str:
        """Name of the format, as `Source.format` shows it."""

    def recognises(self, head: bytes) -> bool:
        """Whether content that begins with these bytes (4,096, or the whole file where it is shorter) is its own."""

    def decode(self, content: bytes, limits: ReadLimits) -> Picture:
        """The picture in the content of one file."""


def adapter_for(head: bytes, adapters: Sequence[FormatAdapter]) -> FormatAdapter | None:
    """The adapter whose file begins with these 4,096 bytes; None when it is nobody's.

    Raises:
        UnsupportedScan: when several claim it: which is right is not for us to choose.
    """
    claiming = [adapter for adapter in adapters if _recognises(adapter, head)]
    if len(claiming) > 1:
        names = ", ".join(adapter.name for adapter in claiming)
        raise UnsupportedScan("one adapter recognises a file", names, "hand in the one whose format it is")
    return claiming[0] if claiming else None


def decode_with(adapter: FormatAdapter, content: Content, limits: ReadLimits) -> Picture:
    """What an adapter makes of the content of one file.

    Raises:
        ScanError: whatever happens in the adapter; no other type leaves this function.
    """
    try:
        picture = adapter.decode(bytes(content), limits)
        dimensions = picture.planes.ndim
    except ScanError:
        raise
    except Exception as error:  # somebody else's code on hostile bytes
        raise UnreadableScan(
            f"a {adapter.name} file decodes", f"{type(error).__name__}: {error}"[:300], "see that its adapter conforms"
        ) from error
    if dimensions not in (3, 4):
        raise UnsupportedScan(
            "an adapter gives planes CHW or CDHW",
            f"{dimensions} dimensions from {adapter.name}",
            "see that it conforms: python -m imaging.conformance",
        )
    return picture


def _recognises(adapter: FormatAdapter, head: bytes) -> bool:
    try:
        return bool(adapter.recognises(head))
    except Exception as error:  # somebody else's code on hostile bytes
        raise UnreadableScan(
            "an adapter says whether a file is its own",
            f"{type(error).__name__} from {adapter.name}: {error}"[:300],
            "see that it conforms: python -m imaging.conformance",
        ) from error
