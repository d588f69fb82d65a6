"""JSON whose bytes depend on its content alone, and files that are whole or not there."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

# Lone surrogates (bytes of a file name that are not UTF-8) cannot be encoded; the others end a line for some readers.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def canonical(value: Any) -> str:
    r"""JSON in one line: sorted keys, no spaces, UTF-8 text left readable.

    Bytes of a file name that are not UTF-8 are written as Python's surrogateescape in JSON escapes (`\udcff` for 0xFF):
    `os.fsencode` of the string that `json.loads` returns is the name on disk again.

    Raises:
        ValueError: for numbers that JSON does not have (nan, infinity).
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, flush to disk, rename: whoever reads it, after whatever happened, never meets half a file."""
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
