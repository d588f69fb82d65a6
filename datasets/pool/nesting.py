"""How deep a JSON file nests, found without parsing it: parsers spend memory or stack on brackets that never close."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import numpy as np

from datasets.pool.errors import PoolError

LIMIT = 32
"""Levels of brackets that a pool's JSON may have; COCO has seven."""
_CHUNK = 1 << 20
_STEP = np.zeros(256, np.int8)
_STEP[list(b"[{")] = 1
_STEP[list(b"]}")] = -1


def refuse_deep(path: Path) -> None:
    """Refuse a JSON file that nests deeper than `LIMIT`.

    Raises:
        PoolError: when it does; the message names the file.
    """
    depth, in_string, rest = 0, False, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            pieces, rest = _pieces(rest + chunk)
            outside = b"".join(pieces[in_string::2])
            steps = np.cumsum(_STEP[np.frombuffer(outside, np.uint8)], dtype=np.int64)
            if steps.size and depth + steps.max() > LIMIT:
                raise PoolError(f"JSON of a pool nests at most {LIMIT} levels", f"more in {path}", "restore it")
            depth += int(steps[-1]) if steps.size else 0
            in_string ^= len(pieces) % 2 == 0


def _pieces(text: bytes) -> tuple[list[bytes], bytes]:
    """Text between quotes, which stand outside and inside of strings by turns, and a last backslash that is kept."""
    escaped = reduce(lambda left, pair: left.replace(pair, b""), (b"\\\\", b'\\"'), text)
    rest = b"\\" if escaped.endswith(b"\\") else b""
    return escaped.removesuffix(rest).split(b'"'), rest
