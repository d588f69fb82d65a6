"""Linking by residue: strings of the source's headers and file names that stand somewhere in the pool's bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from datasets.attack.ledger import Ledger
from datasets.attack.seen import Seen
from datasets.attack.strings import LEAST
from datasets.readings import Reading

WAY = "residue of headers and names"
_BY_CHANCE = re.compile(rb"[0-9a-fA-F]{1,8}")
"""What a hash may hold as well."""
_NUMBERED = re.compile(rb"\d")
_COMMON = frozenset({b"unknown", b"anonymous", b"removed", b"customs-xray"})
_CHUNK = 256 * 2**10
_FIRST = 3  # bytes that a table tells at once
_OVERLAP = 256


class Found(Reading):
    """Strings of the source that stand in a file."""

    texts: tuple[bytes, ...]


class Needles:
    """The strings of the source, ready to be looked for: all places of a text are found in one go."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        keys = [key for (key,) in ledger.rows("SELECT DISTINCT key FROM needles ORDER BY key")]
        self.keys = np.array(keys, np.int64)
        self.begins = np.zeros(1 << (8 * _FIRST), np.bool_)
        self.begins[self.keys % len(self.begins)] = True

    def in_text(self, text: bytes) -> set[bytes]:
        """The strings that stand in a text."""
        if not len(self.keys):
            return set()
        starts = range(0, len(text), _CHUNK)
        return {found for start in starts for found in self._in_chunk(text[start : start + _CHUNK + _OVERLAP])}

    def in_file(self, path: Path) -> set[bytes]:
        """The strings that stand in a file, which is read a piece at a time."""
        found: set[bytes] = set()
        rest = b""
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                found |= self.in_text(rest + chunk)
                rest = chunk[-_OVERLAP:]
        return found

    def digest(self) -> str:
        """SHA-256 of them all."""
        digest = hashlib.sha256()
        for (text,) in self.ledger.rows("SELECT DISTINCT text FROM needles ORDER BY text"):
            digest.update(len(text).to_bytes(4) + text)
        return digest.hexdigest()

    def _in_chunk(self, chunk: bytes) -> set[bytes]:
        if len(chunk) < LEAST:
            return set()
        text = np.frombuffer(chunk, np.uint8)
        likely = np.flatnonzero(self.begins[_number_at(text, np.arange(len(text) - LEAST + 1), _FIRST)])
        keys = _number_at(text, likely, LEAST)
        there = self.keys[np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)] == keys
        found = set()
        for place, key in zip(likely[there].tolist(), keys[there].tolist(), strict=True):
            texts = self.ledger.rows("SELECT DISTINCT text FROM needles WHERE key = ?", key)
            found |= {text for (text,) in texts if chunk.startswith(text, place)}
        return found


def add_needles(ledger: Ledger, seen: Seen) -> None:
    """Keep the strings of a file of the source: those of its header, and its name."""
    stem = PurePosixPath(seen.relative).stem.encode()
    for text in (*seen.look.strings, *((stem,) if _NUMBERED.search(stem) else ())):
        if len(text) >= LEAST and not _BY_CHANCE.fullmatch(text) and text.lower() not in _COMMON:
            key = int.from_bytes(text[:LEAST], "little")
            ledger.database.execute("INSERT OR IGNORE INTO needles VALUES (?, ?, ?)", (key, text, seen.name))


def add_found(ledger: Ledger, found: Iterable[bytes], place: str, scan_id: str | None) -> None:
    """Say which strings of the source stand in a place of the pool; they link the scan that it belongs to."""
    for text in found:
        ledger.database.execute("INSERT OR IGNORE INTO found VALUES (?, ?)", (text, place))
        if scan_id is not None:
            for (source,) in list(ledger.rows("SELECT source FROM needles WHERE text = ? LIMIT 1000", text)):
                ledger.add_link(WAY, scan_id, source)


def _number_at(text: NDArray[np.uint8], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """`count` bytes from each place on, the first the least, as a number."""
    number = np.zeros(len(places), np.int64)
    for byte in range(count):
        number |= text[places + byte].astype(np.int64) << (8 * byte)
    return number
