"""JSON of strangers: a small file whole, a large one entry by entry; not-a-number becomes null, nothing else bends."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

from datasets.pool.errors import PoolError

MOST_BYTES = 256 << 20
MOST_STRING_BYTES = 64 << 20
MOST_DEPTH = 64
CHUNK_BYTES = 1 << 18

_WHOLE = re.compile(rb'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|-?(?:NaN|Infinity)', re.DOTALL)
_LETTERS_OF_NUMBERS = b"-NaInfity"
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def read_json(path: Path) -> Any:
    """The whole of a JSON file; numbers that are none (NaN, Infinity), which Python writes, are None.

    Raises:
        PoolError: when it can not be read, is no JSON, nests without end, or has more than 256 MiB.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path.stat().st_size} bytes, where {MOST_BYTES} are the most")
        return json.loads(path.read_bytes(), parse_constant=lambda _: None)
    except (OSError, ValueError, RecursionError) as error:
        raise _refused(path, error) from error


def stream_json(path: Path, key: str) -> Iterator[Any]:
    """Entries of the list below `key` of the object that a file holds, one in memory at a time; numbers are floats.

    Raises:
        PoolError: when it can not be read or is no JSON, at the place where that shows.
    """
    try:
        with path.open("rb") as stream:
            yield from ijson.items(_Plain(stream), f"{key}.item", use_float=True)
    except (OSError, ValueError, RecursionError, ijson.JSONError) as error:
        raise _refused(path, error) from error


def stream_records(path: Path) -> Iterator[Any]:
    """Entries of the list that a file holds, which may be packed by gzip; otherwise as `stream_json`.

    Raises:
        PoolError: as `stream_json`.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            yield from ijson.items(_Plain(stream), "item", use_float=True)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError, ijson.JSONError) as error:
        raise _refused(path, error) from error


def has_key(path: Path, key: str) -> bool:
    """Whether the object that a file holds has this key; slower than `stream_json`, for a list that gave nothing.

    Raises:
        PoolError: as `stream_json`.
    """
    try:
        with path.open("rb") as stream:
            events = ijson.parse(_Plain(stream), use_float=True)
            return any((prefix, event, value) == ("", "map_key", key) for prefix, event, value in events)
    except (OSError, ValueError, RecursionError, ijson.JSONError) as error:
        raise _refused(path, error) from error


class _Plain:
    """A stream of JSON in which numbers that are none, outside of strings, are null."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._rest = b""
        self._ready = b""
        self._depth = 0

    def read(self, size: int = -1) -> bytes:
        while not self._ready and (chunk := self._stream.read(CHUNK_BYTES)):
            self._take(self._rest + chunk)
        if not self._ready:
            self._ready, self._rest = self._rest, b""
        size = len(self._ready) if size < 0 else size
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def _take(self, text: bytes) -> None:
        """Make ready what ends outside of strings and of words; keep the rest until more has come."""
        whole = _WHOLE.match(text)
        head = (whole[0] if whole else b"").rstrip(_LETTERS_OF_NUMBERS)
        self._rest = text[len(head) :]
        if len(self._rest) > MOST_STRING_BYTES:
            raise ValueError(f"a string of more than {MOST_STRING_BYTES} bytes")
        self._depth = _depth_after(head, self._depth)
        has_words = b"NaN" in head or b"Infinity" in head
        self._ready = (
            _TOKENS.sub(lambda token: token[0] if token[0][:1] == b'"' else b"null", head) if has_words else head
        )


def _depth_after(text: bytes, depth: int) -> int:
    """Levels that are open behind a text; the parser keeps a path for each, so that many take the square in memory."""
    for bracket in _STRINGS.sub(b"", text).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise RecursionError(f"more than {MOST_DEPTH} levels")
    return depth


def _refused(path: Path, error: Exception) -> PoolError:
    found = "more levels than can be read" if isinstance(error, RecursionError) else " ".join(str(error)[:300].split())
    return PoolError(
        "an annotation in JSON is whole and well formed", f"{path.name}: {found}", "mend or remove the file"
    )
