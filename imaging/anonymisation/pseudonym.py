"""Names by which a service can recognise its own scans again, and nobody else can: HMAC-SHA-256 with a key.

The same name gives the same pseudonym in every run and every file; another key, or another site with the same key,
gives another. The key is read from a file or from the environment, and written nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from imaging.errors import NoKey

KEY_VARIABLE = "CUSTOMS_XRAY_KEY"
LEAST_KEY_BYTES = 16
_MOST_SHIFT_DAYS = 365


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms of one site. The key is left out of `repr`, so that no log holds it."""

    site: str
    key: bytes = field(repr=False)

    def of(self, kind: str, value: str, length: int = 16) -> str:
        """`length` hexadecimal digits for a value. The same value as another kind (scan, unit …) gives others."""
        message = "\x00".join((self.site, kind, value)).encode("utf-8", "surrogateescape")
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()[:length]

    def uid(self, value: str) -> str:
        """A DICOM UID for a UID: `2.25.` and 122 bits of the pseudonym, as ISO/IEC 9834-8 allows."""
        return f"2.25.{int(self.of('uid', value.strip(), 32), 16) >> 6}"

    def shift(self, group: str) -> timedelta:
        """Whole days, one to 365, by which all dates of a group (a consignment) lie earlier."""
        return timedelta(days=-(1 + int(self.of("shift", group), 16) % _MOST_SHIFT_DAYS))


def read_key(path: Path | None) -> bytes:
    """The key in a file (all of its bytes but white space at the ends), or that of `CUSTOMS_XRAY_KEY`.

    Raises:
        NoKey: when there is none, or it is shorter than 16 bytes.
    """
    rule = f"pseudonyms need a key of {LEAST_KEY_BYTES} bytes or more, from --key_file or {KEY_VARIABLE}"
    remedy = "make one with `openssl rand -hex 32 > KEY` and keep it apart from the pool"
    if path is not None and not path.is_file():
        raise NoKey(rule, f"no file {path}", remedy)
    key = path.read_bytes().strip() if path is not None else os.environ.get(KEY_VARIABLE, "").encode()
    if len(key) < LEAST_KEY_BYTES:
        raise NoKey(rule, f"{len(key)} bytes", remedy)
    return key
