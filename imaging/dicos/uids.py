"""Unique identifiers from content: the same bytes get the same identifier on every machine, at every time."""

from __future__ import annotations

import hashlib
import uuid

DICOS_CT = "1.2.840.10008.5.1.4.1.1.501.1"
DICOS_DX_PRESENTATION = "1.2.840.10008.5.1.4.1.1.501.2.1"
DICOS_DX_PROCESSING = "1.2.840.10008.5.1.4.1.1.501.2.2"
DICOS_TDR = "1.2.840.10008.5.1.4.1.1.501.3"
DX_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"
DX_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.1.1"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"

RADIOGRAPHS = frozenset({DICOS_DX_PRESENTATION, DICOS_DX_PROCESSING, DX_PRESENTATION, DX_PROCESSING, SECONDARY_CAPTURE})


def uid_of(*parts: bytes | str) -> str:
    """A UID below 2.25 from the SHA-256 of the parts; at most 44 characters.

    Source: DICOM PS3.5 annex B.2 (UIDs from UUIDs).
    """
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "little"))  # or "ab", "c" would be "a", "bc"
        digest.update(content)
    return f"2.25.{uuid.UUID(bytes=digest.digest()[:16], version=5).int}"
