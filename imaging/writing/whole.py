"""Files written whole or not at all."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename: a reader, or a run after a crash, never meets half a file.

    Raises:
        OSError: when the place cannot be written to; a file that stood there stays as it was.
    """
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    temporary.replace(path)
