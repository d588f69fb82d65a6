"""Linking by residue: strings of the source's headers and file names that stand somewhere in the pool's bytes."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from datasets.attack.ledger import Ledger
from datasets.attack.seen import Seen
from datasets.attack.strings import LEAST, header_strings

WAY = "residue of headers and names"
_BY_CHANCE = re.compile(rb"[0-9a-fA-F]{1,8}")
"""What a hash may hold as well."""
_NUMBERED = re.compile(rb"\d")
_COMMON = frozenset({b"unknown", b"anonymous", b"removed", b"customs-xray"})
_CHUNK = 256 * 2**10
_FIRST = 3  # bytes that a table tells at once
_OVERLAP = 256


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
    for text in (*header_strings(seen.path), *((stem,) if _NUMBERED.search(stem) else ())):
        if len(text) >= LEAST and not _BY_CHANCE.fullmatch(text) and text.lower() not in _COMMON:
            key = int.from_bytes(text[:LEAST], "little")
            ledger.database.execute("INSERT OR IGNORE INTO needles VALUES (?, ?, ?)", (key, text, seen.name))


def search(ledger: Ledger, needles: Needles, text: bytes, place: str, scan_id: str | None) -> None:
    """Look for strings of the source in a text of the pool; what is found links the scan that it belongs to."""
    for found in needles.in_text(text):
        ledger.database.execute("INSERT OR IGNORE INTO found VALUES (?, ?)", (found, place))
        if scan_id is not None:
            for (source,) in list(ledger.rows("SELECT source FROM needles WHERE text = ? LIMIT 1000", found)):
                ledger.add_link(WAY, scan_id, source)


def search_file(ledger: Ledger, needles: Needles, path: Path, scan_id: str | None) -> None:
    """Look through a file, a piece at a time."""
    rest = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            search(ledger, needles, rest + chunk, path.name, scan_id)
            rest = chunk[-_OVERLAP:]


def _number_at(text: NDArray[np.uint8], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """`count` bytes from each place on, the first the least, as a number."""
    number = np.zeros(len(places), np.int64)
    for byte in range(count):
        number |= text[places + byte].astype(np.int64) << (8 * byte)
    return number
